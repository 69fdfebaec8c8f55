"""Kept estimates: when they are found again, and when not."""

from __future__ import annotations

import json
import logging

import pytest
import torch

from audio import STEMS
from models.errors import MixtureError
from separation import Plan, PlanError, Separator
from separation import cached_separator as module
from separation.cached_separator import CachedSeparator
from separation.prediction_cache import PredictionCache
from tests.separation.blend_separators import Scaled, noise, quarters

CLASSICAL = Plan(model="classical")


@pytest.fixture
def cache(tmp_path):
    return PredictionCache(tmp_path / "predictions")


@pytest.fixture
def runs(monkeypatch):
    """Replace what would be built by something cheap, and count its runs."""
    counter = Scaled({**quarters(), "vocals": 3.3})
    monkeypatch.setattr(module, "create_separator", lambda plan: counter)
    return counter


def test_a_song_is_separated_once_and_its_estimates_are_found_again(cache, runs):
    first = CachedSeparator(CLASSICAL, cache).separate(noise(1000))
    again = CachedSeparator(CLASSICAL, PredictionCache(cache.folder)).separate(noise(1000))
    assert runs.runs == 1
    assert tuple(again) == STEMS
    assert all(torch.equal(first[stem], again[stem]) for stem in STEMS)
    assert isinstance(CachedSeparator(CLASSICAL, cache), Separator)


def test_estimates_are_kept_to_float16_also_beyond_full_scale(cache, runs):
    loud = 20 * noise(1000)
    estimates = CachedSeparator(CLASSICAL, cache).separate(loud)
    assert estimates["vocals"].abs().max() > 10
    torch.testing.assert_close(estimates["vocals"], 3.3 * loud, rtol=2**-11, atol=1e-7)


@pytest.mark.parametrize(
    "other",
    [
        Plan(model="mixture-quarter"),
        Plan(model="classical", settings={"piece_seconds": 20}),
        Plan(model="classical", seed=1),
        Plan(model="classical", random_weights=True),
    ],
)
def test_another_model_setting_or_seed_is_another_entry(cache, runs, other):
    CachedSeparator(CLASSICAL, cache).separate(noise(1000))
    CachedSeparator(other, cache).separate(noise(1000))
    assert runs.runs == 2


def test_another_song_is_another_entry(cache, runs):
    separator = CachedSeparator(CLASSICAL, cache)
    changed = noise(1000)
    changed[1, 999] += 1e-6
    for mixture in (noise(1000), changed, noise(1000)[:, :999]):
        separator.separate(mixture)
    assert runs.runs == 3
    assert len(cache.entries()) == 3


def test_another_content_of_a_file_that_a_setting_names_is_another_entry(cache, runs, tmp_path):
    checkpoint = tmp_path / "own.ckpt"
    plan = Plan(model="kuielab_a_tdf", settings={"checkpoints": {"bass": str(checkpoint)}}, random_weights=True)
    for content in ("one", "two", "one"):
        checkpoint.write_text(content)
        CachedSeparator(plan, cache).separate(noise(1000))
    assert runs.runs == 2


def test_the_weights_hash_is_part_of_the_key(cache, runs, monkeypatch):
    for sha256 in ("a", "b", "a"):
        located = type("Located", (), {"sha256": sha256})
        monkeypatch.setattr(module, "locate_hashed", lambda *arguments, located=located: located)
        CachedSeparator(Plan(model="tasnet"), cache).separate(noise(1000))
    assert runs.runs == 2


@pytest.mark.parametrize("suffix", [".npy", ".json"])
def test_a_damaged_entry_is_made_anew_with_a_warning(cache, runs, suffix, caplog):
    separator = CachedSeparator(CLASSICAL, cache)
    expected = separator.separate(noise(1000))
    (file,) = cache.folder.glob(f"*{suffix}")
    file.write_bytes(file.read_bytes()[:-20])
    with caplog.at_level(logging.WARNING):
        estimates = separator.separate(noise(1000))
    assert "damaged and made anew" in caplog.text
    assert all(torch.equal(estimates[stem], expected[stem]) for stem in STEMS)
    separator.separate(noise(1000))
    assert runs.runs == 2


def test_a_full_disk_is_told_and_stops_nothing(runs, tmp_path, mount_small_disk, caplog):
    mount_small_disk(tmp_path / "small")
    cache = PredictionCache(tmp_path / "small")
    estimates = CachedSeparator(CLASSICAL, cache).separate(noise(100_000))
    assert estimates["bass"].shape == (2, 100_000)
    assert "could not be kept" in caplog.text
    assert cache.entries() == []


def test_sizes_are_those_on_disk_and_clearing_frees_them(cache, runs):
    for plan in (CLASSICAL, Plan(model="mixture-quarter")):
        CachedSeparator(plan, cache).separate(noise(1000))
    sizes = {entry.facts["model"]: entry.size_bytes for entry in cache.entries()}
    on_disk = sum(path.stat().st_size for path in cache.folder.iterdir())
    assert sum(sizes.values()) == on_disk > 2 * 4 * 2 * 1000 * 2
    assert cache.clear("classical") == sizes["classical"]
    assert [entry.facts["model"] for entry in cache.entries()] == ["mixture-quarter"]
    assert cache.clear() == sizes["mixture-quarter"]
    assert list(cache.folder.iterdir()) == []


def test_facts_are_kept_in_plain_words(cache, runs):
    CachedSeparator(CLASSICAL, cache).separate(noise(1000))
    (path,) = cache.folder.glob("*.json")
    facts = json.loads(path.read_text())["facts"]
    assert (facts["model"], facts["weights"], facts["samples"]) == ("classical", [], 1000)


def test_blends_are_kept_member_by_member():
    with pytest.raises(PlanError, match="Got a blend of spleeter"):
        CachedSeparator(Plan.model_validate({"blend": "uhlich"}))


def test_what_is_no_mixture_is_refused_and_not_kept(cache, runs):
    with pytest.raises(MixtureError):
        CachedSeparator(CLASSICAL, cache).separate(torch.full((2, 10), float("nan")))
    assert cache.entries() == []
