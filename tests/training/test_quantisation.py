"""Training with quantised weights; most of it needs the package diffq, which is no part of the test tools."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml
from safetensors.torch import load_file
from torch import nn

from models.files.diffq_states import QuantisedLayout, restored_weights
from models.files.quantised_files import restored_tensors
from models.files.tensor_files import same_bytes
from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.trained import build
from separation.engine import Engine
from tests.training.cases import tiny_parts, tiny_recipe
from tests.training.test_run import StopAt, assert_same_state, weights_of
from training import run
from training.callbacks.interruption import RunStopped
from training.callbacks.song_validation import score_song
from training.errors import RecipeError
from training.parts import MissingExtraError
from training.quantisation import BITS_SUFFIX, Quantiser
from training.recipe import QuantiserSection
from training.recipe_files import checked_recipe
from training.songs import open_songs, validation_songs

needs_diffq = pytest.mark.skipif(
    importlib.util.find_spec("diffq") is None, reason="the extra quantisation is not installed (CC-BY-NC 4.0)"
)
SECTION = QuantiserSection(least_megabytes=0.001, penalty=1.0)
QUANTISED = {"quantiser": {"least_megabytes": 0.0025, "penalty": 0.01}}


def network():
    """Three tensors above the limit of 262 numbers, two of an LSTM, and biases below it."""
    with seeded_torch(0):
        return nn.Sequential(nn.Conv1d(8, 16, 8), nn.Conv1d(16, 16, 2), nn.LSTM(8, 16))


def plain_state(module):
    return {name: tensor.clone() for name, tensor in module.state_dict().items() if not name.endswith(BITS_SUFFIX)}


class Doubled(nn.Module):
    """A convolution whose output is as long as its weights."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(32, 32, bias=False)

    def forward(self, sound):
        return self.inner(sound)


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "diffq", None)
    with pytest.raises(MissingExtraError, match=r"needs the package 'diffq'.*uv pip install -e \"\.\[quantisation\]\""):
        Quantiser(network(), SECTION)


def test_compiled_networks_are_refused(songs):
    content = tiny_recipe(songs, model=QUANTISED).model_dump()
    with pytest.raises(RecipeError, match=r"'loop\.compile' must be false with 'model\.quantiser'"):
        checked_recipe({**content, "loop": {"compile": True}}, "The recipe")


@needs_diffq
@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            {"group_weights": 7},
            r"'model\.quantiser\.group_weights' must divide .* Got 7, and 1024 weights in '0\.weight'",
        ),
        ({"least_megabytes": 1.0}, r"'model\.quantiser\.least_megabytes' must be less than the largest tensor"),
    ],
)
def test_sizes_that_do_not_fit_the_network_are_refused(section, message):
    with pytest.raises(RecipeError, match=message):
        Quantiser(network(), SECTION.model_copy(update=section))


@needs_diffq
def test_the_size_is_that_of_eight_bits_at_first_and_its_penalty_reaches_the_bits_alone():
    module = network()
    quantiser = Quantiser(module, SECTION.model_copy(update={"penalty": 3.0}))
    large = 1024 + 512 + 64 * 8 + 64 * 16
    groups = large // 8
    # Three bits say one of the numbers of bits from 2 to 8; a tensor has 8 bits for that and two floats for its range.
    bits = 8 * large + 3 * groups + 4 * (8 + 64) + 32 * (16 + 16 + 64 + 64)
    assert quantiser.megabytes().item() == pytest.approx(bits / 8 / 2**20, rel=1e-6)
    penalty = quantiser(module, torch.Generator())
    assert penalty.item() == pytest.approx(3 * bits / 8 / 2**20, rel=1e-6)
    penalty.backward()
    with_gradient = [name for name, parameter in module.named_parameters() if parameter.grad is not None]
    assert len(with_gradient) == 4
    assert all(name.endswith(BITS_SUFFIX) for name in with_gradient)


@needs_diffq
def test_calls_have_noise_in_training_and_rounded_weights_in_evaluation():
    module = Doubled()
    clean = module.inner.weight.detach().clone()
    quantiser = Quantiser(module, SECTION)
    quantiser.join(torch.optim.Adam([module.inner.weight]))
    sound = torch.eye(32)
    noisy = [module(sound).detach() for _ in range(2)]
    assert not torch.equal(*noisy)
    assert torch.equal(module.inner.weight, clean)
    module.eval()
    with torch.no_grad():
        rounded = [module(sound).T for _ in range(2)]
    assert torch.equal(*rounded)
    assert torch.equal(module.inner.weight, clean)
    step = (clean.max() - clean.min()) / 255
    assert 0 < (rounded[0] - clean).abs().max() <= step / 2 * 1.001


