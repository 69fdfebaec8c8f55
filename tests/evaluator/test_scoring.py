"""Scores of stems on disk, and what is refused before a score could be wrong."""

import logging
import shutil

import numpy as np
import pytest
import soundfile

from audio import SAMPLE_RATE, STEMS, AudioError
from evaluator import scoring
from evaluator.scoring import SongScore, mean_of_heard, score_folders, score_song, silent_references
from evaluator.tracks import Track, TrackError


@pytest.fixture
def song(tmp_path, make_track):
    """A song, and a folder with its stems as estimates."""
    return make_track(tmp_path / "test" / "Song", seed=1), make_track(tmp_path / "results" / "Song", seed=1)


def replace(folder, samples, stem="bass", rate=SAMPLE_RATE, **options):
    soundfile.write(folder / f"{stem}.wav", samples, rate, **options)


def noise(samples=4410):
    return np.random.default_rng(0).uniform(-0.5, 0.5, (samples, 2))


def test_a_song_has_the_scores_of_its_stems_and_their_mean(song):
    references, estimates = song
    replace(estimates, 0.9 * soundfile.read(references / "drums.wav")[0], "drums", subtype="FLOAT")
    scores = score_song(Track("Song", references), estimates)
    assert scores["drums"] == pytest.approx(20.0, abs=1e-3)
    assert scores["mean"] == pytest.approx(np.mean([scores[stem] for stem in STEMS]))


def test_a_folder_is_scored_song_by_song_and_strays_are_told(two_songs, caplog):
    (two_songs / "stray").mkdir()
    (two_songs / "notes.txt").write_text("nothing")
    with caplog.at_level(logging.WARNING):
        scores = score_folders(two_songs, two_songs)
    assert [score.name for score in scores] == ["Alpha", "Jokers, Jacks & Kings"]
    assert "Left out" in caplog.text
    assert "stray" in caplog.text


def test_one_song_is_scored_under_the_name_of_its_folder_however_it_is_named(song, monkeypatch, tmp_path):
    references, _ = song
    monkeypatch.chdir(references)
    here = tmp_path.cwd().relative_to(references)
    assert str(here) == "."
    assert [score.name for score in score_folders(here, here)] == ["Song"]


def test_an_estimate_at_another_rate_is_refused(song):
    references, estimates = song
    replace(estimates, noise(), rate=48_000)
    with pytest.raises(AudioError, match=r"results/Song/bass.wav' must have the sample rate.* 44100 Hz. Got 48000 Hz"):
        score_folders(references, estimates)


@pytest.mark.parametrize(
    ("values", "count"),
    [((np.nan,), 1), ((np.inf, -np.inf, np.nan), 3), ((1e300,), 1)],
    ids=["nan", "infinite", "huge"],
)
def test_an_estimate_that_is_no_number_is_refused_with_the_count(song, values, count):
    references, estimates = song
    samples = noise()
    samples[: len(values), 0] = values
    replace(estimates, samples, subtype="DOUBLE")
    with pytest.raises(AudioError, match=rf"results/Song/bass.wav' with {count} that are NaN or infinite"):
        score_folders(references, estimates)


def test_a_reference_that_is_no_number_is_refused_by_its_name(song):
    references, estimates = song
    replace(references, np.full((4410, 2), np.nan), subtype="FLOAT")
    with pytest.raises(AudioError, match=r"test/Song/bass.wav' with 8820 that are NaN or infinite"):
        score_folders(references, estimates)


@pytest.mark.parametrize("side", [0, 1])
def test_a_flac_that_breaks_off_is_refused_by_its_name(song, side):
    for folder in song:
        replace(folder, noise(300_000), format="FLAC")
    broken = song[side] / "bass.wav"
    broken.write_bytes(broken.read_bytes()[:200_000])
    with pytest.raises(AudioError, match=rf"must be whole. Got '{broken}'"):
        score_folders(*song)
    if side == 0:
        with pytest.raises(AudioError, match=rf"must be whole. Got '{broken}'"):
            silent_references(Track("Song", song[0]))


def test_a_wav_that_breaks_off_is_refused_by_its_name(song):
    broken = song[1] / "bass.wav"
    broken.write_bytes(broken.read_bytes()[:2000])
    with pytest.raises(AudioError, match=rf"must be whole. Got '{broken}'"):
        score_folders(*song)


def test_a_missing_estimate_is_refused_by_its_name(song):
    (song[1] / "other.wav").unlink()
    with pytest.raises(AudioError, match=r"must be a file. Got '.*results/Song/other.wav', which is missing"):
        score_folders(*song)


def test_folders_without_songs_or_estimates_are_refused(tmp_path, song):
    with pytest.raises(TrackError, match="The folder of songs must exist. Got .*nowhere"):
        score_folders(tmp_path / "nowhere", tmp_path)
    with pytest.raises(TrackError, match="The estimates of 'Song' must be a folder"):
        score_folders(tmp_path / "test", tmp_path / "nowhere")


def test_silent_references_are_named(tmp_path, make_track):
    folder = make_track(tmp_path / "Song", silent=("bass", "vocals"))
    assert silent_references(Track("Song", folder)) == ["bass", "vocals"]
    (score,) = score_folders(folder, folder)
    assert score.silent_references == ["bass", "vocals"]


def scores(bass, drums, other, vocals):
    by_stem = {"bass": bass, "drums": drums, "other": other, "vocals": vocals}
    return {**by_stem, "mean": sum(by_stem.values()) / 4}


def test_silent_references_can_be_left_out_of_the_means():
    whole = SongScore("Whole", scores(2.0, 4.0, 6.0, 8.0))
    instrumental = SongScore("Instrumental", scores(4.0, 4.0, 4.0, -98.0), ["vocals"])
    unscored = SongScore("Failed", None)
    mean = mean_of_heard([whole, instrumental, unscored])
    assert mean == {"bass": 3.0, "drums": 4.0, "other": 5.0, "vocals": 8.0, "mean": 4.5}


def test_a_stem_that_is_silent_in_all_songs_has_no_mean():
    mean = mean_of_heard([SongScore("Instrumental", scores(4.0, 4.0, 4.0, -98.0), ["vocals"])])
    assert mean == {"bass": 4.0, "drums": 4.0, "other": 4.0, "mean": 4.0}


def test_without_silent_references_or_without_sound_there_is_no_other_mean():
    assert mean_of_heard([SongScore("Whole", scores(2.0, 4.0, 6.0, 8.0)), SongScore("Failed", None)]) is None
    assert mean_of_heard([SongScore("Silence", scores(0.0, 0.0, 0.0, 0.0), list(STEMS))]) is None


def test_a_song_without_estimates_is_refused_before_another_one_is_scored(two_songs, tmp_path, monkeypatch):
    shutil.copytree(two_songs / "Alpha", tmp_path / "estimates" / "Alpha")
    monkeypatch.setattr(scoring, "score_song", lambda track, estimates: pytest.fail(f"{track.name} was scored"))
    with pytest.raises(TrackError, match=r"The estimates of 'Jokers, Jacks & Kings' must be a folder .* is missing"):
        score_folders(two_songs, tmp_path / "estimates")
