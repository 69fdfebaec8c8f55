"""What a run exports separates as what it trained did."""

import pytest
import torch
import yaml
from safetensors.torch import load_file

from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.trained import build
from separation.engine import Engine
from tests.training.cases import tiny_parts, tiny_recipe
from training import run
from training.callbacks.song_validation import score_song
from training.errors import RunError
from training.export import export_checkpoint
from training.recipe import ExportSection
from training.songs import open_songs, validation_songs


def test_the_exported_row_and_file_separate_as_the_best_checkpoint_was_scored(songs, tmp_path):
    recipe = tiny_recipe(songs, loop={"ema_decay": 0.5}, export={"name": "mine", "licence": "MIT"})
    trainer = run.train(recipe, tmp_path, parts=tiny_parts(recipe))
    rows = yaml.safe_load((tmp_path / "model" / "mine.yaml").read_text())
    entry = ModelEntry.model_validate(rows[0])
    assert (entry.name, entry.licence, entry.builder) == ("mine", "MIT", "models.trained:build")
    folder = str(tmp_path / "model")
    bag = build(entry, BuildOptions(torch.device("cpu"), settings={"weights_folder": folder}))
    (song,) = validation_songs(open_songs(recipe.data, 44_100), bag.stems, None)
    scores = score_song(Engine(bag), song)
    best = next(callback for callback in trainer.checkpoint_callbacks if callback.monitor)
    mean = sum(scores.values()) / len(scores)
    assert abs(mean - float(best.best_model_score)) < 1e-3
    assert f"{mean:.2f}"[:-1] in entry.summary


def test_half_precision_halves_the_file_and_is_read_back_as_the_rounded_weights(songs, tmp_path):
    recipe = tiny_recipe(songs)
    run.train(recipe, tmp_path, parts=tiny_parts(recipe))
    checkpoint = tmp_path / "checkpoints" / "last.ckpt"
    exported = {}
    for number_type in ("float32", "float16"):
        changed = recipe.model_copy(update={"export": ExportSection(name=number_type, number_type=number_type)})
        exported[number_type] = export_checkpoint(checkpoint, changed, tmp_path / "model")
    whole, half = (load_file(exported[number_type].weights) for number_type in ("float32", "float16"))
    assert {tensor.dtype for tensor in half.values() if tensor.is_floating_point()} == {torch.float16}
    options = BuildOptions(torch.device("cpu"), settings={"weights_folder": str(tmp_path / "model")})
    state = build(exported["float16"].entry, options).members[0].network.state_dict()
    assert all(torch.equal(state[name], whole[name].half().to(whole[name].dtype)) for name in state)


def test_numbers_that_half_precision_cannot_hold_are_refused_by_name(songs, tmp_path):
    recipe = tiny_recipe(songs)
    run.train(recipe, tmp_path, parts=tiny_parts(recipe))
    path = tmp_path / "checkpoints" / "last.ckpt"
    checkpoint = torch.load(path, weights_only=True)
    next(iter(checkpoint["state_dict"].values())).fill_(1e6)
    torch.save(checkpoint, path)
    changed = recipe.model_copy(update={"export": ExportSection(number_type="float16")})
    with pytest.raises(RunError, match=r"must lie within 65504\. Got 1e\+06 in .*float32"):
        export_checkpoint(path, changed, tmp_path / "model")
