"""Fixtures that run a made-up predict.py through the local evaluator."""

from __future__ import annotations

import importlib
import sys
import textwrap
from types import ModuleType

import pytest

from evaluator.evaluate import EvaluationOptions, evaluate
from evaluator.runner import RunOptions
from evaluator.subsets import songs_to_evaluate
from separation.limits import TimeLimit

SUBMISSION = """
import os, sys, time
import numpy as np, soundfile
from evaluator.music_demixing import MusicDemixingPredictor

STEMS = ("bass", "drums", "other", "vocals")

class Predictor(MusicDemixingPredictor):
    def prediction_setup(self):
{setup}

    def prediction(self, mixture_file_path, **paths):
        mixture, rate = soundfile.read(mixture_file_path)
        name = os.path.basename(os.path.dirname(mixture_file_path))
        def write(data=None, rate=rate, subtype="PCM_16", stems=STEMS):
            data = mixture / 4 if data is None else data
            for stem in stems:
                soundfile.write(paths[stem + "_file_path"], data, rate, subtype=subtype)
{body}

Predictor().run()
"""


@pytest.fixture(scope="session")
def museval():
    """Return the package museval; a stand-in takes the place of musdb, which needs an ffmpeg program at import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "musdb", ModuleType("musdb"))
        package = importlib.import_module("museval")
        yield package
    for name in [name for name in sys.modules if name.partition(".")[0] == "museval"]:
        del sys.modules[name]


@pytest.fixture
def run_submission(tmp_path, two_songs):
    """Return a function: evaluate a predict.py with this body of `prediction()` on songs; returns the results."""

    def run(
        body="write()",
        data=two_songs,
        songs=None,
        *,
        setup="pass",
        limit=20.0,
        setup_limit=60.0,
        resume=False,
        bss_eval=False,
        **more,
    ):
        folder = tmp_path / "submission"
        folder.mkdir(exist_ok=True)
        predict = folder / "predict.py"
        code = {
            name: textwrap.indent(textwrap.dedent(text), " " * 8) for name, text in (("setup", setup), ("body", body))
        }
        predict.write_text(SUBMISSION.format(**code))
        options = EvaluationOptions(
            run=RunOptions(predict, TimeLimit("test", limit, setup_limit), **more),
            tracks=songs_to_evaluate(data, names=songs),
            results_folder=tmp_path / "results",
            resume=resume,
            bss_eval=bss_eval,
            data=data,
        )
        return evaluate(options)[0]

    return run


@pytest.fixture
def failures():
    """Return a function: results -> song -> why it failed, or None."""
    return lambda results: {song.name: song.failure for song in results.songs}


@pytest.fixture
def errors():
    """Return a function: results -> the audit's errors of a song, as text."""

    def read(results, name="Alpha"):
        song = next(song for song in results.songs if song.name == name)
        return [f"{finding.stem}: {finding.message}" for finding in song.audit if finding.level == "error"]

    return read
