"""Whole runs with penalties, and rates that follow the SDR."""

import pytest
import torch

from tests.training.cases import MeanError, tiny_recipe
from tests.training.test_run import StopAt, assert_same_state, weights_of
from training import run
from training.architectures import build_network
from training.assembly import Parts, unchanged
from training.callbacks.interruption import RunStopped
from training.penalties.singular_values import SingularValues

STANDING = {"name": "sgd", "learning_rate": 1e-30}
PENALTY = SingularValues(weight=0.1, least_megabytes=0.0, iterations=1, starts=1)


def train(recipe, folder, penalties=(PENALTY,), loss=None, **options):
    parts = Parts(build_network(recipe.model, recipe.seed), loss or MeanError(), unchanged, penalties)
    return run.train(recipe, folder, parts=parts, **options)


def test_penalties_stand_beside_the_losses_and_belong_to_training_alone(songs, tmp_path):
    recipe = tiny_recipe(songs, optimiser=STANDING, loop={"max_epochs": 1})
    without = train(recipe, tmp_path / "without", penalties=()).callback_metrics
    penalised = train(recipe, tmp_path / "penalised").callback_metrics
    for name in ("train_loss", "valid_loss", "valid_sdr"):
        assert penalised[name] == without[name]
    assert "train_penalty" not in without
    network = build_network(recipe.model, recipe.seed)
    exact = SingularValues(weight=0.1, least_megabytes=0.0, iterations=50)(network, torch.Generator())
    assert 0.5 * exact < penalised["train_penalty"] <= exact


def test_a_penalty_changes_what_is_learned(songs, tmp_path):
    recipe = tiny_recipe(songs, optimiser={"learning_rate": 1e-2})
    for name, penalties in (("without", ()), ("penalised", (PENALTY,))):
        train(recipe, tmp_path / name, penalties=penalties)
    weights = [weights_of(tmp_path / name)["state_dict"] for name in ("without", "penalised")]
    norms = [torch.linalg.svdvals(state["network.recurrent.bass.weight_hh_l0"])[0] for state in weights]
    assert norms[1] < norms[0]


def test_a_stopped_run_goes_on_with_the_same_draws(songs, tmp_path):
    recipe = tiny_recipe(songs)
    train(recipe, tmp_path / "whole")
    with pytest.raises(RunStopped):
        train(recipe, tmp_path / "parts", loss=StopAt(4))
    train(recipe, tmp_path / "parts", resume=True)
    assert_same_state(weights_of(tmp_path / "whole"), weights_of(tmp_path / "parts"))


def test_a_rate_falls_when_the_sdr_gets_no_better(songs, tmp_path):
    scheduler = {"name": "plateau", "monitor": "valid_sdr", "patience": 0, "factor": 0.5}
    model = {"architecture": "conv_tasnet", "size": "tiny", "config": {}}
    train(tiny_recipe(songs, optimiser=STANDING, scheduler=scheduler, model=model, loop={"max_epochs": 3}), tmp_path)
    (state,) = weights_of(tmp_path)["lr_schedulers"]
    assert state["mode"] == "max"
    assert state["_last_lr"] == pytest.approx([2.5e-31])


def test_a_network_of_one_stem_learns_from_mixes_of_all(songs, tmp_path):
    model = {"architecture": "conv_tasnet", "size": "tiny", "config": {"sources": ["vocals"]}}
    data = {"plan": "mixed", "mixed_with": ["bass", "drums", "other"]}
    metrics = train(tiny_recipe(songs, model=model, data=data, loop={"max_epochs": 1}), tmp_path).callback_metrics
    assert "valid_sdr_vocals" in metrics
    assert "valid_sdr_bass" not in metrics
    assert metrics["valid_sdr"] == metrics["valid_sdr_vocals"]
