"""What folders of tests share: tiny songs and datasets, a machine without weights, which tests run unasked."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

# Tests are small: threads of theirs, and of the programs that they start, would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import psutil
import pytest
import torch

from audio import MIXTURE, SAMPLE_RATE, STEMS, write_audio
from models.files import checkpoints, downloads, trusted_addresses
from tests.audio.datasets.dataset_writers import make_sounds, write_container, write_song

TINY_SAMPLES = 4410
ON_REQUEST = ("exhaustive", "network")
"""Markers of tests that run only where -m names them."""


def pytest_configure(config):
    # A shell lets what it starts in the background ignore Ctrl-C; tests of it, and their programs, would not hear it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config, items):
    unasked = [marker for marker in ON_REQUEST if marker not in config.getoption("markexpr")]
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in unasked)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def make_track():
    """Return a function that writes a song of seeded noise: `<folder>/{mixture,...}.wav`, 16-bit, stereo."""

    def make(folder: Path, samples: int = TINY_SAMPLES, silent: tuple[str, ...] = (), seed: int = 0) -> Path:
        generator = torch.Generator().manual_seed(seed)
        stems = {stem: 0.1 * torch.randn(2, samples, generator=generator).clamp(-2, 2) for stem in STEMS}
        stems |= {stem: torch.zeros(2, samples) for stem in silent}
        mixture = torch.stack(list(stems.values())).sum(dim=0)
        for name, sound in {MIXTURE: mixture, **stems}.items():
            write_audio(folder / f"{name}.wav", sound, SAMPLE_RATE, "PCM_16")
        return folder

    return make


@pytest.fixture
def quick_disk():
    """Let studies in SQLite files not wait for the disk."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def hurry(connection, record):
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", hurry)
    yield
    event.remove(Engine, "connect", hurry)


@pytest.fixture
def mount_small_disk():
    """Return a function that mounts an empty disk of 512 kB on a folder; skips where mounting is not allowed."""
    mounted = []

    def mount(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("this system has no mount command")
        if done.returncode != 0:
            pytest.skip(f"mounting a small disk is not allowed here: {done.stderr.strip()}")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def two_songs(tmp_path, make_track):
    """A folder with two songs; the name of one holds commas."""
    data = tmp_path / "songs"
    make_track(data / "Alpha", seed=1)
    make_track(data / "Jokers, Jacks & Kings", seed=2)
    return data


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


@pytest.fixture
def bare_machine(tmp_path, monkeypatch):
    """No folder that the search for weights looks into has anything, and the network is forbidden.

    Downloads may come out of the test's own folder (file://), and do not pause.
    """
    monkeypatch.setattr(trusted_addresses, "TRUSTED_PREFIXES", ("https://", tmp_path.as_uri()))
    monkeypatch.setattr(downloads, "PAUSE_SECONDS", 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("MDX_OFFLINE", "1")
    monkeypatch.delenv("MDX_WEIGHTS_DIR", raising=False)
    monkeypatch.setattr(checkpoints, "REPOSITORY_FOLDER", tmp_path / "repository" / "weights")
    return tmp_path


@pytest.fixture
def wait_until_gone():
    """Return a function that waits for the end of a process."""

    def wait(pid):
        for _ in range(100):
            if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return
            time.sleep(0.05)
        pytest.fail(f"process {pid} is still alive")

    return wait
