"""The multichannel Wiener filter against openunmix's: time, memory and agreement, one iteration, windows of 300 frames.

python -m benchmarks.wiener

Both filter the same made-up song with four sources and an STFT of 4096/1024, each in fresh processes with two threads.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from pathlib import Path

import torch
from openunmix.filtering import wiener

from audio import SAMPLE_RATE
from audio.made_up_songs import MadeUpSong, make_song
from benchmarks.measure import Measurement, measure
from transforms.wiener import OPEN_UNMIX, wiener_em

N_FFT = 4096
HOP = 1024
THREADS = 2
WINDOW_FRAMES = 300


def write_inputs(path: Path, seconds: float) -> None:
    """Save a song's STFT and its sources' magnitudes, which are off by up to 6 dB, as a network's are."""
    song = make_song(MadeUpSong(seed=1, duration_seconds=min(seconds, 20.0)))
    samples = round(seconds * SAMPLE_RATE)
    sources = torch.stack(
        [sound.repeat(1, math.ceil(samples / sound.shape[-1]))[:, :samples] for sound in song.values()]
    )
    spectra = torch.stft(sources.flatten(0, 1), N_FFT, HOP, window=torch.hann_window(N_FFT), return_complex=True)
    spectra = spectra.unflatten(0, sources.shape[:2])
    errors = 2.0 ** torch.empty(spectra.shape).uniform_(-1.0, 1.0, generator=torch.Generator().manual_seed(0))
    torch.save({"magnitudes": spectra.abs() * errors, "mixture": spectra.sum(dim=0)}, path)


def filter_ours(inputs: Path, output: Path) -> float:
    """Filter with this repository's function; returns the seconds of that alone."""
    torch.set_num_threads(THREADS)
    given = torch.load(inputs, weights_only=True)
    with torch.inference_mode():
        started = time.perf_counter()
        estimates = wiener_em(given["magnitudes"], given["mixture"], OPEN_UNMIX)
        seconds = time.perf_counter() - started
    torch.save(_excerpt(estimates), output)
    return seconds


def filter_theirs(inputs: Path, output: Path) -> float:
    """Filter window by window into one tensor in the package's layout, as `openunmix.model.Separator` does."""
    torch.set_num_threads(THREADS)
    given = torch.load(inputs, weights_only=True)
    magnitudes = given["magnitudes"].permute(3, 2, 1, 0)
    mixture = torch.view_as_real(given["mixture"]).permute(2, 1, 0, 3)
    with torch.inference_mode():
        started = time.perf_counter()
        estimates = torch.zeros((*mixture.shape, magnitudes.shape[-1]))
        for start in range(0, mixture.shape[0], WINDOW_FRAMES):
            window = slice(start, start + WINDOW_FRAMES)
            estimates[window] = wiener(magnitudes[window].contiguous(), mixture[window].contiguous(), iterations=1)
        seconds = time.perf_counter() - started
    estimates = _excerpt(estimates.permute(4, 2, 1, 0, 3))
    torch.save(torch.view_as_complex(estimates.contiguous()), output)
    return seconds


def main() -> None:
    """Print both sides' figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the song")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side, in turns")
    options = parser.parse_args()
    filters = {"ours": filter_ours, "openunmix": filter_theirs}
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder) / "inputs.pt"
        write_inputs(inputs, options.seconds)
        outputs = {name: Path(folder) / f"{name}.pt" for name in filters}
        loaded = measure(load_inputs, inputs, repeats=1).extra_bytes
        runs: dict[str, list[Measurement]] = {name: [] for name in filters}
        for _ in range(options.repeats):
            for name, function in filters.items():
                runs[name].append(measure(function, inputs, outputs[name], repeats=1))
        reference, ours = (torch.load(outputs[name], weights_only=True) for name in ("openunmix", "ours"))
    seconds = {name: statistics.median(run.result for run in runs[name]) for name in filters}
    extra = {name: max(run.extra_bytes for run in runs[name]) - loaded for name in filters}
    for name in filters:
        print(f"{name:10s} {seconds[name]:7.2f} s  {extra[name] / 1e6:6.0f} MB beyond the inputs, result included")
    agreement = 10 * torch.log10(reference.abs().square().sum() / (reference - ours).abs().square().sum())
    ratios = [part["openunmix"] / part["ours"] for part in (seconds, extra)]
    print(f"openunmix / ours: time {ratios[0]:.1f}, memory {ratios[1]:.1f}; agreement {agreement:.0f} dB")


def load_inputs(inputs: Path) -> None:
    """Read what both sides read, to know its share of the memory."""
    torch.set_num_threads(THREADS)
    torch.load(inputs, weights_only=True)


def _excerpt(values: torch.Tensor) -> torch.Tensor:
    """Copy every 16th bin of all sources, which is enough to compare and small beside what is measured."""
    return values[:, :, ::16].clone()


if __name__ == "__main__":
    main()
