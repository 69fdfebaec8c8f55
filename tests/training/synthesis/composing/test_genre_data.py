"""The genres name things that exist, and patterns are bars."""

import pytest

from training.synthesis.composing import GENRES
from training.synthesis.composing.bass_styles import BASS_STYLES
from training.synthesis.composing.comping_styles import COMPING_STYLES
from training.synthesis.composing.drum_groove import BACKBEATS
from training.synthesis.composing.drum_patterns import (
    COMPOUND_HATS,
    COMPOUND_KICKS,
    COMPOUND_SNARES,
    HATS,
    KICKS,
    PERCUSSION,
    SNARES,
    WALTZ_HATS,
    WALTZ_KICKS,
    WALTZ_SNARES,
)
from training.synthesis.composing.meters import METERS
from training.synthesis.composing.progressions import FAMILIES
from training.synthesis.composing.rhythms import COMPOUND
from training.synthesis.composing.section_kinds import FORMS, SECTION_KINDS
from training.synthesis.composing.vocal_rhythms import VOCAL_RHYTHMS
from training.synthesis.scores import DRUMS, ROLES, SINGING_STYLES


@pytest.mark.parametrize("genre", GENRES.values(), ids=GENRES)
def test_everything_that_a_genre_names_exists(genre):
    assert set(genre.forms) <= set(FORMS)
    assert set(genre.harmony) <= set(FAMILIES)
    assert set(genre.meters) <= set(METERS)
    assert set(genre.swing) <= {"straight", "eighths", "sixteenths"}
    assert set(genre.drums.kicks) <= set(KICKS)
    assert set(genre.drums.snares) <= set(SNARES)
    assert set(genre.drums.hats) <= set(HATS)
    assert set(genre.drums.percussion) <= set(PERCUSSION)
    assert set(genre.drums.backbeats) <= set(BACKBEATS)
    assert set(genre.bass.styles) <= set(BASS_STYLES)
    assert set(genre.leads.roles) <= set(ROLES) - {"bass", "effects"}
    assert set(genre.vocals.styles) <= set(SINGING_STYLES)
    assert set(genre.vocals.rhythms) <= set(VOCAL_RHYTHMS)
    for seat in genre.seats:
        assert set(seat.roles) <= set(ROLES) - {"bass"}
        assert set(seat.styles) <= set(COMPING_STYLES)


@pytest.mark.parametrize("genre", GENRES.values(), ids=GENRES)
def test_shares_of_a_genre_are_probabilities(genre):
    vocals, drums, leads = genre.vocals, genre.drums, genre.leads
    shares = [
        vocals.absent,
        vocals.harmonies,
        vocals.backing,
        vocals.choir,
        vocals.ad_libs,
        vocals.answers,
        vocals.chops,
    ]
    shares += [drums.absent, drums.percussion_share, drums.machine, drums.ghosts, drums.fills, genre.bass.absent]
    shares += [leads.riff, leads.counter, leads.solo, leads.effects, genre.sevenths, genre.suspensions, genre.stops]
    shares += [seat.share for seat in genre.seats]
    assert all(0.0 <= share <= 1.0 for share in shares)


def test_everything_that_can_be_named_is_named_by_some_genre():
    genres = GENRES.values()
    assert {name for genre in genres for name in genre.forms} == set(FORMS)
    assert {name for genre in genres for name in genre.harmony} == set(FAMILIES)
    assert {name for genre in genres for name in genre.meters} == set(METERS)
    assert {name for genre in genres for name in genre.bass.styles} == set(BASS_STYLES)
    assert {name for genre in genres for seat in genre.seats for name in seat.styles} == set(COMPING_STYLES)
    assert {name for genre in genres for name in genre.drums.kicks} == set(KICKS)
    assert {name for genre in genres for name in genre.drums.snares} == set(SNARES)
    assert {name for genre in genres for name in genre.drums.hats} == set(HATS)
    assert {name for genre in genres for name in genre.drums.percussion} == set(PERCUSSION)


def test_patterns_are_one_bar_of_known_marks():
    four = [pattern for table in (KICKS, SNARES, HATS) for patterns in table.values() for pattern in patterns]
    four += [pattern for lines in PERCUSSION.values() for _, pattern in lines]
    four += [rhythm for style in COMPING_STYLES.values() for rhythm in style.rhythms]
    four += [rhythm for style in BASS_STYLES.values() for rhythm in style.rhythms if rhythm != "kick"]
    twelve = [*COMPOUND_KICKS, *COMPOUND_SNARES, *COMPOUND_HATS, *WALTZ_KICKS, *WALTZ_SNARES, *WALTZ_HATS, *COMPOUND]
    assert {len(pattern) for pattern in four} == {16}
    assert {len(pattern) for pattern in twelve} == {12}
    assert set("".join((*four, *twelve))) == set("Xxo?r.")
    assert {drum for lines in PERCUSSION.values() for drum, _ in lines} <= set(DRUMS)


def test_forms_are_made_of_known_sections():
    names = {name for form in FORMS.values() for entry in form for name in entry.rstrip("?").split("|")}
    assert names == set(SECTION_KINDS)
