"""Facts of whole songs: every genre composes, and what it writes can be played."""

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from training.synthesis.composing import GENRES, compose
from training.synthesis.composing.planning import COMPOUND_FASTER
from training.synthesis.composing.registers import PLAYABLE
from training.synthesis.composing.scales import NOTE_NAMES, Key
from training.synthesis.composing.vocal_ranges import HIGHEST, LOWEST
from training.synthesis.scores import DRUMS, ROLES, SINGING_STYLES, VOCAL_PARTS, Note, Role

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def every_song(songs):
    return [song for its_songs in songs.values() for song in its_songs]


def vocal_notes(song):
    return [note for line in song.vocals for phrase in line.phrases for note in phrase]


def all_notes(song):
    yield from song.bass.notes
    for line in song.others:
        yield from line.notes
    yield from vocal_notes(song)


def key_of(song):
    tonic, mode = song.key.split(" ", 1)
    return Key(NOTE_NAMES.index(tonic), mode)


def in_key(song, notes):
    classes = key_of(song).pitch_classes
    return [int(note.pitch) % 12 in classes for note in notes]


def test_all_notes_and_hits_lie_inside_the_song_and_in_the_range_of_their_instrument_or_voice(every_song):
    for song in every_song:
        notes = list(all_notes(song))
        assert all(0.0 <= note.start_seconds < note.end_seconds <= song.duration_seconds for note in notes), song.genre
        assert all(0.0 <= hit.start_seconds < song.duration_seconds for hit in song.hits), song.genre
        assert all(0.0 < sound.velocity <= 1.0 for sound in (*notes, *song.hits)), song.genre
        for line in (song.bass, *song.others):
            low, high = PLAYABLE[line.role]
            assert all(low <= note.pitch <= high for note in line.notes), (song.genre, line.role)
        assert all(LOWEST <= note.pitch <= HIGHEST for note in vocal_notes(song)), song.genre


def test_at_least_85_percent_of_the_vocal_and_bass_notes_of_each_genre_are_in_the_key(songs):
    for genre, its_songs in songs.items():
        for part in (vocal_notes, lambda song: song.bass.notes):
            assert np.mean([belongs for song in its_songs for belongs in in_key(song, part(song))]) >= 0.85, genre


def test_tempos_differ_and_lie_in_the_range_of_the_genre(songs):
    for genre, its_songs in songs.items():
        low, high = GENRES[genre].tempo_bpm
        tempos = {song.tempo_bpm for song in its_songs}
        assert len(tempos) == len(its_songs)
        # Songs in 6/8 are faster in quarters.
        assert low <= min(tempos) <= max(tempos) <= high * (COMPOUND_FASTER if "6/8" in GENRES[genre].meters else 1.0)


def test_sections_follow_each_other_from_the_start_to_the_end(every_song):
    for song in every_song:
        starts = [section.start_seconds for section in song.sections]
        ends = [section.end_seconds for section in song.sections]
        assert starts[0] == 0.0
        assert ends[-1] == song.duration_seconds
        assert starts[1:] == ends[:-1]
        assert all(start < end for start, end in zip(starts, ends, strict=True))
        assert all(0.0 <= section.intensity <= 1.0 for section in song.sections)


def test_chords_are_those_that_sound_the_first_from_the_start_or_after_a_silent_beat(every_song):
    for song in every_song:
        starts = song.chord_starts_seconds
        assert len(song.chords) == len(starts) == len(set(starts)) > 0
        assert list(starts) == sorted(starts)
        assert 0.0 <= starts[0] <= song.beat_seconds
        assert starts[-1] < song.duration_seconds


def test_all_roles_drums_parts_and_styles_of_the_interface_are_used(every_song):
    assert {hit.drum for song in every_song for hit in song.hits} == set(DRUMS)
    assert {line.role for song in every_song for line in song.others} == set(ROLES) - {"bass"}
    assert {line.part for song in every_song for line in song.vocals} == set(VOCAL_PARTS)
    assert {line.style for song in every_song for line in song.vocals} == set(SINGING_STYLES)
    assert set(PLAYABLE) == set(get_args(Role))


def test_notes_of_a_voice_never_overlap_and_some_touch(every_song):
    touching = 0
    for song in every_song:
        for line in song.vocals:
            notes = [note for phrase in line.phrases for note in phrase]
            for note, following in itertools.pairwise(notes):
                assert note.end_seconds <= following.start_seconds + 1e-9
                touching += note.end_seconds == following.start_seconds
    assert touching > 100


def test_what_is_rapped_is_not_harmonised(every_song):
    harmonies = [line.style for song in every_song for line in song.vocals if line.part == "harmony"]
    assert len(harmonies) > 30
    assert "rap" not in harmonies


def test_choirs_stay_small_and_most_songs_have_several_voices(every_song):
    counts = [len(song.vocals) for song in every_song if song.vocals]
    assert max(counts) <= 8
    assert 2.0 < np.mean(counts) < 4.0


