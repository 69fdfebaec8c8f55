"""The submission for MDX21: what predict.py runs.

It first writes a valid answer (a quarter of the mixture) for each song, then replaces it by what the planned model
gives. A failure in between is logged and leaves that answer in place, so one bad song never costs the whole run.
Running out of time is no such failure: the contract's `TimeoutException` goes through.
"""

from __future__ import annotations

import logging
from pathlib import Path

from audio import read_audio
from evaluator.music_demixing import TimeoutException
from my_submission.demixing import PLAN_PATH, demix, fallback_stems, warm_up, write_stems
from my_submission.song_predictor import SongPredictor
from separation.factory import create_separator
from separation.host_memory import keep_freed_memory
from separation.plan import load_plan

logger = logging.getLogger(__name__)


class DemixPredictor(SongPredictor):
    """Separates with the model that `my_submission/plan.yaml` names."""

    def prediction_setup(self) -> None:
        """Load the plan and its weights, and try them.

        Raises:
            RuntimeError: The model needs something that is not implemented here (the contract would swallow a
                NotImplementedError and go on without a model).
            ValueError: A wrong plan, or weights that are missing or damaged.
            Exception: Whatever stops the model from separating a second of noise.
        """
        self.plan = load_plan(PLAN_PATH)
        try:
            keep_freed_memory()
            self.separator = create_separator(self.plan)
            warm_up(self.separator)
        except NotImplementedError as error:
            raise RuntimeError(f"The set-up of '{self.plan.title}' failed: {error}") from error
        logger.info("'%s' is ready.", self.plan.title)

    def predict(self, mixture_path: Path, output_folder: Path) -> None:
        """Separate one song; leaves four valid stems whatever the model does.

        Raises:
            AudioError: The mixture is unreadable.
            OSError: Not even the fallback could be written.
            TimeoutException: The contract's clock ran out; the fallback is in place.
        """
        mixture = read_audio(mixture_path)
        encoding = self.plan.encoding
        write_stems(fallback_stems(mixture.samples), mixture.sample_rate, output_folder, encoding)
        try:
            stems = demix(self.separator, mixture.samples, mixture.sample_rate)
            write_stems(stems, mixture.sample_rate, output_folder, encoding)
        except TimeoutException:
            raise
        except Exception:  # The last line of defence: one song may fail, the run must not.
            logger.exception("FALLBACK: '%s' was not separated; its stems are a quarter of the mixture.", mixture_path)
        else:
            logger.info("Separated '%s'.", mixture_path)
