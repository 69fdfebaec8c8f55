"""Which chunk comes when: the same for the same seed and number, every track equally often, sound where asked."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from audio import MIXTURE, SAMPLE_RATE, STEMS
from audio.datasets import DatasetError, StemFile, Track
from training.datasets import AlignedPlan, ChunkSettings, MixedPlan
from training.datasets.activity import ActivityTable, StemActivity, activity_key
from training.datasets.plans import SoundRule

SETTINGS = ChunkSettings(chunk_samples=SAMPLE_RATE, chunks_per_epoch=10, seed=3)


def track(name, stems=(MIXTURE, *STEMS), samples=10 * SAMPLE_RATE, folder="nowhere"):
    files = {stem: StemFile(Path(folder, name, f"{stem}.wav")) for stem in stems}
    return Track(name, "train", files, SAMPLE_RATE, samples)


TRACKS = [track(name) for name in "abcdefg"]


@pytest.mark.parametrize("plan", [AlignedPlan, MixedPlan])
def test_a_chunk_depends_on_the_seed_and_its_number_only(plan):
    one, other = plan(TRACKS, SETTINGS), plan(TRACKS, SETTINGS)
    numbers = list(range(200))
    assert {n: one.places(n) for n in numbers} == {n: other.places(n) for n in reversed(numbers)}
    assert [plan(TRACKS, replace(SETTINGS, seed=4)).places(n) for n in numbers] != [one.places(n) for n in numbers]


@pytest.mark.parametrize("plan", [AlignedPlan, MixedPlan])
def test_every_track_comes_equally_often_in_changing_order(plan):
    places = [plan(TRACKS, SETTINGS).places(number)["bass"] for number in range(70)]
    rounds = [[place.track.name for place in places[start : start + 7]] for start in range(0, 70, 7)]
    assert all(sorted(names) == list("abcdefg") for names in rounds)
    assert len(set(map(tuple, rounds))) > 5


def test_aligned_stems_come_from_one_place():
    for number in range(20):
        assert len(set(map(id, AlignedPlan(TRACKS, SETTINGS).places(number).values()))) == 1


def test_mixed_stems_come_from_songs_of_their_own():
    songs = [{place.track.name for place in MixedPlan(TRACKS, SETTINGS).places(n).values()} for n in range(50)]
    assert Counter(map(len, songs))[1] < 5


def test_a_mixed_stem_does_not_depend_on_the_others():
    alone = MixedPlan(TRACKS, replace(SETTINGS, stems=("vocals",)))
    assert [alone.places(n)["vocals"] for n in range(30)] == [
        MixedPlan(TRACKS, SETTINGS).places(n)["vocals"] for n in range(30)
    ]


def test_places_are_spread_over_the_whole_song_and_lie_inside_it():
    starts = [AlignedPlan(TRACKS, SETTINGS).places(number)["bass"].start for number in range(500)]
    assert 0 <= min(starts) < 0.1 * SAMPLE_RATE
    assert 8.9 * SAMPLE_RATE < max(starts) <= 9 * SAMPLE_RATE
    assert abs(np.mean(starts) - 4.5 * SAMPLE_RATE) < 0.3 * SAMPLE_RATE


def test_a_song_shorter_than_a_chunk_is_taken_from_its_start():
    assert AlignedPlan([track("short", samples=99)], SETTINGS).places(5)["bass"].start == 0


def test_aligned_chunks_leave_out_tracks_that_lack_a_stem_and_mixed_ones_use_them():
    tracks = [track("whole"), track("voice", ("vocals",))]
    assert [found.name for found in AlignedPlan(tracks, SETTINGS).tracks] == ["whole"]
    mixed = MixedPlan(tracks, SETTINGS)
    assert {stem: len(found) for stem, found in mixed.tracks.items()} == {
        "bass": 1,
        "drums": 1,
        "other": 1,
        "vocals": 2,
    }


def test_the_mixture_comes_with_aligned_stems_only():
    settings = replace(SETTINGS, stems=("vocals", MIXTURE))
    places = AlignedPlan(TRACKS, settings).places(0)
    assert places["vocals"] == places[MIXTURE]
    with pytest.raises(DatasetError, match="have no mixture but their sum"):
        MixedPlan(TRACKS, settings)


def test_stems_that_no_track_has_are_refused():
    with pytest.raises(DatasetError, match=r"must have the stems vocals, piano. None of the 7 has"):
        AlignedPlan(TRACKS, replace(SETTINGS, stems=("vocals", "piano")))


def test_tracks_of_another_rate_are_refused():
    with pytest.raises(DatasetError, match="must have 48000 Hz. Got 44100 Hz in 'a'"):
        AlignedPlan(TRACKS, replace(SETTINGS, sample_rate=48_000))


@pytest.mark.parametrize("wrong", [{"chunk_samples": 0}, {"seed": -1}, {"stems": ()}, {"stems": ("bass", "bass")}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(DatasetError, match="must be"):
        replace(SETTINGS, **wrong)


@pytest.fixture
def half_silent(tmp_path):
    """A song whose voice sounds in its second half only, another one whose voice never does, and their table."""
    songs, stems = [], {}
    for name, levels in (("half", (-100.0,) * 10 + (-20.0,) * 10), ("never", (-100.0,) * 20)):
        song = track(name, folder=tmp_path)
        (tmp_path / name).mkdir()
        for stem, file in song.files.items():
            file.path.write_bytes(stem.encode())
            shown = levels if stem == "vocals" else (-20.0,) * 20
            stems[activity_key(file)] = StemActivity(shown, 0.5)
        songs.append(song)
    return songs, ActivityTable(stems)


@pytest.mark.parametrize("plan", [AlignedPlan, MixedPlan])
def test_chunks_hold_sound_where_a_rule_asks_for_it(plan, half_silent):
    (half, _), table = half_silent
    rule = SoundRule(table, ("vocals",), probability=1.0, min_active_share=0.5)
    starts = [plan([half], SETTINGS, rule).places(number)["vocals"].start for number in range(100)]
    assert min(starts) >= 4.5 * SAMPLE_RATE
    assert max(starts) <= 9 * SAMPLE_RATE


def test_a_rule_holds_for_the_asked_share_of_chunks(half_silent):
    (half, _), table = half_silent
    plan = AlignedPlan([half], SETTINGS, SoundRule(table, ("vocals",), probability=0.5))
    early = [plan.places(number)["vocals"].start < 4.5 * SAMPLE_RATE for number in range(400)]
    assert 0.2 < np.mean(early) < 0.3


def test_a_song_without_the_sound_is_used_all_the_same(half_silent):
    (_, never), table = half_silent
    plan = AlignedPlan([never], SETTINGS, SoundRule(table, ("vocals",), probability=1.0))
    assert len({plan.places(number)["vocals"].start for number in range(20)}) == 20


def test_the_accompaniment_sounds_where_any_of_its_stems_does(half_silent):
    (half, _), table = half_silent
    assert len(SoundRule(table, ("accompaniment",)).starts(half, "accompaniment", SAMPLE_RATE)) == 19


@pytest.mark.parametrize("plan", [AlignedPlan, MixedPlan])
def test_a_rule_reaches_every_place_with_sound_equally(plan, half_silent):
    (half, _), table = half_silent
    song = replace(half, samples=half.samples + 100)
    rule = SoundRule(table, ("vocals",), probability=1.0)
    last = song.samples - SAMPLE_RATE
    starts = [plan([song], SETTINGS, rule).places(number)["vocals"].start for number in range(1000)]
    # Its last frame with sound begins 100 samples before the last place, and is drawn as often as any of the others.
    assert max(starts) <= last
    assert len({start for start in starts if start >= last - 100}) > 50


@pytest.mark.parametrize("plan", [AlignedPlan, MixedPlan])
def test_what_a_rule_must_know_shows_before_the_first_chunk(plan, half_silent):
    (half, _), _ = half_silent
    with pytest.raises(DatasetError, match="must be known. The table has none"):
        plan([half], SETTINGS, SoundRule(ActivityTable({}), ("vocals",)))


def test_a_rule_about_a_stem_that_mixed_chunks_lack_is_refused(half_silent):
    (half, _), table = half_silent
    with pytest.raises(
        DatasetError, match=r"must sound must be some of bass.* Got vocal. Leave them out of data.sound"
    ):
        MixedPlan([half], SETTINGS, SoundRule(table, ("vocal",)))


def test_a_rule_about_a_changed_file_is_refused(half_silent):
    (half, _), table = half_silent
    half.files["vocals"].path.write_bytes(b"changed")
    with pytest.raises(DatasetError, match="table has none, or the file has changed"):
        table.of(half.files["vocals"])
