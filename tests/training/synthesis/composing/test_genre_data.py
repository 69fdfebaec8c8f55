"""The genres name things that exist, and patterns are bars."""

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


def test_what_genres_name_is_exactly_what_there_is():
    genres = GENRES.values()
    assert {name for genre in genres for name in genre.forms} == set(FORMS)
    assert {name for genre in genres for name in genre.harmony} == set(FAMILIES)
    assert {name for genre in genres for name in genre.meters} == set(METERS)
    assert {name for genre in genres for name in genre.swing} == {"straight", "eighths", "sixteenths"}
    assert {name for genre in genres for name in genre.bass.styles} == set(BASS_STYLES)
    assert {name for genre in genres for seat in genre.seats for name in seat.styles} == set(COMPING_STYLES)
    assert {name for genre in genres for seat in genre.seats for name in seat.roles} <= set(ROLES) - {"bass"}
    assert {name for genre in genres for name in genre.leads.roles} <= set(ROLES) - {"bass", "effects"}
    assert {name for genre in genres for name in genre.vocals.styles} == set(SINGING_STYLES)
    assert {name for genre in genres for name in genre.vocals.rhythms} <= set(VOCAL_RHYTHMS)
    for lane, table in (
        ("kicks", KICKS), ("snares", SNARES), ("hats", HATS), ("percussion", PERCUSSION), ("backbeats", BACKBEATS)
    ):  # fmt: skip
        assert {name for genre in genres for name in getattr(genre.drums, lane)} == set(table)


def test_shares_of_genres_are_probabilities():
    for genre in GENRES.values():
        vocals, drums, leads = genre.vocals, genre.drums, genre.leads
        shares = [vocals.absent, vocals.harmonies, vocals.backing, vocals.choir, vocals.ad_libs, vocals.answers]
        shares += [vocals.chops, drums.absent, drums.percussion_share, drums.machine, drums.ghosts, drums.fills]
        shares += [leads.riff, leads.counter, leads.solo, leads.effects, genre.sevenths, genre.suspensions]
        shares += [genre.bass.absent, genre.stops, *(seat.share for seat in genre.seats)]
        assert all(0.0 <= share <= 1.0 for share in shares), genre.name


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
