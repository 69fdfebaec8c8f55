"""The best checkpoint and early stopping of runs that were resumed."""

import shutil

import pytest
import torch

from tests.training.cases import tiny_parts, tiny_recipe
from training import run

NO_STEP = {"learning_rate": 1e-30}
BY_LOSS = {"monitor": "valid_loss", "validation_songs": 0}


def train(recipe, folder, **options):
    return run.train(recipe, folder, parts=tiny_parts(recipe), **options)


def recipe_for(songs, max_epochs, **loop):
    # Its norms keep no statistics, so that the validation loss stays where no step is made.
    sizes = {"filters": 8, "bottleneck_channels": 8, "block_channels": 8, "blocks": 2, "repeats": 1}
    return tiny_recipe(
        songs,
        model={"architecture": "conv_tasnet", "config": sizes},
        optimiser=NO_STEP,
        loop={**BY_LOSS, "max_epochs": max_epochs, **loop},
    )


def test_the_best_of_before_stays_the_best_in_a_folder_that_was_moved(songs, tmp_path):
    train(recipe_for(songs, 1), tmp_path / "run")
    (best,) = (tmp_path / "run" / "checkpoints").glob("best-*")
    shutil.move(tmp_path / "run", tmp_path / "moved")
    train(recipe_for(songs, 2), tmp_path / "moved", resume=True)
    assert [path.name for path in (tmp_path / "moved" / "checkpoints").glob("best-*")] == [best.name]
    assert "epoch=0" in best.name


def test_a_best_checkpoint_that_is_gone_is_replaced_by_the_next_one(songs, tmp_path):
    train(recipe_for(songs, 1), tmp_path)
    (best,) = (tmp_path / "checkpoints").glob("best-*")
    best.unlink()
    train(recipe_for(songs, 2), tmp_path, resume=True)
    (best,) = (tmp_path / "checkpoints").glob("best-*")
    assert "epoch=1" in best.name


def test_a_run_that_had_stopped_early_begins_no_epoch_but_with_more_patience(songs, tmp_path, caplog):
    assert train(recipe_for(songs, 9, patience=1), tmp_path).current_epoch == 2
    assert train(recipe_for(songs, 9, patience=1), tmp_path, resume=True).global_step == 6
    assert "The run had stopped early: 1 validations without a better valid_loss. Raise loop.patience" in caplog.text
    assert train(recipe_for(songs, 9, patience=3), tmp_path, resume=True).current_epoch == 4


@pytest.mark.parametrize("every", [1, 2])
def test_a_plateau_counts_validations(songs, tmp_path, every):
    recipe = recipe_for(songs, 4 * every, validate_every_epochs=every)
    recipe = recipe.model_copy(
        update={"scheduler": recipe.scheduler.model_copy(update={"name": "plateau", "patience": 2})}
    )
    train(recipe, tmp_path)
    (scheduler,) = torch.load(tmp_path / "checkpoints" / "last.ckpt", weights_only=True)["lr_schedulers"]
    # The first is the best; three without a better one are one more than the patience.
    assert (scheduler["last_epoch"], scheduler["_last_lr"]) == (4, [pytest.approx(0.5e-30)])
