import torch
import yaml

from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.trained import build
from separation.engine import Engine
from tests.training.cases import tiny_parts, tiny_recipe
from training import run
from training.callbacks.song_validation import score_song
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
