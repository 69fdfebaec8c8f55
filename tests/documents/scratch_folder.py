"""The folder that the documents' commands run in: short songs, a submission, and what earlier commands left.

Songs are seeded noise under the names that the documents use. A predict.py without torch stands for the kit's own one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml
from typer.testing import CliRunner

from audio import SAMPLE_RATE, STEMS
from audio.made_up_songs import SAMPLE_SONGS
from mdx.cli import app
from tests.audio.datasets.dataset_writers import make_sounds, write_container, write_song
from tests.documents.commands_in_documents import ROOT
from tests.training.cases import tiny_content

SAMPLES_OF_SONGS = int(1.5 * SAMPLE_RATE)
TEST_SONGS = (*SAMPLE_SONGS, "The Easton Ellises - Falcon 69")
FOLDERS = {
    "data/test": TEST_SONGS,
    "data/songs": ("Alpha", "Beta"),
    "data/tiled": ("Long",),
    "data/pure/valid": ("valid-7-000000", "valid-7-000001"),
    "data/synthetic/train": ("one", "two"),
    "data/synthetic/valid": ("three",),
    "songs/valid": ("valid-7-000000", "valid-7-000001", "valid-7-000002"),
    "musdb18hq/train": ("Alpha - One", "Leaf - Summerghost"),
    "musdb18hq/test": ("Gamma - Three",),
}
"""Folders of songs -> their names."""
COPIED = (
    *("run.sh", "test.py", "score.py", "my_submission/plan.yaml", "models/manifest.yaml"),
    "training/synthesis/debian-packages.txt",
)
PREDICT = """
import soundfile
from evaluator.music_demixing import MusicDemixingPredictor


class Quarter(MusicDemixingPredictor):
    def prediction_setup(self):
        pass

    def prediction(self, mixture_file_path, **paths):
        mixture, rate = soundfile.read(mixture_file_path)
        for path in paths.values():
            soundfile.write(path, mixture / 4, rate)


if __name__ == "__main__":
    Quarter().run()
"""
HALF = dict.fromkeys(STEMS, 0.5)
SCRIPT = '(voice_kal_diphone) (utt.save.wave (SynthText "text") "out.wav" \'riff)'
"""For festival."""
BLEND = {"blend": {"members": [{"model": "default", "weights": HALF}, {"model": "classical", "weights": HALF}]}}


def write_sample_songs(folder: Path, names: Sequence[str] = TEST_SONGS) -> None:
    """Write short songs of seeded noise."""
    for seed, name in enumerate(names):
        write_song(folder / name, make_sounds(seed, samples=SAMPLES_OF_SONGS))


def prepare(folder: Path) -> None:
    """Fill an empty folder, which must be the working directory."""
    for place, names in FOLDERS.items():
        write_sample_songs(folder / place, names)
    shutil.copy(folder / "data/songs/Alpha/mixture.wav", folder / "song.wav")
    for part, name in (("train", "Alpha - One"), ("test", TEST_SONGS[0])):
        write_container(folder / "musdb18" / part / f"{name}.stem.mp4", make_sounds(0, samples=SAMPLES_OF_SONGS))
    for name in COPIED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "predict.py").write_text(PREDICT)
    _write_plans_and_recipe(folder)
    (folder / "script.scm").write_text(SCRIPT)
    (folder / "song.xml").write_text(_song_to_be_sung())
    _leave_what_earlier_commands_would(folder)


def _write_plans_and_recipe(folder: Path) -> None:
    for name, content in {
        "plan.yaml": {"model": "default"},
        "my_blend.yaml": BLEND,
        "my.yaml": tiny_content("data/synthetic"),
    }.items():
        (folder / name).write_text(yaml.safe_dump(content))


def _song_to_be_sung() -> str:
    text = (ROOT / "docs" / "sound_sources.md").read_text(encoding="utf-8")
    return text.partition("```xml\n")[2].partition("```")[0]


def _leave_what_earlier_commands_would(folder: Path) -> None:
    for line in (
        ["evaluate"],
        ["models", "pack", "weights.tar", "umxhq"],
        ["score", "data/test", "data/results", "--save", "scores/mine"],
        ["score", "data/test", "data/results", "--metrics", "bsseval", "--save", "scores/museval"],
        ["oracle", "data/test", "--oracles", "irm1", "--windows", "2048", "--output", "data/oracles"],
    ):
        done = CliRunner().invoke(app, line, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    shutil.copytree(folder / "data/results/bsseval", folder / "sisec18/submissions/QUARTER")
    assert json.loads((folder / "data/results/results.json").read_text())["ok"]
