"""MDX SDR, speed and memory of separators on the sample tracks.

python -m benchmarks.separators mixture-quarter classical default
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from audio import STEMS, read_audio
from audio.sample_tracks import write_sample_tracks
from benchmarks.measure import measure
from evaluator.metrics import mean_sdr, sdr
from separation.factory import create_separator


def separate_tracks(name: str, tracks: list[Path]) -> tuple[float, dict[str, dict[str, float]]]:
    """Separate each track; returns the seconds of separation alone, and the scores by track and stem."""
    separator = create_separator(name)
    seconds = 0.0
    scores = {}
    for track in tracks:
        mixture = read_audio(track / "mixture.wav").samples
        started = time.perf_counter()
        estimates = separator.separate(mixture)
        seconds += time.perf_counter() - started
        references = {stem: read_audio(track / f"{stem}.wav").samples for stem in STEMS}
        scores[track.name] = sdr(references, {stem: estimates[stem].clamp(-1, 1) for stem in STEMS})
    return seconds, scores


def main() -> None:
    """Print a table for each separator that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["mixture-quarter", "classical", "default"])
    names = parser.parse_args().models
    with tempfile.TemporaryDirectory() as folder:
        tracks = write_sample_tracks(Path(folder))
        duration = sum(read_audio(track / "mixture.wav").duration_seconds for track in tracks)
        for name in names:
            run = measure(separate_tracks, name, tracks, repeats=1)
            seconds, scores = run.result
            print(f"{name}: {duration / seconds:.1f} x real time, peak {run.peak_bytes / 1e6:.0f} MB")
            for track, score in scores.items():
                stems = "  ".join(f"{stem} {score[stem]:6.2f}" for stem in STEMS)
                print(f"  {track:40s} {stems}  mean {mean_sdr(score):6.2f} dB")


if __name__ == "__main__":
    main()
