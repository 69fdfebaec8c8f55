"""Peak memory of `mdx separate` on a long file and on a song: it must not grow with the length.

    python -m benchmarks.streaming

Both go through the engine with a stand-in for a network that takes chunks of 7.8 s, as HTDemucs does: what a real one
needs comes on top and does not depend on the song.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from torch import Tensor, nn

from audio import SAMPLE_RATE, STEMS
from audio.sample_tracks import write_sample_tracks, write_tiled_track
from benchmarks.measure import measure
from models.network import Bag, Member
from separation.batch import BatchOptions, plan_songs, separate_song
from separation.engine import Engine

MINUTES = (4.0, 60.0)
SEGMENT_SAMPLES = 343_980


class Quarters(nn.Module):
    """A network that gives every stem a quarter of the mixture."""

    stems = STEMS
    sample_rate = SAMPLE_RATE

    def input_samples(self, chunk_samples: int) -> int:
        """Take chunks as they are."""
        return chunk_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        return torch.stack([mixture / len(STEMS)] * len(STEMS), dim=1)


def separate_file(path: Path, output: Path) -> None:
    """Separate one file as the command does."""
    member = Member(Quarters(), dict.fromkeys(STEMS, 1.0), SEGMENT_SAMPLES, normalisation="mono")
    separator = Engine(Bag((member,), STEMS, SAMPLE_RATE, torch.device("cpu")))
    options = BatchOptions(output, STEMS, "wav", "PCM_16")
    (song,) = plan_songs([path], options)
    separate_song(separator, song, options)


def main() -> None:
    """Measure each length once in a new process, and print the ratio."""
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        real = write_sample_tracks(Path(folder, "short"))[0]
        for stem in STEMS:
            (real / f"{stem}.wav").unlink()
        for minutes in MINUTES:
            track = write_tiled_track(real, 60 * minutes, Path(folder, f"{minutes:g} min"))
            run = measure(separate_file, track / "mixture.wav", Path(folder, "out"), repeats=1)
            peaks.append(run.peak_bytes)
            print(f"{minutes:4g} min: {run.seconds:6.1f} s, peak {run.peak_bytes / 1e6:.0f} MB")
    print(f"peak memory of {MINUTES[1]:g} min over {MINUTES[0]:g} min: {peaks[1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
