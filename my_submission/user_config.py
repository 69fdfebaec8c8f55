"""The submission for SDX23 (music track): arrays in, arrays out. The challenge's wrapper imports `MySeparationModel`.

Same core as the MDX21 adapter. The wrapper gives what `soundfile.read` returns, (samples, channels) or (samples,), and
writes what it gets back as 16-bit WAV.
"""

from __future__ import annotations

import logging
from typing import NoReturn

import numpy as np

from audio import STEMS, as_stereo
from my_submission.demixing import PLAN_PATH, demix, fallback_stems, warm_up
from separation.factory import create_separator
from separation.host_memory import keep_freed_memory
from separation.plan import load_plan

logger = logging.getLogger(__name__)


class MySeparationModel:
    """Separates with the model that `my_submission/plan.yaml` names."""

    def __init__(self) -> None:
        """Load the plan and its weights, and try them.

        Raises:
            ValueError: A wrong plan, or weights that are missing or damaged.
            Exception: Whatever stops the model from separating a second of noise.
        """
        keep_freed_memory()
        self.separator = create_separator(load_plan(PLAN_PATH))
        warm_up(self.separator)

    @property
    def instruments(self) -> list[str]:
        """The stems, in the wrapper's order."""
        return list(STEMS)

    def raise_aicrowd_error(self, msg: str) -> NoReturn:
        """Show a message in the evaluator's log.

        Raises:
            NameError: Always, with the message; the evaluator expects this type.
        """
        raise NameError(msg)

    def separate_music_file(
        self, mixed_sound_array: np.ndarray, sample_rate: int
    ) -> tuple[dict[str, np.ndarray], dict[str, int]]:
        """Separate one song; returns four valid stems whatever the model does.

        Args:
            mixed_sound_array: Shape (samples, 2), or (samples,) for mono.
            sample_rate: In hertz.

        Returns:
            Stem name -> float64, shape (samples, 2); and stem name -> sample rate.

        Raises:
            AudioError: The array is no mono or stereo sound.
        """
        mixture = as_stereo(mixed_sound_array, subject="The song")
        try:
            stems = demix(self.separator, mixture, sample_rate)
        except Exception:  # The last line of defence: one song may fail, the run must not.
            logger.exception("FALLBACK: a song was not separated; its stems are a quarter of the mixture.")
            stems = fallback_stems(mixture)
        arrays = {stem: samples.T.numpy().astype(np.float64) for stem, samples in stems.items()}
        return arrays, dict.fromkeys(arrays, sample_rate)
