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
from training.synthesis.composing.registers import PLAYABLE
from training.synthesis.composing.scales import NOTE_NAMES, Key
from training.synthesis.composing.vocal_ranges import HIGHEST, LOWEST
from training.synthesis.scores import DRUMS, ROLES, SINGING_STYLES, VOCAL_PARTS, Role

ROOT = Path(__file__).parents[4]


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


def test_there_are_at_least_sixteen_genres_of_wide_range():
    assert len(GENRES) >= 16
    assert min(genre.tempo_bpm[0] for genre in GENRES.values()) < 60
    assert max(genre.tempo_bpm[1] for genre in GENRES.values()) > 200


@pytest.mark.parametrize("genre", GENRES)
def test_all_notes_and_hits_lie_inside_the_song_and_start_before_they_end(songs, genre):
    for song in songs[genre]:
        assert song.genre == genre
        for note in all_notes(song):
            assert 0.0 <= note.start_seconds < note.end_seconds <= song.duration_seconds
            assert 0.0 < note.velocity <= 1.0
        for hit in song.hits:
            assert 0.0 <= hit.start_seconds < song.duration_seconds
            assert 0.0 < hit.velocity <= 1.0


@pytest.mark.parametrize("genre", GENRES)
def test_pitches_lie_in_the_range_of_their_instrument_or_voice(songs, genre):
    for song in songs[genre]:
        for line in (song.bass, *song.others):
            low, high = PLAYABLE[line.role]
            assert all(low <= note.pitch <= high for note in line.notes), line.role
        assert all(LOWEST <= note.pitch <= HIGHEST for note in vocal_notes(song))


@pytest.mark.parametrize("genre", GENRES)
def test_at_least_85_percent_of_vocal_and_bass_notes_are_in_the_key(songs, genre):
    vocals = [belongs for song in songs[genre] for belongs in in_key(song, vocal_notes(song))]
    bass = [belongs for song in songs[genre] for belongs in in_key(song, song.bass.notes)]
    assert np.mean(vocals) >= 0.85
    assert np.mean(bass) >= 0.85


@pytest.mark.parametrize("genre", GENRES)
def test_the_tempo_lies_in_the_range_of_the_genre(songs, genre):
    low, high = GENRES[genre].tempo_bpm
    tempos = [song.tempo_bpm for song in songs[genre]]
    assert all(low <= tempo <= high for tempo in tempos)
    assert len(set(tempos)) == len(tempos)


def test_sections_follow_each_other_from_the_start_to_the_end(songs):
    for song in (song for genre in songs.values() for song in genre):
        starts = [section.start_seconds for section in song.sections]
        ends = [section.end_seconds for section in song.sections]
        assert starts[0] == 0.0
        assert ends[-1] == song.duration_seconds
        assert starts[1:] == ends[:-1]
        assert all(start < end for start, end in zip(starts, ends, strict=True))
        assert all(0.0 <= section.intensity <= 1.0 for section in song.sections)


def test_chords_have_a_start_each_and_the_first_sounds_from_the_start_or_after_a_silent_beat(songs):
    for song in (song for genre in songs.values() for song in genre):
        assert len(song.chords) == len(song.chord_starts_seconds) > 0
        assert list(song.chord_starts_seconds) == sorted(song.chord_starts_seconds)
        assert song.chord_starts_seconds[0] <= song.beat_seconds


def test_only_roles_drums_parts_and_styles_of_the_interface_are_used(songs):
    every = [song for genre in songs.values() for song in genre]
    assert {hit.drum for song in every for hit in song.hits} == set(DRUMS)
    assert {line.role for song in every for line in song.others} == set(ROLES) - {"bass"}
    assert {line.part for song in every for line in song.vocals} == set(VOCAL_PARTS)
    assert {line.style for song in every for line in song.vocals} == set(SINGING_STYLES)
    assert set(PLAYABLE) == set(get_args(Role))


def test_notes_of_a_voice_never_overlap_and_some_touch(songs):
    touching = 0
    for song in (song for genre in songs.values() for song in genre):
        for line in song.vocals:
            notes = [note for phrase in line.phrases for note in phrase]
            for note, following in itertools.pairwise(notes):
                assert note.end_seconds <= following.start_seconds + 1e-9
                touching += note.end_seconds == following.start_seconds
    assert touching > 100


