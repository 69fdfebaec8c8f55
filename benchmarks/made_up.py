"""MDX SDR of a separator on made-up songs that its settings were not chosen on (seeds 1012 to 1023).

python -m benchmarks.made_up mixture-quarter classical default
"""

from __future__ import annotations

import argparse

import torch

from audio import STEMS
from audio.made_up_songs import MadeUpSong, make_song
from evaluator.metrics import sdr
from separation.factory import create_separator

HELD_OUT_SEEDS = range(1012, 1024)
DURATIONS_SECONDS = (22.0, 9.0)
"""Of songs with even and odd seeds."""


def main() -> None:
    """Print the mean score of each stem, and of the songs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["mixture-quarter", "classical", "default"])
    songs = [make_song(MadeUpSong(seed=seed, duration_seconds=DURATIONS_SECONDS[seed % 2])) for seed in HELD_OUT_SEEDS]
    for name in parser.parse_args().models:
        separator = create_separator(name)
        totals = dict.fromkeys(STEMS, 0.0)
        for stems in songs:
            estimates = separator.separate(torch.stack([stems[stem] for stem in STEMS]).sum(dim=0))
            for stem, score in sdr(stems, estimates).items():
                totals[stem] += score / len(songs)
        cells = "  ".join(f"{stem} {totals[stem]:.2f}" for stem in STEMS)
        print(f"{name:16s} {cells}  mean {sum(totals.values()) / len(totals):.2f} dB")


if __name__ == "__main__":
    main()
