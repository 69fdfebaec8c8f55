"""As the starter kit's evaluator, in as few lines: what a predictor meets at grading."""

import os
import signal
import traceback
from contextlib import contextmanager

from evaluator import aicrowd_helpers

STEMS = ("bass", "drums", "other", "vocals")


class TimeoutException(Exception):
    pass


@contextmanager
def time_limit(seconds):
    def on_alarm(signal_number, frame):
        raise TimeoutException("Prediction timed out!")

    signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


class MusicDemixingPredictor:
    def __init__(self):
        self.test_data_path = os.getenv("TEST_DATASET_PATH", os.getcwd() + "/data/test/")
        self.results_data_path = os.getenv("RESULTS_DATASET_PATH", os.getcwd() + "/data/results/")
        self.inference_setup_timeout = int(os.getenv("INFERENCE_SETUP_TIMEOUT_SECONDS", "900"))
        self.inference_per_music_timeout = int(os.getenv("INFERENCE_PER_MUSIC_TIMEOUT_SECONDS", "240"))

    def location(self, music_name, instrument):
        os.makedirs(os.path.join(self.results_data_path, music_name), exist_ok=True)
        return os.path.join(self.results_data_path, music_name, instrument + ".wav")

    def evaluation(self):
        aicrowd_helpers.execution_start()
        try:
            with time_limit(self.inference_setup_timeout):
                self.prediction_setup()
        except NotImplementedError:
            print("prediction_setup doesn't exist for this run, skipping...")
        aicrowd_helpers.execution_running()
        for music_name in os.listdir(self.test_data_path):
            with time_limit(self.inference_per_music_timeout):
                self.prediction(
                    mixture_file_path=os.path.join(self.test_data_path, music_name, "mixture.wav"),
                    **{f"{stem}_file_path": self.location(music_name, stem) for stem in STEMS},
                )
            if not all(os.path.isfile(self.location(music_name, stem)) for stem in STEMS):
                raise Exception("verification failed, demixed files not found.")
        aicrowd_helpers.execution_success()

    def run(self):
        try:
            self.evaluation()
        except Exception as error:
            text = traceback.format_exc()
            print(text)
            aicrowd_helpers.execution_error(text)
            if not aicrowd_helpers.is_grading():
                raise error
