"""As the SDX23 kit's wrapper: arrays to the submission's class, and what it gives back to 16-bit WAV files.

It checks the names of the stems and nothing else.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, NoReturn

import numpy as np
import soundfile

INSTRUMENTS = ["bass", "drums", "other", "vocals"]


class AIcrowdWrapper:
    """Stands between the SDX23 evaluator and `MySeparationModel` of `my_submission/user_config.py`."""

    def __init__(self, dataset_dir: str = "./public_dataset/", predictions_dir: str = "./evaluator_outputs/") -> None:
        # By its name: it is the submission's, which may be any.
        self.model: Any = importlib.import_module("my_submission.user_config").MySeparationModel()
        self.instruments = INSTRUMENTS
        shared = os.getenv("AICROWD_PUBLIC_SHARED_DIR")
        self.predictions_dir = predictions_dir if shared is None else os.path.join(shared, "predictions")
        self.dataset_dir = os.getenv("AICROWD_DATASET_DIR", dataset_dir)
        for folder in (self.predictions_dir, self.dataset_dir):
            assert os.path.exists(folder), f"{folder} - No such directory"

    def raise_aicrowd_error(self, msg: str) -> NoReturn:
        """Show a message in the evaluator's log."""
        raise NameError(msg)

    def check_output(self, arrays: dict[str, np.ndarray], rates: dict[str, int]) -> None:
        """Compare the names of the stems; the rates are not looked at."""
        assert set(self.instruments) == set(arrays.keys()), "All instrument not present"

    def save_prediction(self, folder: str, arrays: dict[str, np.ndarray], rates: dict[str, int]) -> None:
        """Write the stems in soundfile's default encoding, 16 bits."""
        if not os.path.exists(folder):
            os.mkdir(folder)
        for instrument in self.instruments:
            path = os.path.join(folder, f"{instrument}.wav")
            soundfile.write(path, data=arrays[instrument], samplerate=rates[instrument])

    def separate_music_file(self, foldername: str) -> bool:
        """Separate one song: float64 arrays, (samples, 2), or (samples,) for mono."""
        mixture, rate = soundfile.read(os.path.join(self.dataset_dir, foldername, "mixture.wav"))
        arrays, rates = self.model.separate_music_file(mixture, rate)
        self.check_output(arrays, rates)
        self.save_prediction(os.path.join(self.predictions_dir, foldername), arrays, rates)
        return True
