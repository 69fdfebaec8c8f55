"""MSST's checkpoints: a state dict of tensors, bare or wrapped, and nothing that runs."""

from __future__ import annotations

import pickle

import pytest
import torch

from models.msst_files import read_msst_state

STATE = {"weight": torch.arange(3.0), "half": torch.ones(2, dtype=torch.float16)}


@pytest.mark.parametrize(
    "content",
    [
        STATE,
        {"state": STATE},
        {"state_dict": STATE, "hyper_parameters": {"lr": 1e-4}},
        {"model_state_dict": STATE, "epoch": 3, "best_metric": 9.5, "optimizer_state_dict": {"state": {}}},
        {"state": {"state_dict": STATE}},
    ],
)
def test_the_state_is_found_under_every_wrapping(tmp_path, content):
    torch.save(content, tmp_path / "model.ckpt")
    state = read_msst_state(tmp_path / "model.ckpt")
    assert state.keys() == STATE.keys()
    assert all(torch.equal(state[key], STATE[key]) for key in STATE)
    assert state["half"].dtype == torch.float16


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (torch.zeros(3), "one Tensor instead of a dictionary"),
        ({"state_dict": [1, 2]}, "'state_dict' holds one list instead of a dictionary"),
        ({"weight": torch.zeros(2), "epoch": 3}, "beside tensors: epoch"),
    ],
)
def test_other_content_is_refused_by_name(tmp_path, content, message):
    torch.save(content, tmp_path / "model.ckpt")
    with pytest.raises(TypeError, match=message):
        read_msst_state(tmp_path / "model.ckpt")


class _Harmful:
    def __reduce__(self):
        return (print, ("this must not run",))


def test_a_file_that_would_run_code_is_refused_unrun(tmp_path, capsys):
    torch.save({"state": _Harmful()}, tmp_path / "model.ckpt")
    with pytest.raises(pickle.UnpicklingError):
        read_msst_state(tmp_path / "model.ckpt")
    assert capsys.readouterr().out == ""
