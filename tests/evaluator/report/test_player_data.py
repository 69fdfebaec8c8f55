"""The player gets pictures, addresses and frame scores of every song, and is told where its sound comes from."""

import base64

import pytest

from audio import STEMS
from evaluator.report.embedding import embedded_bytes
from evaluator.report.player_data import (
    BEYOND_CAP,
    ESTIMATES_ALONE,
    NO_SOUND,
    SOUND_NOTES,
    PlayerOptions,
    song_players,
)
from evaluator.report.run import read_frames, read_run
from evaluator.report.waveforms import outline


@pytest.fixture
def players(run_on_disk, quick_pictures):
    """Return a function: options -> the players of the run's three songs."""

    def prepare(**options):
        run = read_run(run_on_disk.results / "results.json")
        frames = read_frames(run, run_on_disk.results)
        page = run_on_disk.results / "report.html"
        return song_players(run, frames, run_on_disk.results, page, PlayerOptions(**options))

    return prepare


def test_a_linked_song_has_addresses_outlines_and_frame_scores(players, run_on_disk):
    _, alpha, failed = players()
    assert alpha.data["tracks"]["reference-drums"]["address"] == "../songs%20of%20the%20run/Alpha/drums.wav"
    drawn = base64.b64decode(alpha.data["tracks"]["estimate-bass"]["outline"])
    assert alpha.data["tracks"]["estimate-bass"]["spectrogram"] == "data:image/png;base64,cGljdHVyZQ=="
    assert drawn == outline(run_on_disk.results / "Alpha" / "bass.wav").tobytes()
    frames = alpha.data["frames"]
    assert frames["hop_seconds"] == 1.0
    assert frames["sdr"] == {stem: [5.0, 5.0, None] for stem in STEMS}
    assert alpha.embedded == {}
    assert (failed.data["tracks"], failed.data["frames"], failed.data["sdr"]) == ({}, None, {})
    assert failed.data["sound_note"] == NO_SOUND


def test_embedded_songs_have_no_addresses_and_those_beyond_the_cap_are_linked_and_say_so(players):
    first, second, _ = players(audio="embed", audio_cap_bytes=int(9.5 * embedded_bytes(3.0)))
    assert len(first.embedded) == 9
    assert not any("address" in track for track in first.data["tracks"].values())
    assert second.embedded == {}
    assert all("address" in track for track in second.data["tracks"].values())
    assert (first.data["sound_note"], second.data["sound_note"]) == (SOUND_NOTES["embed"], BEYOND_CAP)


def test_a_silent_page_has_pictures_and_no_sound(players):
    first = players(audio="none")[0]
    assert (first.embedded, first.data["sound_note"]) == ({}, SOUND_NOTES["none"])
    assert {frozenset(track) for track in first.data["tracks"].values()} == {frozenset({"outline", "spectrogram"})}


def test_another_folder_of_songs_takes_the_place_of_that_of_the_run(players, run_on_disk, tmp_path):
    run_on_disk.data.rename(tmp_path / "moved")
    without = players()[1].data
    assert len(without["tracks"]) == 4
    assert without["sound_note"] == f"{SOUND_NOTES['link']} {ESTIMATES_ALONE}"
    assert len(players(data_folder=tmp_path / "moved")[1].data["tracks"]) == 9


def test_a_missing_folder_of_songs_is_said_with_the_option_that_names_it(players, run_on_disk, tmp_path, caplog):
    run_on_disk.data.rename(tmp_path / "moved")
    players()
    assert "which is missing" in caplog.text
    assert "--data" in caplog.text


def test_a_file_that_is_no_sound_is_left_out_with_a_warning(players, run_on_disk, caplog):
    (run_on_disk.results / "Alpha" / "drums.wav").write_text("version https://git-lfs.github.com/spec/v1\n")
    assert "estimate-drums" not in players()[1].data["tracks"]
    assert "Alpha/drums.wav" in caplog.text
