"""Whole runs: stopping, resuming, several processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.training.cases import MeanError, tiny_parts, tiny_recipe
from training import run
from training.errors import RunError
from training.stopping import RunStopped

EMA = {"ema_decay": 0.5}


def train(recipe, folder, **options):
    parts = tiny_parts(recipe, **{key: options.pop(key) for key in ("augment", "loss") if key in options})
    return run.train(recipe, folder, parts=parts, **options)


def louder(stems, generator):
    """An augmentation that draws numbers."""
    gain = 0.5 + torch.rand(1, generator=generator)
    return {name: gain * sound for name, sound in stems.items()}


class StopAt(MeanError):
    """A loss that presses Ctrl-C in one step."""

    def __init__(self, call):
        super().__init__()
        self.left = call

    def forward(self, estimates, references):
        if torch.is_grad_enabled():
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGINT)
        return super().forward(estimates, references)


def weights_of(folder):
    return torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)


def assert_same_state(first, second):
    for key in ("state_dict", "current_model_state"):
        if key in first:
            assert all(torch.equal(first[key][name], second[key][name]) for name in first[key])
    moments = [checkpoint["optimizer_states"][0]["state"] for checkpoint in (first, second)]
    for number, state in moments[0].items():
        assert all(torch.equal(state[name], moments[1][number][name]) for name in state)
    assert first["global_step"] == second["global_step"]
    assert first["lr_schedulers"] == second["lr_schedulers"]


def test_a_run_leaves_its_recipe_checkpoints_numbers_picture_and_model(songs, tmp_path):
    trainer = train(tiny_recipe(songs, loop=EMA), tmp_path)
    assert (trainer.current_epoch, trainer.global_step) == (2, 6)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    expected = {"recipe.yaml", "checkpoints/last.ckpt", "curves.png", "csv/version_0/metrics.csv", "model/tiny.yaml"}
    assert expected | {"model/tiny.safetensors"} <= names
    assert any(name.startswith("tensorboard/events") for name in names)
    header = (tmp_path / "csv" / "version_0" / "metrics.csv").read_text().splitlines()[0].split(",")
    assert {"train_loss_step", "valid_loss", "valid_sdr", "valid_sdr_vocals", "valid_sdr_bass"} <= set(header)


@pytest.mark.parametrize(("call", "ema"), [(2, EMA), (3, {}), (4, EMA)])
def test_a_run_stopped_by_a_signal_and_resumed_gives_the_weights_of_one_that_was_not(songs, tmp_path, call, ema):
    scheduler = {"name": "cosine", "warmup_steps": 2}
    recipe = tiny_recipe(songs, loop=ema, scheduler=scheduler)
    train(recipe, tmp_path / "whole", augment=louder)
    with pytest.raises(RunStopped, match=f"Stopped after step {call}"):
        train(recipe, tmp_path / "parts", augment=louder, loss=StopAt(call))
    train(recipe, tmp_path / "parts", augment=louder, resume=True)
    assert_same_state(weights_of(tmp_path / "whole"), weights_of(tmp_path / "parts"))


def test_a_run_resumed_after_a_whole_epoch_gives_the_weights_of_one_that_went_on(songs, tmp_path):
    longer = tiny_recipe(songs, scheduler={"name": "plateau", "patience": 0}, loop={"max_epochs": 3})
    shorter = tiny_recipe(songs, scheduler={"name": "plateau", "patience": 0}, loop={"max_epochs": 2})
    train(longer, tmp_path / "whole")
    train(shorter, tmp_path / "parts")
    train(longer, tmp_path / "parts", resume=True)
    assert_same_state(weights_of(tmp_path / "whole"), weights_of(tmp_path / "parts"))


def test_stopping_waits_for_the_step_of_accumulated_batches(songs, tmp_path):
    recipe = tiny_recipe(songs, data={"chunks_per_epoch": 16}, loop={"accumulate_batches": 2})
    train(recipe, tmp_path / "whole")
    with pytest.raises(RunStopped, match="Stopped after step 1"):
        train(recipe, tmp_path / "parts", loss=StopAt(1))
    train(recipe, tmp_path / "parts", resume=True)
    assert_same_state(weights_of(tmp_path / "whole"), weights_of(tmp_path / "parts"))


def test_workers_that_read_ahead_do_not_change_what_a_resumed_run_sees(songs, tmp_path):
    train(tiny_recipe(songs), tmp_path / "whole")
    recipe = tiny_recipe(songs, data={"workers": 1})
    with pytest.raises(RunStopped):
        train(recipe, tmp_path / "parts", loss=StopAt(4))
    train(recipe, tmp_path / "parts", resume=True)
    assert_same_state(weights_of(tmp_path / "whole"), weights_of(tmp_path / "parts"))


def test_the_signal_handlers_are_put_back(songs, tmp_path):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(RunStopped):
        train(tiny_recipe(songs), tmp_path, loss=StopAt(1))
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_songs(songs, tmp_path):
    class Broken(MeanError):
        def forward(self, estimates, references):
            return super().forward(estimates, references) * float("nan")

    with pytest.raises(RunError, match="The loss must be a finite number. Got nan in step 0"):
        train(tiny_recipe(songs), tmp_path, loss=Broken())
    document = json.loads((tmp_path / "non_finite_batch_0.json").read_text())
    assert len(document["chunks"]) == 4
    assert {place["song"] for chunk in document["chunks"] for place in chunk["stems"].values()} <= {"song 0", "song 1"}


def test_a_gradient_that_is_no_number_stops_the_run_before_it_reaches_the_weights(songs, tmp_path):
    class Broken(MeanError):
        def forward(self, estimates, references):
            # The value is zero, its derivative is not a number.
            return super().forward(estimates, references) + (0 * estimates["bass"].sum()).abs().sqrt()

    recipe = tiny_recipe(songs)
    parts = tiny_parts(recipe, loss=Broken())
    before = {name: tensor.clone() for name, tensor in parts.network.state_dict().items() if "running" not in name}
    with pytest.raises(RunError, match="norm of the gradients"):
        run.train(recipe, tmp_path, parts=parts)
    after = parts.network.state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items() if tensor.is_floating_point())


def test_a_run_does_not_begin_over_another_one(songs, tmp_path):
    recipe = tiny_recipe(songs, loop={"max_epochs": 1})
    train(recipe, tmp_path)
    with pytest.raises(RunError, match="Go on with --resume"):
        train(recipe, tmp_path)


def test_a_run_does_not_go_on_with_another_recipe(songs, tmp_path):
    train(tiny_recipe(songs, loop={"max_epochs": 1}), tmp_path)
    with pytest.raises(RunError, match="Got other settings in optimiser, seed"):
        train(tiny_recipe(songs, seed=4, optimiser={"learning_rate": 0.1}), tmp_path, resume=True)


def test_nothing_can_be_resumed_in_an_empty_folder(songs, tmp_path):
    with pytest.raises(RunError, match="Start it without --resume"):
        train(tiny_recipe(songs), tmp_path, resume=True)


def test_early_stopping_ends_a_run_that_does_not_get_better(songs, tmp_path):
    # No step at all: the weights and so the validation loss stay.
    recipe = tiny_recipe(
        songs,
        optimiser={"learning_rate": 1e-30},
        loop={"max_epochs": 9, "patience": 2, "monitor": "valid_loss", "validation_songs": 0},
        model={
            "architecture": "conv_tasnet",
            "config": {"filters": 8, "bottleneck_channels": 8, "block_channels": 8, "blocks": 2, "repeats": 1},
        },
    )
    assert train(recipe, tmp_path).current_epoch == 3


@pytest.mark.slow
def test_two_processes_give_the_loss_of_one_with_the_same_global_batch(songs, tmp_path):
    results = {}
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        command = [sys.executable, str(Path(__file__).with_name("distributed_run.py")), str(songs), str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [*command, str(processes)], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        results[processes] = json.loads((folder / "losses.json").read_text())
    assert results[1]["train_loss_epoch"] == pytest.approx(results[2]["train_loss_epoch"], rel=1e-5)
    assert results[1]["valid_loss"] == pytest.approx(results[2]["valid_loss"], rel=1e-5)
    assert results[1]["valid_sdr"] == pytest.approx(results[2]["valid_sdr"], abs=1e-3)


def test_a_file_in_the_place_of_the_folder_is_named(songs, tmp_path):
    (tmp_path / "run").touch()
    with pytest.raises(RunError, match=r"must have a folder\. Got the file '.*run'\. Name another place"):
        train(tiny_recipe(songs), tmp_path / "run")
