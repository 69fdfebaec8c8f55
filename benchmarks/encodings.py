"""Which encoding of the stems scores best: float or 16-bit, clamped to full scale or not.

python -m benchmarks.encodings classical
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch

from audio import SAMPLE_RATE, STEMS, read_audio, write_audio
from audio.sample_tracks import write_sample_tracks
from evaluator.metrics import sdr
from separation.factory import create_separator

LEVELS_DB = (0.0, 6.0, 12.0, 18.0)
"""How far a song and its stems are raised, to reach the level of loud masters (they are then clipped)."""


def main() -> None:
    """Print the mean MDX SDR of each encoding, by track and level."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default="classical")
    separator = create_separator(parser.parse_args().model)
    with tempfile.TemporaryDirectory() as folder:
        for track in write_sample_tracks(Path(folder)):
            for level_db in LEVELS_DB:
                gain = 10 ** (level_db / 20)
                sounds = {
                    name: (gain * read_audio(track / f"{name}.wav").samples).clamp(-1, 1)
                    for name in ("mixture", *STEMS)
                }
                references = {stem: sounds[stem] for stem in STEMS}
                estimates = separator.separate(sounds["mixture"])
                row = {
                    "float": estimates,
                    "float, clamped": {stem: sound.clamp(-1, 1) for stem, sound in estimates.items()},
                    "16-bit": {stem: _through_file(sound, "PCM_16", Path(folder)) for stem, sound in estimates.items()},
                    "24-bit": {stem: _through_file(sound, "PCM_24", Path(folder)) for stem, sound in estimates.items()},
                }
                cells = []
                for name, stems in row.items():
                    scores = sdr(references, stems)
                    cells.append(f"{name} {sum(scores.values()) / len(scores):.4f}")
                print(f"{track.name:40s} +{level_db:2.0f} dB  {'  '.join(cells)}")


def _through_file(samples: torch.Tensor, encoding: str, folder: Path) -> torch.Tensor:
    path = folder / "encoded.wav"
    write_audio(path, samples, SAMPLE_RATE, encoding)
    return read_audio(path).samples


if __name__ == "__main__":
    main()
