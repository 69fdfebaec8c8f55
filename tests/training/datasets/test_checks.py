"""Faults of datasets: each is found, named, and told as an error or a warning."""

import json
import os
import shutil

import numpy as np
import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, write_audio
from audio.datasets.layouts import find_tracks, layout_of
from audio.sample_tracks import find_packaged_song
from tests.audio.datasets.dataset_writers import SAMPLES, make_sounds, write_song
from training.datasets.checks import check_tracks, make_report

SONG = "train/Alpha - One"


def report(root):
    layout = layout_of(root)
    return make_report(layout.name, check_tracks(find_tracks(root, layout), layout.expected))


def findings(root):
    return [(finding.level, finding.code, finding.track, finding.stem) for finding in report(root).findings]


@pytest.mark.parametrize("layout", ["musdb", "musdb_hq", "dsd100", "ccmixter", "labelnoise"])
def test_a_sound_dataset_has_no_findings(layout, request):
    found = report(request.getfixturevalue(layout))
    assert found.findings == ()
    assert found.ok


def test_a_real_songs_lossy_stems_sum_to_its_mixture_well_enough(tmp_path):
    (tmp_path / "train").mkdir()
    shutil.copy(find_packaged_song(), tmp_path / "train")
    assert report(tmp_path).findings == ()


def test_tracks_and_hours_are_counted(musdb_hq):
    found = report(musdb_hq)
    assert found.tracks == {"train": 2, "valid": 1, "test": 1}
    assert found.seconds == 8.0
    assert json.loads(json.dumps(found.as_document()))["layout"] == "musdb18-hq"


def test_a_missing_stem_is_an_error_where_the_layout_has_it(musdb_hq):
    (musdb_hq / SONG / "bass.wav").unlink()
    assert findings(musdb_hq) == [("error", "missing-stem", "Alpha - One", "bass")]


def test_a_partial_track_of_any_folder_is_worth_a_warning(folders):
    assert findings(folders) == [
        ("warning", "missing-stem", "partly", "bass"),
        ("warning", "missing-stem", "partly", "other"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS pointer"),
        (b"", "0 bytes"),
        (b"no audio at all", "Got '.*bass.wav'"),
    ],
)
def test_a_file_that_is_no_audio_is_an_error(musdb_hq, content, told):
    (musdb_hq / SONG / "bass.wav").write_bytes(content)
    (finding,) = report(musdb_hq).findings
    assert (finding.level, finding.code, finding.stem) == ("error", "unreadable", "bass")
    assert pytest.raises(AssertionError, match=told).matches(AssertionError(finding.message))


def test_a_link_that_leads_nowhere_is_an_error(folders):
    (folders / "partly" / "bass.wav").symlink_to("nowhere.wav")
    assert findings(folders)[0] == ("error", "unreadable", "partly", "bass")


def test_a_name_that_is_no_text_is_an_error_that_can_be_printed(musdb_hq):
    (musdb_hq / SONG).rename(os.fsdecode(os.fsencode(musdb_hq / "train") + b"/Caf\xe9"))
    found = report(musdb_hq).findings
    assert {(finding.code, finding.track) for finding in found} == {("unreadable", "Caf\ufffd")}
    assert "Caf\ufffd/bass.wav'. Rename what shows as \ufffd." in found[-4].message


def test_a_file_that_was_cut_off_is_an_error(musdb_hq):
    path = musdb_hq / SONG / "bass.wav"
    path.write_bytes(path.read_bytes()[:5000])
    (finding,) = report(musdb_hq).findings
    assert finding.code == "unreadable"
    assert "must be whole" in finding.message


def test_a_container_that_was_cut_off_is_one_error(musdb):
    path = musdb / "test" / "Gamma - Three.stem.mp4"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert findings(musdb) == [("error", "unreadable", "Gamma - Three", "mixture")]


@pytest.mark.parametrize(("missing", "level"), [(1000, "warning"), (20_000, "error")])
def test_unequal_lengths_are_told(musdb_hq, missing, level):
    write_song(musdb_hq / SONG, {"bass": make_sounds(0)["bass"][:, : SAMPLES - missing]})
    found = findings(musdb_hq)
    assert (level, "lengths", "Alpha - One", "") in found


def test_another_rate_is_worth_a_warning_and_two_rates_in_a_track_are_an_error(folders):
    write_song(folders / "Whole", make_sounds(7), sample_rate=48_000)
    assert [finding[:2] for finding in findings(folders)].count(("warning", "rate")) == 5
    write_song(folders / "Whole", {"bass": make_sounds(7)["bass"]})
    assert findings(folders)[0] == ("error", "rates", "Whole", "")


