"""As the starter kit's evaluator: what a predictor meets at grading, its weaknesses included.

An alarm as the limit, which code may swallow; songs in the order of the file system, strays among them; a check that
the files exist and no other; the first failure ends the run, and in grading mode the process still ends with 0.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from evaluator import aicrowd_helpers

STEMS = ("bass", "drums", "other", "vocals")


class TimeoutException(Exception):
    """A phase took too long."""


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise in the block after some seconds."""

    def on_alarm(signal_number: int, frame: FrameType | None) -> None:
        raise TimeoutException("Prediction timed out!")

    signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


class MusicDemixingPredictor:
    """Base class of submissions."""

    def __init__(self) -> None:
        self.test_data_path = os.getenv("TEST_DATASET_PATH", os.getcwd() + "/data/test/")
        self.results_data_path = os.getenv("RESULTS_DATASET_PATH", os.getcwd() + "/data/results/")
        self.inference_setup_timeout = int(os.getenv("INFERENCE_SETUP_TIMEOUT_SECONDS", "900"))
        self.inference_per_music_timeout = int(os.getenv("INFERENCE_PER_MUSIC_TIMEOUT_SECONDS", "240"))
        self.partial_run = os.getenv("PARTIAL_RUN_MUSIC_NAMES", None)
        self.results: list[object] = []
        self.current_music_name: str | None = None

    def get_all_music_names(self) -> list[str]:
        """List what is no file, as the file system gives it."""
        wanted = self.partial_run.split(",") if self.partial_run else None
        entries = [name for name in os.listdir(self.test_data_path) if not os.path.isfile(self._of_test_data(name))]
        return [name for name in entries if wanted is None or name in wanted]

    def get_music_folder_location(self, music_name: str) -> str:
        """Name the folder of a song."""
        return self._of_test_data(music_name)

    def get_music_file_location(self, music_name: str, instrument: str | None = None) -> str:
        """Name a mixture, or the file of a stem, whose folder is made."""
        if instrument is None:
            return self._of_test_data(music_name, "mixture.wav")
        folder = os.path.join(self.results_data_path, music_name)
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, f"{instrument}.wav")

    def evaluation(self) -> None:
        """Set up, then separate every song."""
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
                    **{f"{stem}_file_path": self.get_music_file_location(music_name, stem) for stem in STEMS},
                )
            if not self.verify_results(music_name):
                raise Exception("verification failed, demixed files not found.")
        aicrowd_helpers.execution_success()

    def run(self) -> None:
        """Evaluate; in grading mode an error ends in an event alone."""
        try:
            self.evaluation()
        except Exception as error:
            text = traceback.format_exc()
            print(text)
            aicrowd_helpers.execution_error(text)
            if not aicrowd_helpers.is_grading():
                raise error

    def prediction_setup(self) -> None:
        """Load what is needed."""
        raise NotImplementedError

    def prediction(
        self,
        music_name: str,
        mixture_file_path: str,
        bass_file_path: str,
        drums_file_path: str,
        other_file_path: str,
        vocals_file_path: str,
    ) -> None:
        """Separate one song; called with keywords, and never with a music_name."""
        raise NotImplementedError

    def verify_results(self, music_name: str) -> bool:
        """Tell whether four files exist."""
        return all(os.path.isfile(self.get_music_file_location(music_name, stem)) for stem in STEMS)

    def _of_test_data(self, *names: str) -> str:
        return os.path.join(self.test_data_path, *names)