def test_choirs_stay_small_and_most_songs_have_several_voices(songs):
    counts = [len(song.vocals) for genre in songs.values() for song in genre if song.vocals]
    assert max(counts) <= 8
    assert 2.0 < np.mean(counts) < 4.0


def test_the_lead_voice_stays_in_the_range_of_one_singer(songs):
    spans = []
    for song in (song for genre in songs.values() for song in genre):
        for line in song.vocals:
            pitches = [note.pitch for phrase in line.phrases for note in phrase]
            if line.part == "lead":
                spans.append(max(pitches) - min(pitches))
                assert spans[-1] <= (5 if line.style == "rap" else 23)
    assert min(spans) <= 3
    assert max(spans) >= 15


def test_all_accompaniment_lines_are_played_by_somebody(songs):
    for song in (song for genre in songs.values() for song in genre):
        assert song.others
        assert all(line.notes for line in song.others)
        assert all(phrase for line in song.vocals for phrase in line.phrases)


def test_shares_of_songs_without_voice_drums_or_bass_are_those_of_the_genres(songs):
    count = sum(len(genre) for genre in songs.values())
    for stem, taste in (("vocals", "vocals"), ("hits", "drums"), ("bass", "bass")):
        expected = np.mean([getattr(GENRES[name], taste).absent for name in songs])
        silent = sum(
            not (song.bass.notes if stem == "bass" else getattr(song, stem))
            for genre in songs.values()
            for song in genre
        )
        assert 0.02 < expected < 0.35
        assert silent / count == pytest.approx(expected, abs=0.06)


def test_voices_sound_for_most_of_a_sung_song_but_not_throughout(songs):
    shares = []
    for song in (song for genre in songs.values() for song in genre if song.vocals):
        sounds = np.zeros(int(song.duration_seconds * 100))
        for note in vocal_notes(song):
            sounds[int(note.start_seconds * 100) : int(note.end_seconds * 100)] = 1.0
        shares.append(sounds.mean())
    assert 0.5 < np.mean(shares) < 0.8


def test_the_same_state_of_the_generator_gives_the_same_song():
    first, second = (compose(np.random.default_rng(5), 16.0) for _ in range(2))
    assert first == second


def test_the_song_does_not_depend_on_the_hashes_of_the_process():
    code = (
        "import zlib, numpy as np; from training.synthesis.composing import compose, GENRES; "
        "songs = [compose(np.random.default_rng(3), 16.0, name) for name in GENRES]; "
        "print(zlib.crc32(repr(songs).encode()))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_songs_of_one_genre_differ(songs):
    for genre in songs.values():
        assert len({song.hits for song in genre if song.hits}) == sum(bool(song.hits) for song in genre)
        assert len({song.bass for song in genre if song.bass.notes}) == sum(bool(song.bass.notes) for song in genre)
        assert len({song.others for song in genre}) == len(genre)
        assert len({song.vocals for song in genre if song.vocals}) == sum(bool(song.vocals) for song in genre)


def test_a_generator_that_goes_on_gives_another_song():
    rng = np.random.default_rng(5)
    assert compose(rng, 16.0) != compose(rng, 16.0)


def test_genres_are_drawn_where_none_is_asked_for():
    genres = {compose(np.random.default_rng(seed), 2.0).genre for seed in range(80)}
    assert len(genres) > 20


@pytest.mark.parametrize("duration_seconds", [1.0, 3.7, 200.0])
def test_songs_may_be_short_or_long(duration_seconds):
    for genre in ("rock", "ambient", "techno"):
        song = compose(np.random.default_rng(9), duration_seconds, genre)
        assert song.sections[-1].end_seconds == duration_seconds
        assert max(note.end_seconds for note in all_notes(song)) > 0.5 * duration_seconds


def test_thirty_seconds_are_composed_in_less_than_50_ms():
    compose(np.random.default_rng(0), 30.0)
    start = time.process_time()
    for seed in range(20):
        compose(np.random.default_rng(seed), 30.0)
    assert (time.process_time() - start) / 20 < 0.05


def test_an_unknown_genre_and_a_bad_length_are_named():
    with pytest.raises(ValueError, match="The genre must be one of rock, punk, .*Got 'polka'."):
        compose(np.random.default_rng(0), 16.0, "polka")
    with pytest.raises(ValueError, match="duration_seconds must be from 1 to 900. Got 0.5."):
        compose(np.random.default_rng(0), 0.5)
