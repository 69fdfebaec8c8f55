"""A predictor of which one method separates one song: the contract of 2021 reduced to what differs between submissions.

The grader calls `prediction()` with five paths. `SongPredictor` turns that into `predict(mixture_path, output_folder)`,
which a script can call as well, without a grader.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from evaluator.music_demixing import MusicDemixingPredictor


class SongPredictor(MusicDemixingPredictor):
    """Base of our predictors: implement `prediction_setup()` and `predict()`."""

    def predict(self, mixture_path: Path, output_folder: Path) -> None:
        """Separate one song: write `<stem>.wav` for each of the four stems into `output_folder`.

        Args:
            mixture_path: The song.
            output_folder: An existing folder.
        """
        raise NotImplementedError

    def prediction(
        self,
        mixture_file_path: str,
        bass_file_path: str,
        drums_file_path: str,
        other_file_path: str,
        vocals_file_path: str,
    ) -> None:
        """Separate one song into the four files that the grader names (it calls with keywords)."""
        targets = {
            "bass": Path(bass_file_path),
            "drums": Path(drums_file_path),
            "other": Path(other_file_path),
            "vocals": Path(vocals_file_path),
        }
        folder = targets["vocals"].parent
        self.predict(Path(mixture_file_path), folder)
        for stem, target in targets.items():
            written = folder / f"{stem}.wav"
            if written != target:
                shutil.move(written, target)
