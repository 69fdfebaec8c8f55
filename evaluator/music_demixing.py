"""The contract of the Music Demixing Challenge 2021: the interface of its starter kit, written anew.

A submission subclasses `MusicDemixingPredictor`, implements `prediction_setup()` (load weights) and `prediction(...)`
(one song in, four files out). The grader calls `run()`. Same names, environment variables, defaults, keyword call and
order of events as the original; only what can never differ at grading is stricter here: songs come sorted, and folders
without a mixture are left out with a warning instead of ending the run.

The grader replaces this file by its own, so nothing that must work at grading may live here.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import numpy as np
import soundfile

from evaluator import aicrowd_helpers

# The scorer's order. Written out because this file must stand alone where the grader puts it.
INSTRUMENTS = ("bass", "drums", "other", "vocals")


class TimeoutException(Exception):
    """A phase took longer than its limit."""


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise `TimeoutException` in the block after `seconds` (main thread only; 0 means no limit)."""

    def on_alarm(signal_number: int, frame: FrameType | None) -> None:
        raise TimeoutException("Prediction timed out!")

    signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


class MusicDemixingPredictor:
    """Base class of every MDX21 submission."""

    def __init__(self) -> None:
        """Read folders and limits from the environment."""
        self.test_data_path = os.getenv("TEST_DATASET_PATH", os.getcwd() + "/data/test/")
        self.results_data_path = os.getenv("RESULTS_DATASET_PATH", os.getcwd() + "/data/results/")
        self.inference_setup_timeout = int(os.getenv("INFERENCE_SETUP_TIMEOUT_SECONDS", "900"))
        self.inference_per_music_timeout = int(os.getenv("INFERENCE_PER_MUSIC_TIMEOUT_SECONDS", "240"))
        self.partial_run = os.getenv("PARTIAL_RUN_MUSIC_NAMES", None)
        self.results: list[object] = []
        self.current_music_name: str | None = None

    def get_all_music_names(self) -> list[str]:
        """List the songs, sorted; PARTIAL_RUN_MUSIC_NAMES (names joined by commas) selects some."""
        selected = self.partial_run.split(",") if self.partial_run else None
        names = []
        for entry in sorted(os.listdir(self.test_data_path)):
            folder = os.path.join(self.test_data_path, entry)
            if os.path.isfile(folder) or (selected is not None and entry not in selected):
                continue
            if not os.path.isfile(os.path.join(folder, "mixture.wav")):
                print(f"Left out: '{folder}' has no mixture.wav. The grader's own evaluator would stop here.")
                continue
            names.append(entry)
        return names

    def get_music_folder_location(self, music_name: str) -> str:
        """Name the folder of a song."""
        return os.path.join(self.test_data_path, music_name)

    def get_music_file_location(self, music_name: str, instrument: str | None = None) -> str:
        """Name the mixture of a song, or the file to write a stem to (its folder is created, as in the original)."""
        if instrument is None:
            return os.path.join(self.test_data_path, music_name, "mixture.wav")
        folder = os.path.join(self.results_data_path, music_name)
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, instrument + ".wav")

    def scoring(self) -> dict[str, dict[str, float]]:
        """Score every song as the challenge does, in float32: sdr_bass, sdr_drums, sdr_other, sdr_vocals, sdr (dB)."""
        scores: dict[str, dict[str, float]] = {}
        for music_name in self.get_all_music_names():
            print(f"Evaluating for: {music_name}")
            song = {}
            for instrument in INSTRUMENTS:
                reference_file = Path(self.test_data_path, music_name, instrument + ".wav")
                reference, _ = soundfile.read(reference_file, dtype="float32")
                estimate, _ = soundfile.read(self.get_music_file_location(music_name, instrument), dtype="float32")
                song[f"sdr_{instrument}"] = _sdr_float32(reference, estimate)
            scores[music_name] = {**song, "sdr": float(np.mean(list(song.values())))}
        return scores

    def evaluation(self) -> None:
        """Run the whole evaluation: set-up, then every song, each under its limit."""
        aicrowd_helpers.execution_start()
        try:
            with time_limit(self.inference_setup_timeout):
                self.prediction_setup()
        except NotImplementedError:
            print("prediction_setup doesn't exist for this run, skipping...")
        aicrowd_helpers.execution_running()

        for music_name in self.get_all_music_names():
            with time_limit(self.inference_per_music_timeout):
                self.prediction(
                    mixture_file_path=self.get_music_file_location(music_name),
                    bass_file_path=self.get_music_file_location(music_name, "bass"),
                    drums_file_path=self.get_music_file_location(music_name, "drums"),
                    other_file_path=self.get_music_file_location(music_name, "other"),
                    vocals_file_path=self.get_music_file_location(music_name, "vocals"),
                )
            if not self.verify_results(music_name):
                raise Exception("verification failed, demixed files not found.")
        aicrowd_helpers.execution_success()

    def run(self) -> None:
        """Evaluate; report an error to the grader, and raise it again outside the grader.

        Raises:
            Exception: Whatever `evaluation` raised, when not grading.
        """
        try:
            self.evaluation()
        except Exception:
            error = traceback.format_exc()
            print(error)
            aicrowd_helpers.execution_error(error)
            if not aicrowd_helpers.is_grading():
                raise

    def prediction_setup(self) -> None:
        """Load what the predictions need. A subclass implements it."""
        raise NotImplementedError

    def prediction(
        self,
        mixture_file_path: str,
        bass_file_path: str,
        drums_file_path: str,
        other_file_path: str,
        vocals_file_path: str,
    ) -> None:
        """Separate one song into four files. A subclass implements it; called with keywords."""
        raise NotImplementedError

    def verify_results(self, music_name: str) -> bool:
        """Tell whether the four files of a song exist (existence is all that the original checks)."""
        return all(os.path.isfile(self.get_music_file_location(music_name, stem)) for stem in INSTRUMENTS)


def _sdr_float32(reference: np.ndarray, estimate: np.ndarray) -> float:
    """Compute the challenge's score of one stem as its scorer does, rounding errors included."""
    delta = 1e-7
    signal_energy = np.sum(np.square(reference)) + delta
    error_energy = np.sum(np.square(reference - estimate)) + delta
    return float(10 * np.log10(signal_energy / error_energy))
