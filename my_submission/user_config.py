"""The submission for SDX23 (music track): arrays in, arrays out. The challenge's wrapper imports `MySeparationModel`.

Same core as the MDX21 adapter. The wrapper gives what `soundfile.read` returns, (samples, channels) or (samples,), and
writes what it gets back as 16-bit WAV.
"""

from __future__ import annotations

import time
from typing import NoReturn

import numpy as np

from audio import STEMS, Stems, as_stereo
from audio.sources import TensorSource
from my_submission.demixing import PLAN_PATH, log_outcome, set_up_guard
from my_submission.time_limits import USUAL_SONG_SECONDS, SongClock, setup_deadline, wrapper_share
from separation.deadline.stem_stores import MemoryStore
from separation.plan import load_plan


class MySeparationModel:
    """Separates with the model that `my_submission/plan.yaml` names."""

    def __init__(self) -> None:
        """Load the plan and its weights, and try them.

        Raises:
            ValueError: A wrong plan, weights that are missing or damaged, or a limit that is too short.
            Exception: Whatever stops the model from separating noise.
        """
        plan = load_plan(PLAN_PATH)
        self.guard = set_up_guard(plan, setup_deadline())
        self.song_clock = SongClock(
            plan.guard, latency_seconds=self.guard.latency_seconds, handing_back_share=wrapper_share(_as_arrays)
        )
        self.song_clock.refuse_too_short(USUAL_SONG_SECONDS, 0.0)

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
        """Separate one song; returns four valid stems in time whatever the model does.

        Args:
            mixed_sound_array: Shape (samples, 2), or (samples,) for mono.
            sample_rate: In hertz.

        Returns:
            Stem name -> float64, shape (samples, 2); and stem name -> sample rate.

        Raises:
            AudioError: The array is no mono or stereo sound.
        """
        started = time.monotonic()
        song = TensorSource(as_stereo(mixed_sound_array, subject="The song"), sample_rate)
        deadline = self.song_clock.deadline(started, song.samples / sample_rate)
        store = MemoryStore(song)
        outcome = self.guard.separate(song, store, deadline)
        log_outcome(outcome, f"A song of {song.samples / sample_rate:.1f} s", deadline)
        return _as_arrays(store.stems), dict.fromkeys(store.stems, sample_rate)


def _as_arrays(stems: Stems) -> dict[str, np.ndarray]:
    """Return what the wrapper writes: shape (samples, 2), float64."""
    return {stem: samples.T.numpy().astype(np.float64) for stem, samples in stems.items()}
