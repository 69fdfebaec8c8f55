"""From a folder or a musdb.DB to tracks with rates and lengths."""

from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from audio import MIXTURE, SAMPLE_RATE, STEMS
from audio.datasets import DatasetError, StemFile, open_dataset
from audio.datasets.headers import read_header
from audio.datasets.layouts import find_tracks, layout_of
from audio.datasets.tracks import join_datasets
from audio.decoding import decode_streams
from audio.sample_tracks import find_packaged_song
from tests.audio.datasets.dataset_writers import SAMPLES, make_sounds, write_song


def as_musdb(root, *, is_wav):
    """Return an object like the musdb.DB of a folder."""
    tracks = []
    for track in find_tracks(root, layout_of(root)):
        parts = {
            name: SimpleNamespace(path=str(file.path), stem_id=0 if is_wav and name == MIXTURE else file.stream)
            for name, file in track.files.items()
        }
        mixture = parts.pop(MIXTURE)
        subset = "train" if track.split == "valid" else track.split
        about = {"name": track.name, "subset": subset, "sources": parts}
        tracks.append(SimpleNamespace(**about, path=mixture.path, stem_id=mixture.stem_id))
    return SimpleNamespace(root=str(root), tracks=tracks, is_wav=is_wav)


def test_tracks_have_their_rate_and_length(musdb_hq):
    for track in open_dataset(musdb_hq).tracks:
        assert (track.sample_rate, track.samples, track.duration_seconds) == (SAMPLE_RATE, SAMPLES, 2.0)


def test_the_header_of_a_container_tells_the_length_of_each_stream_to_an_encoders_frame():
    path = find_packaged_song()
    for stream, (samples, rate) in enumerate(decode_streams(path)):
        header = read_header(StemFile(path, stream))
        assert header.sample_rate == rate
        assert abs(header.samples - len(samples)) <= 2048
        assert not header.seekable


def test_the_length_of_a_track_is_that_of_its_shortest_stem(folders):
    write_song(folders / "Whole", {"bass": make_sounds(9)["bass"][:, :1000]})
    whole = {track.name: track for track in open_dataset(folders).tracks}["Whole"]
    assert whole.samples == 1000


@pytest.mark.parametrize(("folder", "is_wav"), [("musdb", False), ("musdb_hq", True)])
def test_a_musdb_object_gives_the_same_tracks_as_its_folder(folder, is_wav, request):
    root = request.getfixturevalue(folder)
    assert open_dataset(as_musdb(root, is_wav=is_wav)).tracks == open_dataset(root).tracks


def test_an_empty_musdb_object_is_refused():
    with pytest.raises(DatasetError, match="must hold tracks. Got none"):
        open_dataset(SimpleNamespace(root="", tracks=[], is_wav=True))


def test_something_else_than_a_folder_or_a_musdb_object_is_refused():
    with pytest.raises(DatasetError, match="a folder or a musdb.DB. Got int"):
        open_dataset(3)


def test_an_unreadable_file_is_refused_with_its_track(folders):
    (folders / "Whole" / "bass.wav").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(DatasetError, match=r"track 'Whole' cannot be used. .*Git LFS pointer.*mdx data check"):
        open_dataset(folders)


def test_different_rates_within_a_track_are_refused(folders):
    write_song(folders / "Whole", {"bass": make_sounds(9)["bass"]}, sample_rate=48_000)
    with pytest.raises(DatasetError, match="one sample rate. Got 44100, 48000 Hz in 'Whole'"):
        open_dataset(folders)


def test_more_than_two_channels_are_refused_before_training(folders):
    soundfile.write(folders / "Whole" / "bass.wav", np.full((SAMPLES, 3), 0.1), SAMPLE_RATE)
    with pytest.raises(DatasetError, match=r"must be mono or stereo. Got 3 channels in '.*bass.wav'"):
        open_dataset(folders)


def test_a_flac_file_without_a_length_is_refused(folders):
    (folders / "Whole" / "bass.wav").unlink()
    path = folders / "Whole" / "bass.flac"
    soundfile.write(path, make_sounds(9)["bass"].numpy().T, SAMPLE_RATE)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # The number of samples: the last 36 bits before the MD5 sum of STREAMINFO.
    content[22:26] = bytes(4)
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"track 'Whole' cannot be used. The audio file must state its length"):
        open_dataset(folders)


def test_a_split_holds_its_tracks(musdb_hq):
    dataset = open_dataset(musdb_hq)
    assert [track.name for track in dataset.split("valid").tracks] == ["Leaf - Summerghost"]
    with pytest.raises(DatasetError, match="must be one of train, valid, test. Got 'dev'"):
        dataset.split("dev")


def test_a_split_without_tracks_is_refused(folders):
    with pytest.raises(DatasetError, match=r"'valid' .* must hold tracks. Got none \(splits there: train\)"):
        open_dataset(folders).split("valid")


def test_named_songs_can_be_held_out_for_validation(musdb_hq):
    held_out = open_dataset(musdb_hq).hold_out({"Alpha - One"})
    assert [track.name for track in held_out.split("valid").tracks] == ["Alpha - One"]
    assert {track.name for track in held_out.split("train").tracks} == {"Beta - Two", "Leaf - Summerghost"}
    with pytest.raises(DatasetError, match="must be training tracks of .* Got 'Gamma - Three'"):
        open_dataset(musdb_hq).hold_out({"Gamma - Three"})


def test_a_validation_song_is_found_however_its_accents_are_stored(folders):
    (folders / "Whole").rename(folders / "Cafe\u0301")
    held_out = open_dataset(folders).hold_out(["Caf\u00e9"])
    assert [track.name for track in held_out.split("valid").tracks] == ["Cafe\u0301"]


def test_joined_datasets_keep_their_tracks_and_splits(musdb_hq, labelnoise):
    joined = join_datasets([open_dataset(musdb_hq), open_dataset(labelnoise)])
    assert len(joined.tracks) == 5
    assert len(joined.split("train").tracks) == 3


def test_the_accompaniment_is_a_file_or_the_sum_of_the_rest(musdb_hq, ccmixter, folders):
    whole = open_dataset(musdb_hq).tracks[0]
    assert whole.sources("accompaniment") == tuple(whole.files[stem] for stem in STEMS if stem != "vocals")
    two = open_dataset(ccmixter).tracks[0]
    assert two.sources("accompaniment") == (two.files["accompaniment"],)
    partly = open_dataset(folders).tracks[1]
    assert (partly.name, partly.sources("accompaniment")) == ("partly", ())
