"""The submission for MDX21: what predict.py runs.

It first writes a valid answer (a quarter of the mixture) for each song, then replaces it, second by second, with what
the planned model gives. Whatever fails or takes too long is logged and leaves a valid answer in place, so one bad song
never costs the whole run. `separation.deadline` keeps the time limits.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import soundfile

from audio import MIXTURE, read_audio
from audio.sources import TensorSource
from my_submission.demixing import PLAN_PATH, log_outcome, set_up_guard
from my_submission.song_predictor import SongPredictor
from my_submission.time_limits import USUAL_SONG_SECONDS, SongClock, fallback_share, setup_deadline
from separation.deadline.clock import NO_LIMIT
from separation.deadline.stem_stores import WavStore
from separation.plan import load_plan


class DemixPredictor(SongPredictor):
    """Separates with the model that `my_submission/plan.yaml` names."""

    def prediction_setup(self) -> None:
        """Load the plan and its weights, try them, and see that the limit leaves time for a fallback.

        Raises:
            RuntimeError: The model needs something that is not implemented here (the contract would swallow a
                NotImplementedError and go on without a model).
            ValueError: A wrong plan, weights that are missing or damaged, or a limit that is too short.
            Exception: Whatever stops the model from separating noise.
        """
        deadline = setup_deadline(self.inference_setup_timeout)
        self.plan = load_plan(PLAN_PATH)
        try:
            self.guard = set_up_guard(self.plan, deadline)
        except NotImplementedError as error:
            raise RuntimeError(f"The set-up of '{self.plan.title}' failed: {error}") from error
        self.song_clock = SongClock(
            self.plan.guard, self.inference_per_music_timeout or NO_LIMIT, self.guard.latency_seconds
        )
        share = fallback_share(Path(self.results_data_path), self.plan.encoding)
        self.song_clock.refuse_too_short(self._longest_song_seconds(), share)

    def predict(self, mixture_path: Path, output_folder: Path) -> None:
        """Separate one song; leaves four valid stems in time whatever the model does.

        Raises:
            AudioError: The mixture is unreadable.
            OSError: Not even the fallback could be written.
            TimeoutException: The contract's clock ran out all the same; valid stems are in place.
        """
        started = time.monotonic()
        mixture = read_audio(mixture_path)
        song = TensorSource(mixture.samples, mixture.sample_rate)
        deadline = self.song_clock.deadline(started, song.samples / song.sample_rate)
        store = WavStore(song, output_folder, self.plan.encoding)
        self.outcome = self.guard.separate(song, store, deadline)
        log_outcome(self.outcome, f"'{mixture_path}'", deadline)

    def _longest_song_seconds(self) -> float:
        """Read the longest duration from the headers of the songs; a usual one where there are none to read."""
        durations = []
        for mixture in Path(self.test_data_path).glob(f"*/{MIXTURE}.wav"):
            # A song that cannot be read is reported when its turn comes.
            with suppress(soundfile.LibsndfileError):
                durations.append(soundfile.info(mixture).duration)
        return max(durations, default=USUAL_SONG_SECONDS)