def test_the_lead_voice_stays_in_the_range_of_one_singer(every_song):
    spans = []
    for song in every_song:
        for line in song.vocals:
            pitches = [note.pitch for phrase in line.phrases for note in phrase]
            if line.part == "lead":
                spans.append(max(pitches) - min(pitches))
                assert spans[-1] <= (5 if line.style == "rap" else 23)
    assert min(spans) <= 3
    assert max(spans) >= 15


def test_all_accompaniment_lines_are_played_by_somebody(every_song):
    for song in every_song:
        assert song.others
        assert all(line.notes for line in song.others)
        assert all(phrase for line in song.vocals for phrase in line.phrases)


def test_shares_of_songs_without_voice_drums_or_bass_are_those_of_the_genres(every_song):
    for part, taste in (
        (vocal_notes, "vocals"),
        (lambda song: song.hits, "drums"),
        (lambda song: song.bass.notes, "bass"),
    ):
        expected = np.mean([getattr(genre, taste).absent for genre in GENRES.values()])
        assert 0.02 < expected < 0.35
        assert np.mean([not part(song) for song in every_song]) == pytest.approx(expected, abs=0.06)


def sounding(notes, song):
    """Whether any of some notes sounds, for every hundredth of a second of a song."""
    sounds = np.zeros(int(song.duration_seconds * 100), bool)
    for note in notes:
        sounds[int(note.start_seconds * 100) : int(note.end_seconds * 100)] = True
    return sounds


def test_voices_sound_for_most_of_a_sung_song_but_not_throughout(every_song):
    shares = [sounding(vocal_notes(song), song).mean() for song in every_song if song.vocals]
    assert 0.5 < np.mean(shares) < 0.8


def test_hardly_a_song_is_silent_for_longer_than_three_seconds(every_song):
    silent = 0
    for song in every_song:
        struck = [Note(hit.start_seconds, hit.start_seconds + 0.5, 0.0) for hit in song.hits]
        silent += "0" * 300 in "".join(str(int(heard)) for heard in sounding([*all_notes(song), *struck], song))
    assert silent <= 0.01 * len(every_song)


def test_an_instrument_has_the_tune_where_nobody_sings(every_song):
    """Somebody beside the chords plays in most songs without voices: one note at a time, mostly."""

    def is_melody(line):
        starts = [note.start_seconds for note in line.notes]
        return line.role != "effects" and len(set(starts)) == len(starts) > 8

    assert np.mean([any(map(is_melody, song.others)) for song in every_song if not song.vocals]) > 0.85


def test_the_same_state_of_the_generator_gives_the_same_song():
    first, second = (compose(np.random.default_rng(5), 16.0) for _ in range(2))
    assert first == second


def test_the_song_does_not_depend_on_the_hashes_of_the_process():
    code = (
        "import numpy as np; from training.synthesis.composing import compose, GENRES; "
        "print([compose(np.random.default_rng(3), 8.0, name) for name in GENRES])"
    )
    other_process = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
    )
    here = [compose(np.random.default_rng(3), 8.0, name) for name in GENRES]
    assert other_process.stdout.decode().strip() == str(here)


def test_no_two_songs_share_a_part(every_song):
    for part in ("hits", "bass", "others", "vocals"):
        played = [getattr(song, part) for song in every_song if part != "bass" or song.bass.notes]
        assert len(set(filter(None, played))) == len(list(filter(None, played)))


def test_a_generator_that_goes_on_gives_another_song():
    rng = np.random.default_rng(5)
    assert compose(rng, 16.0) != compose(rng, 16.0)


def test_genres_are_drawn_where_none_is_asked_for():
    genres = {compose(np.random.default_rng(seed), 2.0).genre for seed in range(80)}
    assert len(genres) > 20


def test_songs_may_be_short_or_long():
    for seed in range(60):
        assert compose(np.random.default_rng(seed), 2.0, "ballad").chord_starts_seconds[0] < 2.0
    for genre in ("rock", "ambient", "techno"):
        song = compose(np.random.default_rng(9), 200.0, genre)
        assert song.sections[-1].end_seconds == 200.0
        assert max(note.end_seconds for note in all_notes(song)) > 180.0


def test_thirty_seconds_are_composed_in_less_than_50_ms():
    compose(np.random.default_rng(0), 30.0)
    start = time.process_time()
    for seed in range(20):
        compose(np.random.default_rng(seed), 30.0)
    assert (time.process_time() - start) / 20 < 0.05


def test_an_unknown_genre_and_a_bad_length_are_named():
    with pytest.raises(ValueError, match="The genre must be one of rock, punk, .*Got 'polka'."):
        compose(np.random.default_rng(0), 16.0, "polka")
    with pytest.raises(ValueError, match="duration_seconds must be from 2 to 900. Got 1.5."):
        compose(np.random.default_rng(0), 1.5)