def test_a_silent_stem_is_worth_a_warning_and_a_silent_mixture_is_an_error(folders):
    silence = torch.zeros(2, SAMPLES)
    write_song(folders / "partly", {"vocals": silence, "mixture": make_sounds(8, ("drums", "vocals"))["drums"]})
    assert ("warning", "silent", "partly", "vocals") in findings(folders)
    write_song(folders / "partly", {"mixture": silence})
    assert ("error", "silent", "partly", "mixture") in findings(folders)


def test_samples_that_are_no_numbers_are_an_error(musdb_hq):
    sound = make_sounds(0)["bass"].numpy().T.copy()
    sound[5:8, 0] = np.nan
    soundfile.write(musdb_hq / SONG / "bass.wav", sound, SAMPLE_RATE, subtype="FLOAT")
    (finding,) = report(musdb_hq).findings
    assert (finding.level, finding.code, finding.message) == ("error", "nan", "3 samples are NaN or infinite.")


def test_more_than_two_channels_are_an_error(musdb_hq):
    soundfile.write(musdb_hq / SONG / "bass.wav", np.full((SAMPLES, 3), 0.1), SAMPLE_RATE)
    assert ("error", "channels", "Alpha - One", "bass") in findings(musdb_hq)


def test_mono_stems_are_compared_as_stereo(folders):
    sounds = {stem: sound[:1].repeat(2, 1) for stem, sound in make_sounds(7).items()}
    write_song(folders / "Whole", sounds)
    write_audio(folders / "Whole" / "bass.wav", sounds["bass"][:1], SAMPLE_RATE, "PCM_16")
    assert all(finding[2] == "partly" for finding in findings(folders))


@pytest.mark.parametrize(("gain", "level"), [(1.3, "warning"), (3.0, "error")])
def test_stems_that_do_not_sum_to_the_mixture_are_told_with_how_far(musdb_hq, gain, level):
    write_song(musdb_hq / SONG, {"bass": gain * make_sounds(0)["bass"]})
    (finding,) = report(musdb_hq).findings
    assert (finding.level, finding.code, finding.track) == (level, "sum", "Alpha - One")
    expected = 20 * np.log10((gain - 1) / 2)
    assert f"{expected:.1f} dB" in finding.message


def test_an_accompaniment_beside_its_stems_is_not_summed_twice(folders):
    sounds = make_sounds(7)
    write_song(folders / "Whole", {"accompaniment": sounds["mixture"] - sounds["vocals"]})
    assert all(finding[2] == "partly" for finding in findings(folders))


def test_a_mixture_of_the_only_stem_that_sounds_is_no_duplicate(musdb_hq):
    sounds = {stem: sound * (stem == "vocals") for stem, sound in make_sounds(0).items()}
    write_song(musdb_hq / SONG, {**sounds, "mixture": sounds["vocals"]})
    assert {finding[1] for finding in findings(musdb_hq)} == {"silent"}


def test_a_song_in_training_and_test_is_an_error(musdb_hq):
    shutil.copytree(musdb_hq / SONG, musdb_hq / "test" / "Alias")
    found = report(musdb_hq).findings
    assert len(found) == 5
    assert {(finding.level, finding.code, finding.track) for finding in found} == {("error", "duplicate", "Alias")}
    assert "It holds the same sound as 'bass' of 'Alpha - One' (train)." in {finding.message for finding in found}


def test_a_song_twice_in_training_is_worth_a_warning(musdb_hq):
    shutil.copytree(musdb_hq / SONG, musdb_hq / "train" / "Alias")
    assert {finding[:2] for finding in findings(musdb_hq)} == {("warning", "duplicate")}


def test_one_sound_under_two_names_is_an_error(labelnoise):
    shutil.copy(labelnoise / "0f1e-22" / "bass.wav", labelnoise / "0f1e-22" / "drums.wav")
    assert findings(labelnoise) == [("error", "duplicate", "0f1e-22", "drums")]


def test_the_same_sound_in_another_format_is_a_duplicate(musdb_hq):
    sound, rate = soundfile.read(musdb_hq / SONG / "bass.wav")
    (musdb_hq / "train" / "Beta - Two" / "bass.wav").unlink()
    soundfile.write(musdb_hq / "train" / "Beta - Two" / "bass.flac", sound, rate)
    assert ("warning", "duplicate", "Beta - Two", "bass") in findings(musdb_hq)
