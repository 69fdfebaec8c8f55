"""Made-up songs on disk in each layout of the field: short, seeded, different from one another."""

import pytest

from audio import MIXTURE
from tests.training.datasets.dataset_writers import make_sounds, write_container, write_song


@pytest.fixture
def musdb_hq(tmp_path):
    """MUSDB18-HQ: two training songs, one of the field's validation songs, one test song."""
    root = tmp_path / "musdb18hq"
    names = ("train/Alpha - One", "train/Beta - Two", "train/Leaf - Summerghost", "test/Gamma - Three")
    for seed, name in enumerate(names):
        write_song(root / name, make_sounds(seed))
    return root


@pytest.fixture
def musdb(tmp_path):
    """MUSDB18: a validation song and a test song as stem.mp4."""
    root = tmp_path / "musdb18"
    for seed, name in enumerate(("train/Leaf - Summerghost", "test/Gamma - Three")):
        write_container(root / f"{name}.stem.mp4", make_sounds(seed))
    return root


@pytest.fixture
def dsd100(tmp_path):
    """DSD100: one song for development, one for tests."""
    root = tmp_path / "DSD100"
    for seed, name in enumerate(("Dev/051 - A - B", "Test/001 - C - D")):
        sounds = make_sounds(seed)
        write_song(root / "Mixtures" / name, {MIXTURE: sounds.pop(MIXTURE)})
        write_song(root / "Sources" / name, sounds)
    return root


@pytest.fixture
def ccmixter(tmp_path):
    """CCMixter: one song, with its file names."""
    names = {MIXTURE: "mix", "accompaniment": "source-01", "vocals": "source-02"}
    root = tmp_path / "ccmixter_corpus"
    write_song(root / "artist_-_song", make_sounds(5, ("accompaniment", "vocals")), names)
    (root / "README").write_text("about")
    return root


@pytest.fixture
def labelnoise(tmp_path):
    """SDXDB23 with label noise: one song without a mixture."""
    root = tmp_path / "sdxdb23_labelnoise_v1.0_rc1"
    write_song(root / "0f1e-22", {stem: sound for stem, sound in make_sounds(6).items() if stem != MIXTURE})
    return root


@pytest.fixture
def folders(tmp_path):
    """Any folder: one whole song, one that has a voice and drums only."""
    root = tmp_path / "mine"
    write_song(root / "Whole", make_sounds(7))
    write_song(root / "partly", make_sounds(8, ("drums", "vocals")))
    (root / ".hidden").mkdir()
    return root
