"""Songs in a stem.mp4, from the copy that predict.py gets to the score: as if they lay there as WAV files."""

import json
import tempfile

import pytest
import soundfile

from audio import STEMS, AudioError
from audio.datasets.decoding import decode_stem
from audio.datasets.layouts import CONTAINER_SUFFIX, find_tracks, layout_of
from audio.sample_tracks import find_packaged_song
from evaluator.scoring import score_folders
from tests.audio.datasets.dataset_writers import make_sounds, write_container

SONG = "Gamma - Three"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder in which copies are made, empty before and after."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def as_wav(musdb, tmp_path):
    """The same test song as WAV files."""
    folder = tmp_path / "wav" / SONG
    folder.mkdir(parents=True)
    track = next(track for track in find_tracks(musdb, layout_of(musdb)) if track.name == SONG)
    for name, file in track.files.items():
        soundfile.write(folder / f"{name}.wav", *decode_stem(file), subtype="FLOAT")
    return folder.parent


def test_a_song_in_a_container_is_evaluated_as_its_wav_files(run_submission, musdb, as_wav, tmp_path, temporary):
    body = """
        write(np.tanh(mixture * np.linspace(0.1, 0.4, len(mixture))[:, None]), subtype="FLOAT")
        assert os.listdir(os.path.dirname(mixture_file_path)) == ["mixture.wav"]
    """
    (song,) = run_submission(body, data=musdb).songs
    rows = [json.loads((tmp_path / "results" / "results.json").read_text())["songs"][0]]
    (expected,) = run_submission(body, data=as_wav).songs
    rows.append(json.loads((tmp_path / "results" / "results.json").read_text())["songs"][0])
    assert (song.name, song.ok, song.failure, song.duration_seconds) == (SONG, True, None, 2.0)
    assert song.sdr == expected.sdr
    assert song.audit == expected.audit
    assert set(rows[0]) == set(rows[1])
    scores = score_folders(musdb, tmp_path / "results")
    assert [(score.name, score.sdr) for score in scores] == [(SONG, expected.sdr)]


def test_the_audit_compares_with_the_mixture_of_the_container(run_submission, musdb, temporary):
    (song,) = run_submission("write(0 * mixture + 0.2)", data=musdb).songs
    assert any(finding.message.startswith("the stems do not sum to the mixture") for finding in song.audit)
    (song,) = run_submission("write(mixture / 4)", data=musdb).songs
    assert [finding.message for finding in song.audit] == ["bass, drums, other, vocals hold the same samples"]


def test_resume_keeps_songs_of_a_container_whose_stems_are_valid(run_submission, musdb, tmp_path, temporary):
    body = f"open({str(tmp_path / 'calls')!r}, 'a').write('x'); write()"
    run_submission(body, data=musdb)
    assert run_submission(body, data=musdb, resume=True).ok
    assert (tmp_path / "calls").read_text() == "x"
    (tmp_path / "results" / SONG / "bass.wav").write_bytes(b"damaged")
    assert run_submission(body, data=musdb, resume=True).ok
    assert (tmp_path / "calls").read_text() == "xx"


def test_streams_of_unequal_lengths_are_told_and_taken_up_to_the_shortest(run_submission, tmp_path, temporary, caplog):
    sounds = make_sounds(3)
    sounds["bass"] = sounds["bass"][:, :-100]
    write_container(tmp_path / "uneven" / f"Song{CONTAINER_SUFFIX}", sounds)
    (song,) = run_submission("assert len(mixture) == 88_100; write()", data=tmp_path / "uneven").songs
    assert song.ok
    assert set(song.sdr) == {*STEMS, "mean"}
    assert "'Song': Its files have from 88100 to 88200 samples; each is taken up to 88100." in caplog.text


def test_a_container_that_breaks_off_is_refused_before_anything_runs(run_submission, tmp_path, temporary):
    song = find_packaged_song()
    folder = tmp_path / "cut"
    folder.mkdir()
    (folder / song.name).write_bytes(song.read_bytes()[:600_000])
    with pytest.raises(AudioError, match=f"must be whole. Got '.*{song.name}'"):
        run_submission(f"open({str(tmp_path / 'called')!r}, 'w')", data=folder)
    assert not (tmp_path / "called").exists()


def test_a_container_that_is_damaged_during_the_run_costs_no_other_song(run_submission, musdb, temporary):
    write_container(musdb / "test" / f"Delta{CONTAINER_SUFFIX}", make_sounds(9))
    path = musdb / "test" / f"{SONG}{CONTAINER_SUFFIX}"
    delta, gamma = run_submission(f"open({str(path)!r}, 'wb').close(); write()", data=musdb).songs
    assert delta.ok
    assert delta.sdr is not None
    assert not gamma.ok
    assert f"not audited: The audio file must hold audio. Got '{path}'" in gamma.audit[0].message