@needs_diffq
def test_the_kits_reader_restores_exactly_what_the_quantised_network_has():
    module = network()
    shapes = {name: parameter.shape for name, parameter in module.named_parameters()}
    quantiser = Quantiser(module, SECTION)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.endswith(BITS_SUFFIX):
                parameter.copy_((2 * torch.randn(parameter.shape, generator=generator)).clamp(max=2.5))
    state = quantiser.state()
    stored = quantiser.settle()
    layout = QuantisedLayout(largest_plain=SECTION.least_megabytes * 2**18, packed=True)
    restored = restored_weights(state, shapes, layout)
    assert module.state_dict().keys() == restored.keys()
    assert all(torch.equal(tensor, restored[name]) for name, tensor in module.state_dict().items())
    assert same_bytes(restored_tensors(stored, shapes), module.state_dict())
    groups = {name: module.state_dict()[name].unique().numel() for name in ("0.weight", "2.weight_ih_l0")}
    assert all(count < shapes[name].numel() for name, count in groups.items())


@needs_diffq
def test_a_settled_network_is_plain_and_runs_as_it_did_in_evaluation():
    module = Doubled().eval()
    quantiser = Quantiser(module, SECTION)
    sound = torch.randn(4, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        before = module(sound)
        quantiser.settle()
        assert torch.equal(module(sound), before)
    assert list(module.state_dict()) == ["inner.weight"]


@needs_diffq
@pytest.mark.parametrize("ema", [{}, {"ema_decay": 0.5}], ids=["plain", "averaged"])
def test_the_exported_model_separates_as_the_best_checkpoint_was_scored(songs, tmp_path, ema):
    recipe = tiny_recipe(songs, model=QUANTISED, loop=ema)
    trainer = run.train(recipe, tmp_path, parts=tiny_parts(recipe))
    rows = yaml.safe_load((tmp_path / "model" / "tiny.yaml").read_text())
    folder = str(tmp_path / "model")
    options = BuildOptions(torch.device("cpu"), settings={"weights_folder": folder})
    bag = build(ModelEntry.model_validate(rows[0]), options)
    (song,) = validation_songs(open_songs(recipe.data, 44_100), bag.stems, None)
    scores = score_song(Engine(bag), song)
    best = next(callback for callback in trainer.checkpoint_callbacks if callback.monitor)
    assert sum(scores.values()) / len(scores) == pytest.approx(float(best.best_model_score), abs=1e-3)
    # About eight bits instead of 32, but for the small tensors.
    plain = sum(parameter.numel() for parameter in bag.members[0].network.parameters())
    assert (
        sum(tensor.nbytes for tensor in load_file(tmp_path / "model" / "tiny.safetensors").values()) < 0.6 * 4 * plain
    )
    header = (tmp_path / "csv" / "version_0" / "metrics.csv").read_text().splitlines()[0].split(",")
    assert {"train_penalty_step", "train_megabytes"} <= set(header)


@needs_diffq
@pytest.mark.parametrize("ema", [{}, {"ema_decay": 0.5}], ids=["plain", "averaged"])
def test_a_stopped_run_goes_on_exactly_and_its_bits_move(songs, tmp_path, ema):
    recipe = tiny_recipe(songs, model=QUANTISED, loop=ema, scheduler={"name": "cosine", "warmup_steps": 2})
    run.train(recipe, tmp_path / "whole", parts=tiny_parts(recipe))
    with pytest.raises(RunStopped):
        run.train(recipe, tmp_path / "parts", parts=tiny_parts(recipe, loss=StopAt(4)))
    run.train(recipe, tmp_path / "parts", parts=tiny_parts(recipe), resume=True)
    whole = weights_of(tmp_path / "whole")
    assert_same_state(whole, weights_of(tmp_path / "parts"))
    bits = [tensor for name, tensor in whole["state_dict"].items() if name.endswith(BITS_SUFFIX)]
    assert bits
    assert all(tensor.unique().numel() > 1 for tensor in bits)
    groups = whole["optimizer_states"][0]["param_groups"]
    assert [len(group["params"]) > 0 for group in groups] == [True, True]
    assert [group["initial_lr"] for group in groups] == [1e-3, 1e-3]


@needs_diffq
@pytest.mark.slow
def test_two_processes_keep_the_same_weights_and_bits(songs, tmp_path):
    command = [sys.executable, str(Path(__file__).with_name("quantised_run.py")), str(songs), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = (torch.load(tmp_path / f"weights_{rank}.pt", weights_only=True) for rank in (0, 1))
    assert all(torch.equal(tensor, second[name]) for name, tensor in first.items())
    moved = [tensor for name, tensor in first.items() if name.endswith(BITS_SUFFIX)]
    assert all(tensor.unique().numel() > 1 for tensor in moved)
    assert (tmp_path / "model" / "tiny.safetensors").is_file()
