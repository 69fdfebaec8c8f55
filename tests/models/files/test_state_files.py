"""State dicts are read safely and must fit their network exactly."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from models.errors import WeightError
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.files.tensor_files import write_tensors


class _Harmful:
    def __reduce__(self):
        return (print, ("this must not run",))


@pytest.fixture
def state():
    return {"weight": torch.ones(2, 3, dtype=torch.float16), "bias": torch.zeros(2)}


def _linear():
    return nn.Linear(3, 2)


def test_a_network_is_built_around_the_tensors_in_float32(state):
    network = fitted_network(_linear, state)
    assert network.weight.dtype == torch.float32
    assert network.weight.device.type == "cpu"
    assert not network.training
    assert torch.equal(network(torch.ones(3)), torch.full((2,), 3.0))


def test_building_draws_no_random_numbers(state):
    before = torch.get_rng_state()
    fitted_network(_linear, state)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    "wrong",
    [{"weight": torch.ones(2, 3)}, {"weight": torch.ones(3, 3), "bias": torch.zeros(2)}],
    ids=["missing", "other shape"],
)
def test_tensors_that_do_not_fit_are_refused(wrong):
    with pytest.raises(RuntimeError, match="bias|weight"):
        fitted_network(_linear, wrong)


def test_nothing_in_a_file_is_run(tmp_path, capsys):
    path = tmp_path / "harmful.th"
    torch.save({"weight": _Harmful()}, path)
    with (
        pytest.raises(WeightError, match=r"must hold tensors\. Got a reference to 'print'"),
        refuse_other_files(path, "tiny", "tensors"),
    ):
        read_state(path)
    assert capsys.readouterr().out == ""


def test_the_message_names_file_model_and_next_step(tmp_path):
    path = tmp_path / "text.th"
    path.write_text("no weights")
    with (
        pytest.raises(WeightError, match=r"text\.th' of the model 'tiny' must hold tensors\. .*`mdx models show tiny`"),
        refuse_other_files(path, "tiny", "tensors"),
    ):
        read_state(path)


def test_numbers_of_numpy_and_torchs_version_are_plain_values(tmp_path):
    content = {"max_bin": np.int64(7), "loss": np.float32(0.5), "version": torch.__version__}
    torch.save(content, tmp_path / "checkpoint.ckpt")
    assert read_state(tmp_path / "checkpoint.ckpt") == content


def test_a_safetensors_file_of_another_program_is_refused(tmp_path, state):
    path = tmp_path / "foreign.safetensors"
    write_tensors(path, state, {})
    with (
        pytest.raises(WeightError, match="must hold tensors. Got ValueError: a safetensors file that says nothing"),
        refuse_other_files(path, "tiny", "tensors"),
    ):
        read_state(path)


def test_a_damaged_description_is_refused(tmp_path, state):
    path = tmp_path / "damaged.safetensors"
    for structure in ("{", '{"_dict": [1]}', '{"_tensor": "other"}', '{"_dict": [["weight"]]}'):
        write_tensors(path, state, {"structure": structure})
        with pytest.raises(WeightError, match="must hold tensors"), refuse_other_files(path, "tiny", "tensors"):
            read_state(path)
