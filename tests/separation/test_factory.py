"""From names, plan files and plans to separators."""

from __future__ import annotations

import pytest
import torch

from models.errors import SettingsError, UnknownModelError
from separation import Plan, PlanError, Separator, create_separator
from separation import factory as factory_module
from separation.factory import resolve_device

SMALL = {"random_arguments": {"hidden_size": 16}}


@pytest.fixture
def built(monkeypatch):
    """Record what the registry is asked to build instead of building it."""
    calls = []
    monkeypatch.setattr(factory_module, "build_model", lambda name, options: calls.append((name, options)))
    monkeypatch.setattr(factory_module, "Engine", lambda bag, settings, seed: bag)
    return calls


@pytest.fixture
def no_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.fixture
def some_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)


@pytest.fixture
def plan_file(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        "model: umxhq\ndevice: cpu\nseed: 4\nrandom_weights: true\n"
        "settings: {random_arguments: {hidden_size: 16}, wiener_softmask: true}\n",
        encoding="utf-8",
    )
    return path


def test_a_name_a_path_and_a_plan_build_the_same_separator(plan_file):
    mixture = 0.1 * torch.randn(2, 6000, generator=torch.Generator().manual_seed(0))
    plan = Plan(model="umxhq", device="cpu", seed=4, random_weights=True, settings={**SMALL, "wiener_softmask": True})
    separators = [
        create_separator("umxhq", device="cpu", seed=4, random_weights=True, wiener_softmask=True, **SMALL),
        create_separator(plan_file),
        create_separator(str(plan_file)),
        create_separator(plan),
    ]
    vocals = [separator.separate(mixture)["vocals"] for separator in separators]
    assert all(torch.equal(vocals[0], other) for other in vocals[1:])
    assert all(isinstance(separator, Separator) for separator in separators)


def test_default_is_the_model_that_the_manifest_says(built):
    create_separator("default")
    assert built[0][0] == "dual_path_unet"


def test_what_the_caller_gives_wins_over_the_plan(built, plan_file, some_cuda):
    create_separator(plan_file, device="cuda", seed=9, weights_folder="here")
    _, options = built[0]
    assert (options.device.type, options.seed, options.random_weights) == ("cuda", 9, True)
    assert options.settings == {**SMALL, "weights_folder": "here"}


def test_what_the_caller_leaves_out_comes_from_the_plan(built, plan_file, some_cuda):
    create_separator(plan_file)
    _, options = built[0]
    assert (options.device.type, options.seed) == ("cpu", 4)


def test_weights_are_never_random_unless_asked(built):
    create_separator("umxhq")
    assert built[0][1].random_weights is False


def test_auto_is_cuda_where_there_is_one(some_cuda):
    assert resolve_device("auto").type == "cuda"


def test_auto_is_cpu_elsewhere(no_cuda):
    assert resolve_device("auto").type == "cpu"


def test_cuda_without_a_device_is_an_error_with_the_next_step(no_cuda):
    with pytest.raises(ValueError, match=r"'cuda' must be present .* Got none\. Choose 'auto' or 'cpu'"):
        create_separator("umxhq", device="cuda")


def test_an_unknown_device_is_an_error():
    with pytest.raises(ValueError, match=r"one of auto, cpu, cuda\. Got 'tpu'"):
        create_separator("umxhq", device="tpu")


def test_an_unknown_model_lists_close_names():
    with pytest.raises(UnknownModelError, match=r"Got 'umxhg'. Did you mean 'umxhq'\?"):
        create_separator("umxhg")


def test_a_path_without_a_file_is_a_plan_error(tmp_path):
    with pytest.raises(PlanError, match=r"gone\.yaml"):
        create_separator(str(tmp_path / "gone.yaml"))


def test_settings_of_the_plan_are_checked_by_the_model():
    with pytest.raises(SettingsError, match="'wiener_windows' is unknown"):
        create_separator(Plan(model="umxhq", random_weights=True, settings={"wiener_windows": 1}))
