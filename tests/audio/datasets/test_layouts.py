"""Which layout a folder is, and which tracks and stems it gives."""

from importlib import metadata
from pathlib import Path

import pytest
import yaml

from audio import MIXTURE, STEMS
from audio.datasets import DatasetError, open_dataset
from audio.datasets.layouts import LAYOUTS, find_tracks, layout_of
from audio.datasets.tracks import StemFile
from audio.datasets.validation import VALIDATION_TRACKS


def tracks_of(root):
    return {track.name: track for track in find_tracks(root, layout_of(root))}


@pytest.mark.parametrize(
    ("folder", "layout"),
    [
        ("musdb", "musdb18"),
        ("musdb_hq", "musdb18-hq"),
        ("dsd100", "dsd100"),
        ("ccmixter", "ccmixter"),
        ("labelnoise", "sdxdb23-labelnoise"),
        ("folders", "folders"),
    ],
)
def test_each_layout_is_found_out(folder, layout, request):
    assert layout_of(request.getfixturevalue(folder)).name == layout


def test_the_two_variants_of_sdxdb23_are_told_apart_by_the_folders_name(labelnoise):
    bleeding = labelnoise.rename(labelnoise.parent / "moisesdb23_bleeding_v1.0")
    assert layout_of(bleeding).name == "sdxdb23-bleeding"


def test_a_track_that_lacks_a_file_does_not_make_musdb18_hq_another_layout(musdb_hq):
    (musdb_hq / "train" / "Alpha - One" / "bass.wav").unlink()
    assert layout_of(musdb_hq).name == "musdb18-hq"


def test_other_stems_under_folders_of_splits_are_any_folders(folders, tmp_path):
    (tmp_path / "split").mkdir()
    (folders / "partly").rename(tmp_path / "partly")
    folders.rename(tmp_path / "split" / "valid")
    (tmp_path / "split" / "train").mkdir()
    (tmp_path / "partly").rename(tmp_path / "split" / "train" / "partly")
    (tmp_path / "split" / "valid" / "Whole" / "piano.wav").write_bytes(b"")
    assert layout_of(tmp_path / "split").name == "folders"
    splits = {name: track.split for name, track in tracks_of(tmp_path / "split").items()}
    assert splits == {"partly": "train", "Whole": "valid"}


def test_a_named_layout_is_taken(labelnoise):
    assert layout_of(labelnoise, "folders") is LAYOUTS["folders"]


def test_a_stem_mp4_gives_its_five_streams(musdb):
    path, place = musdb / "test" / "Gamma - Three.stem.mp4", "musdb18/test/Gamma - Three.stem.mp4"
    assert tracks_of(musdb)["Gamma - Three"].files == {
        "mixture": StemFile(path, 0, place=place),
        "drums": StemFile(path, 1, place=place),
        "bass": StemFile(path, 2, place=place),
        "other": StemFile(path, 3, place=place),
        "vocals": StemFile(path, 4, place=place),
    }


def test_containers_may_lie_in_the_folder_itself(musdb):
    assert [track.name for track in find_tracks(musdb / "test", layout_of(musdb / "test"))] == ["Gamma - Three"]


def test_the_validation_songs_are_known_without_the_folder_of_their_split(musdb_hq):
    assert tracks_of(musdb_hq / "train")["Leaf - Summerghost"].split == "valid"


def test_the_fields_validation_songs_are_split_off_the_training_songs(musdb_hq):
    splits = {name: track.split for name, track in tracks_of(musdb_hq).items()}
    assert splits == {
        "Alpha - One": "train",
        "Beta - Two": "train",
        "Leaf - Summerghost": "valid",
        "Gamma - Three": "test",
    }


def test_the_field_validates_with_14_songs_as_musdb_names_them():
    # The package cannot be imported where there is no ffmpeg program; its files can be read.
    configuration = Path(metadata.distribution("musdb").locate_file("musdb/configs/mus.yaml"))
    names = yaml.safe_load(configuration.read_text())["validation_tracks"]
    assert set(names) == VALIDATION_TRACKS
    assert len(VALIDATION_TRACKS) == 14


def test_dsd100_joins_the_folders_of_mixtures_and_sources(dsd100):
    tracks = tracks_of(dsd100)
    assert {name: track.split for name, track in tracks.items()} == {"051 - A - B": "train", "001 - C - D": "test"}
    files = tracks["051 - A - B"].files
    assert set(files) == {MIXTURE, *STEMS}
    assert files[MIXTURE].path == dsd100 / "Mixtures" / "Dev" / "051 - A - B" / "mixture.wav"
    assert files["bass"].path == dsd100 / "Sources" / "Dev" / "051 - A - B" / "bass.wav"


def test_ccmixters_second_source_is_the_voice(ccmixter):
    files = tracks_of(ccmixter)["artist_-_song"].files
    assert {stem: file.path.name for stem, file in files.items()} == {
        "mixture": "mix.wav",
        "accompaniment": "source-01.wav",
        "vocals": "source-02.wav",
    }


def test_a_track_of_any_folder_has_the_stems_that_its_files_name(folders):
    tracks = tracks_of(folders)
    assert set(tracks) == {"Whole", "partly"}
    assert tracks["partly"].stems == ("drums", "vocals")


def test_a_file_of_capital_letters_is_the_stem_all_the_same(folders):
    (folders / "partly" / "vocals.wav").rename(folders / "partly" / "Vocals.WAV")
    assert tracks_of(folders)["partly"].stems == ("drums", "vocals")


def test_a_container_of_capital_letters_is_found(musdb):
    path = musdb / "test" / "Gamma - Three.stem.mp4"
    path.rename(path.with_name("Gamma - Three.STEM.MP4"))
    assert set(tracks_of(musdb)) == {"Leaf - Summerghost", "Gamma - Three"}


def test_a_folder_that_fits_nothing_is_told_what_would(tmp_path):
    (tmp_path / "notes.txt").write_text("no songs")
    with pytest.raises(DatasetError, match=r"one of these layouts: musdb18: .*with notes.txt. Name the folder"):
        layout_of(tmp_path)


def test_an_unknown_layout_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="must be one of musdb18, .* Got 'musdb19'"):
        layout_of(tmp_path, "musdb19")


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="must be a folder"):
        open_dataset(tmp_path / "absent")


def test_a_layout_without_tracks_is_refused(folders):
    with pytest.raises(DatasetError, match="layout dsd100 must hold Mixtures"):
        open_dataset(folders, "dsd100")


def test_two_files_of_one_stem_are_refused(folders):
    (folders / "Whole" / "bass.flac").write_bytes(b"x")
    with pytest.raises(DatasetError, match="one file per stem. Got 'bass.flac' and 'bass.wav'"):
        open_dataset(folders)
