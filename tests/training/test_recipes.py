"""The recipes of the kit name what exists, and say what was published."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import torch
from pydantic import BaseModel

from audio.stems import STEMS
from models.band_split_layers import BAND_TABLES, band_widths
from models.demucs_v2_config import DEMUCS_V2_32, DEMUCS_V2_48
from models.dual_path_unet import BASE, FAST
from training.architectures import build_config, build_network
from training.assembly import build_augment, build_parts, segment_samples
from training.penalties.singular_values import SingularValues
from training.quantisation import check_groups, large_tensors
from training.recipe import QuantiserSection, Recipe
from training.recipe_files import load_recipe, recipe_names

PAGE = Path(__file__).parents[2] / "docs" / "training.md"
BAND_SPLIT = {"vocals": "band_split_rnn", **{stem: f"band_split_rnn_{stem}" for stem in ("bass", "drums", "other")}}


def page_rows(heading):
    """The rows of a table of the page about training, as lists of cells."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def row_of(recipe):
    return next(row for row in page_rows("Recipes") if row[0] == f"`{recipe}`")


def keys_of(section, path=""):
    """Dotted keys of a schema, down to those that hold values."""
    for key, field in section.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation)]
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        yield from keys_of(inner[0], f"{path}{key}.") if inner else [path + key]


@pytest.mark.parametrize("key", list(keys_of(Recipe)))
def test_the_page_about_training_explains_every_key(key):
    *sections, last = key.split(".")
    in_row = [f"| `{'.'.join(sections)}`", f"`{last}`"]
    rows = [" | ".join(["", *row]).strip() for row in page_rows("Keys of a recipe")]
    assert any(f"`{key}`" in row or all(part in row for part in in_row) for row in rows)


def test_the_page_about_training_lists_every_recipe_and_no_other():
    assert [row[0] for row in page_rows("Recipes")] == [f"`{name}`" for name in recipe_names()]


@pytest.mark.parametrize(("name", "size"), [("default", BASE), ("default_fast", FAST)])
def test_the_default_family_is_trained_in_the_sizes_that_it_names(name, size):
    assert build_config(load_recipe(name).model) == size


@pytest.mark.parametrize("name", recipe_names())
def test_the_parts_of_a_recipe_can_be_built(name):
    recipe = load_recipe(name)
    with torch.device("meta"):
        network = build_parts(recipe).network
    mixed = [*network.stems, *recipe.data.mixed_with]
    assert len(set(mixed)) == len(mixed) > 1
    assert recipe.data.chunks_per_epoch >= 64
    millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    stems = "four" if set(network.stems) == set(STEMS) else ", ".join(network.stems)
    assert row_of(name)[2:] == [f"{millions:.1f} M", stems, f"{network.sample_rate:,}"]


@pytest.mark.parametrize(
    ("name", "seconds", "segment_seconds"),
    [
        ("demucs_v2", 10.0, 40.0),
        ("hdemucs", 8.68, 44.0),
        ("htdemucs", 7.8, 7.8),
        ("tdf_v3", 256 * 1020 / 44_100, 256 * 1020 / 44_100),
        ("band_split_rnn", 262 * 512 / 44_100, 262 * 512 / 44_100),
    ],
)
def test_networks_are_given_the_published_lengths(name, seconds, segment_seconds):
    recipe = load_recipe(name)
    read = round(recipe.data.chunk_seconds * 44_100)
    augment = build_augment(recipe, 44_100)
    assert augment.kept_samples(read) == pytest.approx(seconds * 44_100, abs=1)
    assert segment_samples(recipe, 44_100) == pytest.approx(segment_seconds * 44_100, abs=1)


def test_the_chunks_of_the_hybrid_transformer_are_its_segment():
    recipe = load_recipe("htdemucs")
    with torch.device("meta"):
        network = build_network(recipe.model, recipe.seed)
    assert segment_samples(recipe, 44_100) == network.input_samples(1000) == 343_980


@pytest.mark.parametrize(("stem", "name"), BAND_SPLIT.items())
def test_each_band_split_network_has_the_bands_of_its_stem_and_its_chunk(stem, name):
    recipe = load_recipe(name)
    config = build_config(recipe.model)
    assert config.stem == stem
    assert config.band_bins == band_widths(BAND_TABLES[stem], 2048, 44_100)
    assert {stem, *recipe.data.mixed_with} == {"bass", "drums", "other", "vocals"}
    assert round(recipe.data.chunk_seconds * 44_100) == config.chunk_samples
    vocals = load_recipe("band_split_rnn").model_dump(exclude={"name", "source", "model", "data"})
    assert recipe.model_dump(exclude={"name", "source", "model", "data"}) == vocals


@pytest.mark.parametrize(("name", "config"), [("demucs_v2_48", DEMUCS_V2_48), ("demucs_v2_32", DEMUCS_V2_32)])
def test_the_smaller_networks_of_demucs_differ_in_their_width_alone(name, config):
    recipe = load_recipe(name)
    assert build_config(recipe.model) == config
    same = {"name", "source", "model"}
    assert recipe.model_dump(exclude=same) == load_recipe("demucs_v2").model_dump(exclude=same)


def test_hybrid_demucs_has_the_published_penalty_and_betas():
    recipe = load_recipe("hdemucs")
    with torch.device("meta"):
        parts = build_parts(recipe)
    assert parts.penalties == (SingularValues(weight=1e-5, least_megabytes=1.0, iterations=4, starts=100),)
    assert recipe.optimiser.betas == (0.9, 0.9998)


def test_the_loss_of_tdf_v3_leaves_out_one_chunk_of_six():
    recipe = load_recipe("tdf_v3")
    loss = build_parts(recipe.model_copy(update={"model": load_recipe("made_up").model})).loss
    references = {"vocals": torch.zeros(6, 2, 10)}
    estimates = {"vocals": torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])[:, None, None].expand(6, 2, 10)}
    assert loss(estimates, references).item() == pytest.approx((1 + 4 + 9 + 16 + 25) / 5)


@pytest.mark.parametrize(("name", "least_megabytes"), [("hdemucs", 0.2), ("demucs_v2", 1.0), ("demucs_v2_48", 1.0)])
def test_the_published_groups_of_quantised_weights_fit_the_networks(name, least_megabytes):
    with torch.device("meta"):
        network = build_network(load_recipe(name).model, 0)
    section = QuantiserSection(least_megabytes=least_megabytes)
    check_groups(network, section)
    assert all(count % section.group_weights == 0 for count in large_tensors(network, section).values())
