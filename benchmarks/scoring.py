"""Score a 300 s song: ours, in float64 by blocks, against the starter kit's way, whole arrays in float32.

python -m benchmarks.scoring
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from audio import STEMS
from audio.sample_tracks import write_sample_tracks, write_tiled_track
from benchmarks.measure import measure
from evaluator.metrics import sdr_files

DURATION_SECONDS = 300.0


def score_as_we_do(references: Path, estimates: Path) -> list[float]:
    """Score four stems in blocks."""
    return [sdr_files(references / f"{stem}.wav", estimates / f"{stem}.wav") for stem in STEMS]


def score_as_the_kit_does(references: Path, estimates: Path) -> list[float]:
    """Score four stems as the kit's arithmetic prescribes: all read as float64, stacked, converted, then summed."""
    true, estimated = (
        np.stack([soundfile.read(folder / f"{stem}.wav")[0] for stem in STEMS]).astype(np.float32)
        for folder in (references, estimates)
    )
    signal = np.sum(np.square(true), axis=(1, 2)) + 1e-7
    error = np.sum(np.square(true - estimated), axis=(1, 2)) + 1e-7
    return [float(value) for value in 10 * np.log10(signal / error)]


def main() -> None:
    """Make the song, measure both sides, print a table."""
    with tempfile.TemporaryDirectory() as folder:
        song = write_sample_tracks(Path(folder, "short"))[0]
        references = write_tiled_track(song, DURATION_SECONDS, Path(folder, "song"))
        estimates = Path(folder, "estimates")
        estimates.mkdir()
        for stem in STEMS:
            (estimates / f"{stem}.wav").symlink_to(references / "mixture.wav")
        ours = measure(score_as_we_do, references, estimates)
        kit = measure(score_as_the_kit_does, references, estimates)
    print(f"Scoring a song of {DURATION_SECONDS:g} s (median of 3 runs, each in a new process)")
    for name, side in (("ours", ours), ("kit", kit)):
        memory = f"peak {side.peak_bytes / 1e6:5.0f} MB, beyond imports {side.extra_bytes / 1e6:5.0f} MB"
        print(f"{name:5s} {side.seconds:6.2f} s, {memory}")
    difference = max(abs(a - b) for a, b in zip(ours.result, kit.result, strict=True))
    memory_ratio = kit.extra_bytes / max(ours.extra_bytes, 1)
    print(f"ratio kit/ours: time {kit.seconds / ours.seconds:.2f}, memory beyond imports {memory_ratio:.0f}")
    print(f"largest difference of a score: {difference:.1e} dB")


if __name__ == "__main__":
    main()
