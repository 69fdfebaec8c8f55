"""Recipes of networks at other rates than the songs', at their tiny sizes: from `mdx data cache` to a model."""

from dataclasses import replace

import pytest
import torch
import yaml
from typer.testing import CliRunner

from audio.stems import MIXTURE
from mdx.cli import app
from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.trained import build
from separation.engine import Engine
from training import run
from training.datasets.reading import read_stem
from training.recipe_files import load_recipe
from training.songs import open_songs, validation_songs

RECIPES = {
    "wavenet_end_to_end": 16_000,
    "wavenet_singing_voice": 16_000,
    "mu_law_wavenet": 16_000,
    "mu_law_wavenet_regression": 16_000,
    "music_translation": 16_000,
    "music_translation_pooled": 16_000,
    "music_translation_domains": 16_000,
    "spectrum_wavenet": 16_000,
    "wave_u_net": 22_050,
}
SMALLER = [
    *("data.validation=own", "data.chunk_seconds=0.1", "data.chunks_per_epoch=4", "data.batch_size=2"),
    *("data.validation_chunks=2", "data.workers=0", "model.size=tiny", "loop.max_epochs=1", "loop.precision=32-true"),
    *("loop.accelerator=cpu", "loop.devices=1", "loop.validate_every_epochs=1", "export.segment_seconds=0.25"),
]


@pytest.fixture(scope="module")
def cached(songs, tmp_path_factory):
    """Rate -> the folder with copies at it."""
    folders = {rate: tmp_path_factory.mktemp(str(rate)) for rate in set(RECIPES.values())}
    for rate, folder in folders.items():
        cache = ["data", "cache", str(songs), "--cache", str(folder), "--rate", str(rate)]
        assert CliRunner().invoke(app, cache, catch_exceptions=False).exit_code == 0
        stats = ["data", "stats", str(songs), "--cache", str(folder)]
        assert CliRunner().invoke(app, stats, catch_exceptions=False).exit_code == 0
    return folders


def separated(bag, track):
    return Engine(bag).separate(read_stem(track, MIXTURE))


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_trains_validates_and_exports_what_separates_as_the_trained_network(name, songs, cached, tmp_path):
    pytest.importorskip("auraloss")
    changes = [*SMALLER, f"data.folder={songs}", f"data.cache={cached[RECIPES[name]]}"]
    if name == "music_translation_domains":
        changes.append("data.domains={a: [song 0], b: [song 1], c: []}")
    recipe = load_recipe(name, changes)
    trainer = run.train(recipe, tmp_path)
    assert trainer.global_step == 2
    metrics = {key: float(value) for key, value in trainer.callback_metrics.items()}
    module = trainer.lightning_module
    assert all(torch.isfinite(torch.tensor(metrics[f"valid_sdr_{stem}"])) for stem in module.separator.stems)
    assert ("train_domain_loss" in metrics) == (name == "music_translation_domains")

    entry = ModelEntry.model_validate(yaml.safe_load((tmp_path / "model" / f"{name}.yaml").read_text())[0])
    exported = build(entry, BuildOptions(torch.device("cpu"), settings={"weights_folder": str(tmp_path / "model")}))
    assert exported.sample_rate == RECIPES[name]
    (song,) = validation_songs(open_songs(recipe.data, exported.sample_rate), exported.stems, None)
    (member,) = exported.members
    trained = replace(exported, members=(replace(member, network=module.separator),))
    module.eval()
    first, second = separated(exported, song), separated(trained, song)
    assert set(first) == set(module.separator.stems)
    assert all(torch.equal(first[stem], second[stem]) for stem in first)
    assert member.segment_samples == round(0.25 * exported.sample_rate)
