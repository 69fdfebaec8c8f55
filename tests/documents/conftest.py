"""What tests of the documents share: the folders that commands run in, and a manifest of tiny networks."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

import models
from audio.made_up_songs import SAMPLE_SONGS
from evaluator.bsseval import BSSEvalSettings
from models.files import checkpoints, downloads
from models.files.file_locks import locked
from models.manifest import load_manifest
from models.scaffold import scaffold_model
from separation import cost_measuring, fresh_process
from tests.documents.clone_folder import begin_model, make_clone, settle_git
from tests.documents.commands_in_documents import ROOT
from tests.documents.in_this_process import InThisProcess
from tests.documents.scratch_folder import prepare
from tests.documents.stand_in_models import stand_in_manifest, use_manifest

SHORT_FILTERS = 16
"""Taps of BSSEval's filters in place of 512, which take most of an evaluation's time on songs of a second."""

SHORT_SAMPLE_SONGS = {name: replace(song, duration_seconds=2.0) for name, song in SAMPLE_SONGS.items()}


@pytest.fixture(autouse=True)
def threads_as_before():
    """Commands may take another number of threads."""
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny_manifest(tmp_path_factory):
    """The manifest with tiny networks, whose weights servers on this machine have."""
    with stand_in_manifest(tmp_path_factory.mktemp("weights")) as manifest:
        yield manifest


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Return a function that has a folder made by the first of all workers that asks for it; the others wait."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def once(name, make):
        folder, done = shared / name, shared / f"{name}.done"
        with locked(folder):
            if not done.exists():
                folder.mkdir(parents=True)
                make(folder)
                done.touch()
        return folder

    return once


@pytest.fixture(scope="session")
def prepared(made_once, tiny_manifest):
    """The folder in which commands run; each gets a copy."""

    def make(folder):
        with pytest.MonkeyPatch.context() as patch:
            settle_in(folder, folder, patch)
            use_manifest(tiny_manifest, patch)
            prepare(folder)

    return made_once("scratch", make)


@pytest.fixture
def scratch(tmp_path, prepared, tiny_manifest, monkeypatch):
    """A copy of the prepared folder, as the working directory of a machine without weights and caches."""
    folder = tmp_path / "scratch"
    shutil.copytree(prepared, folder)
    use_manifest(tiny_manifest, monkeypatch)
    settle_in(folder, folder, monkeypatch)
    yield folder
    # Pytest keeps the folders of three runs: too much for hundreds of copies.
    shutil.rmtree(tmp_path)


@pytest.fixture(scope="session")
def prepared_clone(made_once):
    """A clone with a small submission; each command gets a copy."""
    if not (ROOT / ".git").exists():
        pytest.skip("asks git; this tree is no repository")

    def make(home):
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settle_git(home).items():
                patch.setenv(name, value)
            make_clone(home / "kit")

    return made_once("cloned", make) / "kit"


@pytest.fixture
def clone(tmp_path, prepared_clone, monkeypatch):
    """A copy of the clone, as the working directory."""
    folder = tmp_path / "kit"
    shutil.copytree(prepared_clone, folder, symlinks=True)
    settle_in(folder, tmp_path, monkeypatch)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr("models.scaffold.REPOSITORY", folder)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name, value in settle_git(tmp_path).items():
        monkeypatch.setenv(name, value)
    yield folder
    shutil.rmtree(tmp_path)


@pytest.fixture
def clone_with_a_new_model(clone, monkeypatch):
    """A clone in which the model `mine` was begun and written; it is looked for there beside the real ones."""
    scaffold_model("mine", clone)
    begin_model(clone)
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(clone / "models")])
    use_manifest(load_manifest(clone / "models" / "manifest.yaml"), monkeypatch)
    yield clone
    sys.modules.pop("models.mine", None)


def settle_in(folder, home, patch):
    """Work in a folder, with a home, caches and weights that are no user's; torch takes one thread."""
    patch.chdir(folder)
    patch.setenv("HOME", str(home))
    patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    patch.setenv("PYTHONPATH", str(ROOT))
    patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    patch.setenv("MDX_OFFLINE", "0")
    patch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    patch.delenv("MDX_WEIGHTS_DIR", raising=False)
    patch.setattr(checkpoints, "REPOSITORY_FOLDER", folder / "models" / "weights")
    make_small(patch)


def make_small(patch):
    """Shrink what takes long in many commands and is tested elsewhere at its size."""
    patch.setattr(downloads, "PAUSE_SECONDS", 0)
    patch.setattr(fresh_process, "multiprocessing", InThisProcess())
    patch.setattr("separation.cost_measuring.MOST_REPEATS", 1)
    patch.setattr("separation.cost_measuring._BUSY_LOOK_SECONDS", 0.0)
    patch.setattr("separation.cost_measuring._take_turns", partial(_with_short_clips, cost_measuring._take_turns))
    patch.setattr("audio.sample_tracks.SAMPLE_SONGS", SHORT_SAMPLE_SONGS)
    patch.setattr("evaluator.report.spectrograms.COLUMNS", 10)
    patch.setattr("plotly.offline.get_plotlyjs", str)
    patch.setattr("evaluator.bsseval.song.BSSEvalSettings", partial(BSSEvalSettings, filters_len=SHORT_FILTERS))


def _with_short_clips(take_turns, separate, workload, options, spent_seconds):
    """Measure the cost of a plan with clips of a tenth."""
    shorter = tuple(seconds / 10 for seconds in options.clip_seconds)
    return take_turns(separate, workload, replace(options, clip_seconds=shorter), spent_seconds)
