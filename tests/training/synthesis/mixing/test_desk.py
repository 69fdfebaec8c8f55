"""Mixing: stems add up, levels and facts, the same chance the same mix."""

import json

import numpy as np
import pytest

from audio.stems import STEMS
from tests.training.synthesis.mixing.parts_for_mixing import SAMPLES, beats, make_parts, make_score
from training.synthesis.mixing import desk
from training.synthesis.mixing.desk import mix
from training.synthesis.mixing.master import total
from training.synthesis.mixing.parts import PlayedPart
from training.synthesis.mixing.sounds import peak


@pytest.fixture(scope="module")
def mixes():
    """Mixes of many chances, by genre."""
    return {
        genre: [mix(make_parts(seed), make_score(genre), np.random.default_rng(seed)) for seed in range(8)]
        for genre in ("house", "folk")
    }


@pytest.mark.parametrize("genre", ["house", "folk"])
def test_every_mix_is_finite_stereo_and_inside_full_scale(mixes, genre):
    for made in mixes[genre]:
        assert tuple(sorted(made.stems)) == STEMS
        for sound in (*made.stems.values(), total(made.stems)):
            assert sound.shape == (2, SAMPLES)
            assert sound.dtype == np.float32
            assert np.isfinite(sound).all()
            assert peak(sound) <= 1.0
        assert all(sound.any() for sound in made.stems.values())
        json.dumps(made.facts)


def test_other_chance_gives_another_mix_with_other_levels(mixes):
    levels = [made.facts["stems"]["vocals"]["level_dbfs"] for made in mixes["folk"]]
    assert np.std(levels) > 2.0
    one, other = (made.stems["vocals"] for made in mixes["folk"][1:3])
    assert not np.allclose(one, other)


def test_the_same_chance_gives_the_same_bytes_and_changes_no_part():
    parts, copies = make_parts(), make_parts()
    once, again = (mix(parts, make_score(), np.random.default_rng(3)).stems for _ in range(2))
    for stem in STEMS:
        np.testing.assert_array_equal(once[stem], again[stem])
    np.testing.assert_array_equal(parts.bass, copies.bass)
    np.testing.assert_array_equal(parts.drums["kick"], copies.drums["kick"])


@pytest.mark.parametrize("changes", [{"drums": {}}, {"bass": None}, {"others": ()}, {"vocals": ()}])
def test_a_stem_that_nobody_plays_is_exactly_silent(changes, monkeypatch):
    monkeypatch.setattr(desk, "NOISE_SHARE", 0.0)
    stem = {"others": "other"}.get(*changes, *changes)
    made = mix(make_parts(**changes), make_score("house"), np.random.default_rng(0))
    assert not made.stems[stem].any()
    assert all(made.stems[other].any() for other in STEMS if other != stem)


def test_missing_stems_leave_what_is_drawn_for_the_others(monkeypatch):
    monkeypatch.setattr(desk, "CODEC_SHARE", 0.5)
    for seed in range(3):
        whole, without = (
            mix(make_parts(**changes), make_score("house"), np.random.default_rng(seed)).facts["stems"]
            for changes in ({}, {"vocals": (), "drums": {}})
        )
        for stem in ("bass", "other"):
            assert whole[stem]["effects"] == without[stem]["effects"]
            assert whole[stem]["late"] == without[stem]["late"]


def test_a_song_without_any_part_is_silent():
    made = mix(make_parts(drums={}, bass=None, others=(), vocals=()), make_score(), np.random.default_rng(0))
    assert np.isfinite(total(made.stems)).all()


def test_noise_belongs_to_other(monkeypatch):
    monkeypatch.setattr(desk, "NOISE_SHARE", 1.0)
    made = mix(make_parts(others=()), make_score(), np.random.default_rng(1))
    assert made.stems["other"].any()
    assert made.facts["noise"]["level_db"] <= -20.0


def test_the_facts_tell_every_effect_of_every_part(mixes):
    facts = mixes["folk"][4].facts
    assert [part["name"] for part in facts["stems"]["vocals"]["parts"]] == ["lead", "ad_lib"]
    assert facts["stems"]["vocals"]["parts"][0]["effects"][0]["kind"] == "Equaliser"
    assert "Loudness" in [step["kind"] for step in facts["master"]]


def test_lines_of_a_backing_group_share_a_strip_and_leads_do_not():
    lines = tuple(
        PlayedPart(name, beats(900.0, 2.0, seed)) for seed, name in enumerate(("lead", "choir", "lead", "choir"))
    )
    facts = mix(make_parts(vocals=lines), make_score(), np.random.default_rng(4)).facts
    assert [(part["name"], part["lines"]) for part in facts["stems"]["vocals"]["parts"]] == [
        ("lead", 1), ("choir", 2), ("lead", 1),
    ]  # fmt: skip
