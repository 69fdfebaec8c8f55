"""As the SDX23 evaluator: make the wrapper, which loads the model, then hand it every song.

Run from the repository's root. There are no limits in here: the rehearsal keeps them from outside, as the server does.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import nullcontext

from rehearsal_channel import report  # type: ignore[import-not-found]  # made for each rehearsal
from rehearsal_channel.contract_events import reporting_time_limit  # type: ignore[import-not-found]


def main() -> None:
    """Separate every song of the dataset."""
    sys.path.insert(0, os.getcwd())
    phase = reporting_time_limit(lambda seconds: nullcontext(), report)
    with phase(0):
        wrapper = importlib.import_module("my_submission.aicrowd_wrapper").AIcrowdWrapper()
    report("running")
    for song in os.listdir(wrapper.dataset_dir):
        with phase(0):
            report("song", name=song)
            # What the model logs names no song; the rehearsal's log must.
            print(f"Separating '{wrapper.dataset_dir}/{song}/mixture.wav'.", flush=True)
            wrapper.separate_music_file(song)
    report("success")


if __name__ == "__main__":
    main()
