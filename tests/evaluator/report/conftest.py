"""A run on disk as `mdx evaluate` leaves it: songs, estimates, results.json and frame scores, all made up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from audio import STEMS
from audio.stems import ACCOMPANIMENT
from evaluator.frame_scores import METRICS, FrameScores, write_frame_scores
from evaluator.report import player_data

PLAIN = "Alpha"
HOSTILE = "A <script><b>\"odd\", 'name' & 100% #1 – Größe"
"""Everything in a name that a file may have and that HTML, JSON or an address could trip over."""
FAILED = "Omega"
RATE = 44_100


def write_song(folder: Path, seconds: float, seed: int, names: tuple[str, ...]) -> None:
    """Write a quiet song of noise, one file for each name, 16-bit."""
    folder.mkdir(parents=True)
    generator = np.random.default_rng(seed)
    for name in names:
        soundfile.write(folder / f"{name}.wav", 0.05 * generator.standard_normal((int(seconds * RATE), 2)), RATE)


def scored_song(name: str, sdr: float, duration_seconds: float, **changes: object) -> dict:
    stems = {stem: sdr + index for index, stem in enumerate(STEMS)}
    targets = {**stems, ACCOMPANIMENT: 12.0}
    return {
        "name": name,
        "ok": True,
        "duration_seconds": duration_seconds,
        "limit_seconds": 240.0,
        "seconds": 12.0,
        "peak_memory_bytes": 500_000_000,
        "failure": None,
        "audit": [],
        "sdr": {**stems, "mean": sdr + 1.5},
        "silent_references": [],
        "bss_eval": dict.fromkeys(METRICS, targets),
        **changes,
    }


def failed_song(name: str, failure: str) -> dict:
    finding = {"level": "error", "stem": "bass", "message": "bass.wav was not written in this run"}
    scored = scored_song(name, 0.0, 3.0, ok=False, failure=failure, audit=[finding])
    return scored | {"seconds": None, "peak_memory_bytes": None, "sdr": None, "bss_eval": None}


def run_of(*songs: dict, **changes: object) -> dict:
    scored = [song for song in songs if song["sdr"]]
    return {
        "schema": 2,
        "ok": all(song["ok"] for song in songs),
        "songs": list(songs),
        "limit": "kit",
        "setup_seconds": 5.25,
        "setups": 1,
        "peak_memory_bytes": 1_030_000_000,
        "network": "namespace and sockets",
        "network_attempts": [],
        "submission_sha256": "5cddef43d1af466b" + "0" * 48,
        "plan": {"model": "default", "settings": {"overlap": 0.25}},
        "versions": {"python": "3.11.7", "torch": "2.13.0"},
        "data": None,
        "hardware": {"cpu": "a processor", "cpus": 4, "memory_bytes": 16_000_000_000, "gpu": None, "system": "Linux"},
        "mean": {"sdr": scored[0]["sdr"] if scored else None},
        "median": {"bss_eval": scored[0]["bss_eval"] if scored else None},
        **changes,
    }


def write_run(folder: Path, run: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(run), encoding="utf-8")
    return folder


def frame_scores(seconds: int, worst_at: int) -> FrameScores:
    """Frames of 5 dB throughout, but for one of -9 dB and one without a score."""
    values = np.full(seconds, 5.0)
    values[worst_at] = -9.0
    values[-1] = np.nan
    return FrameScores({target: dict.fromkeys(METRICS, values) for target in (*STEMS, ACCOMPANIMENT)})


def make_run(folder: Path, seconds: int = 3) -> SimpleNamespace:
    """Write a run over two scored songs and one that failed; returns its `results` and `data` folders."""
    data, results = folder / "songs of the run", folder / "results"
    for seed, name in enumerate((HOSTILE, PLAIN)):
        write_song(data / name, seconds, seed, ("mixture", *STEMS))
        shutil.copytree(data / name, results / name, ignore=shutil.ignore_patterns("mixture.wav"))
        write_frame_scores(frame_scores(seconds, worst_at=1 + seed), results / "bsseval" / "test" / f"{name}.json")
    songs = (
        scored_song(HOSTILE, 1.0, seconds),
        scored_song(PLAIN, 4.0, seconds, silent_references=["vocals"]),
        failed_song(FAILED, "It took </script> <long> & was stopped."),
    )
    write_run(results, run_of(*songs, data=str(data), network_attempts=["predict.py, line 3, asked for <example>."]))
    return SimpleNamespace(results=results, data=data)


@pytest.fixture
def run_on_disk(tmp_path):
    return make_run(tmp_path)


@pytest.fixture
def quick_pictures(monkeypatch):
    """Spectrograms take a tenth of a second each, and have tests of their own."""
    monkeypatch.setattr(player_data, "spectrogram_png", lambda path: b"picture")


@pytest.fixture(scope="module")
def long_run_on_disk(tmp_path_factory):
    """Songs long enough to play in."""
    return make_run(tmp_path_factory.mktemp("run"), seconds=12)
