"""The predict.py that tests of the commands run: a quarter of the mixture for every stem."""

import pytest


@pytest.fixture
def quarter_source():
    """Source of a whole predict.py; the last line of its `prediction()` is indented by eight spaces."""
    return """
import soundfile
from evaluator.music_demixing import MusicDemixingPredictor


class Quarter(MusicDemixingPredictor):
    def prediction_setup(self):
        pass

    def prediction(self, mixture_file_path, **paths):
        mixture, rate = soundfile.read(mixture_file_path)
        for path in paths.values():
            soundfile.write(path, mixture / 4, rate)
        # The end of prediction().


Quarter().run()
"""
