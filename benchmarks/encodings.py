"""Which encoding of the stems scores best: float or 16-bit, clamped to full scale or not.

python -m benchmarks.encodings classical
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch

from audio import SAMPLE_RATE, STEMS, Stems, read_audio, write_audio
from audio.sample_tracks import write_sample_tracks
from evaluator.metrics import sdr
from separation.factory import create_separator

LEVELS_DB = (0.0, 6.0, 12.0, 18.0)
"""How far a song and its stems are raised, to reach the level of loud masters (they are then clipped)."""


QUIET_LEVELS_DB = (-20.0, -40.0, -60.0)
"""Root mean square of a stem that is estimated well, relative to full scale."""
LEAK_LEVELS_DB = (-60.0, -80.0, -90.0, -100.0, -110.0)
"""Root mean square of what leaks into a stem whose reference is silent."""


def main() -> None:
    """Print the MDX SDR of each encoding: real estimates at four levels, quiet stems, and leaks into silent ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default="classical")
    separator = create_separator(parser.parse_args().model)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for track in write_sample_tracks(scratch):
            for level_db in LEVELS_DB:
                gain = 10 ** (level_db / 20)
                sounds = {
                    name: (gain * read_audio(track / f"{name}.wav").samples).clamp(-1, 1)
                    for name in ("mixture", *STEMS)
                }
                references = {stem: sounds[stem] for stem in STEMS}
                _print_row(f"{track.name} +{level_db:g} dB", references, separator.separate(sounds["mixture"]), scratch)
        noise, error = (torch.randn(2, 10 * SAMPLE_RATE, generator=torch.Generator().manual_seed(i)) for i in (0, 1))
        for level_db in QUIET_LEVELS_DB:
            quiet = 10 ** (level_db / 20) * noise.clamp(-3, 3)
            estimate = quiet + 10 ** ((level_db - 10) / 20) * error
            _print_row(f"a stem at {level_db:g} dB, SDR 10 dB", {"stem": quiet}, {"stem": estimate}, scratch)
        for level_db in LEAK_LEVELS_DB:
            leak = 10 ** (level_db / 20) * noise
            silence = torch.zeros_like(leak)
            _print_row(f"a leak at {level_db:g} dB into silence", {"stem": silence}, {"stem": leak}, scratch)


def _print_row(title: str, references: Stems, estimates: Stems, scratch: Path) -> None:
    encoded = {
        "float": estimates,
        "float clamped": {stem: sound.clamp(-1, 1) for stem, sound in estimates.items()},
        "16-bit": {stem: _through_file(sound, "PCM_16", scratch) for stem, sound in estimates.items()},
        "24-bit": {stem: _through_file(sound, "PCM_24", scratch) for stem, sound in estimates.items()},
    }
    cells = []
    for name, stems in encoded.items():
        scores = sdr(references, stems)
        cells.append(f"{name} {sum(scores.values()) / len(scores):8.4f}")
    print(f"{title:48s} {'  '.join(cells)}")


def _through_file(samples: torch.Tensor, encoding: str, scratch: Path) -> torch.Tensor:
    path = scratch / "encoded.wav"
    write_audio(path, samples, SAMPLE_RATE, encoding)
    return read_audio(path).samples


if __name__ == "__main__":
    main()
