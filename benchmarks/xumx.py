"""X-UMX with its four stems fused, against running it stem by stem and against one pass for each stem.

python -m benchmarks.xumx --seconds 30 --threads 2

The peers are the network as its publishers run it (the branches one after another, normalisations apart from the
matrices), once for all stems and four times for one stem each. Weights are random, which changes no time. On a machine
that others use too, set OMP_WAIT_POLICY=PASSIVE: threads that wait for each other at every step of an LSTM else use up
the time.
"""

from __future__ import annotations

import argparse
import time

import torch
from torch import Tensor, nn

from benchmarks.measure import measure
from models.seeding import seeded_torch
from models.xumx import LSTM_DROPOUT, XUMX, XUMXConfig
from transforms import STFT, STFTConfig

CONFIG = XUMXConfig()
SIDES = ("fused", "stem by stem", "a pass for each stem")


class _Window(nn.Module):
    def __init__(self, samples: int) -> None:
        super().__init__()
        self.window = nn.Parameter(torch.hann_window(samples), requires_grad=False)


class StemByStem(nn.Module):
    """X-UMX as published, branch after branch, with the published names of its tensors: the reference for `XUMX`.

    Args:
        config: What it is made of; two directions only.
    """

    def __init__(self, config: XUMXConfig) -> None:
        super().__init__()
        self.config = config
        self.stft = STFT(STFTConfig(config.window_samples, config.hop_samples))
        self.encoder = nn.Sequential(_Window(config.window_samples))
        self.decoder = _Window(config.window_samples)
        inputs, width, outputs = config.channels * config.max_bin, config.hidden_size, config.channels * config.bins
        self.layer_enc, self.layer_lstm, self.layer_dec = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        self.mean_scale = nn.ParameterDict()
        for stem in config.stems:
            encoder = nn.Sequential(nn.Linear(inputs, width, bias=False), nn.BatchNorm1d(width))
            middle = [nn.Linear(2 * width, width, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
            decoder = nn.Sequential(*middle, nn.Linear(width, outputs, bias=False), nn.BatchNorm1d(outputs))
            self.layer_enc[stem] = nn.ModuleDict({"enc": encoder})
            self.layer_dec[stem] = nn.ModuleDict({"dec": decoder})
            self.layer_lstm[stem] = nn.LSTM(
                width, width // 2, config.lstm_layers, bidirectional=True, dropout=LSTM_DROPOUT
            )
            for side, bins in {"input": config.max_bin, "output": config.bins}.items():
                self.mean_scale[f"{side}_mean_{stem}"] = nn.Parameter(torch.zeros(bins))
                self.mean_scale[f"{side}_scale_{stem}"] = nn.Parameter(torch.ones(bins))

    def forward(self, mixture: Tensor, stems: tuple[str, ...] | None = None) -> Tensor:
        """Separate mixtures (batch, channels, samples) into (batch, stems, channels, samples), with their phase.

        Args:
            mixture: The mixtures.
            stems: Which stems to return, all by default; the bridges need every branch for each.
        """
        spectrogram = self.stft(mixture)
        magnitude = spectrogram.abs().permute(3, 0, 1, 2)
        bridged = self._bridged(magnitude)
        waveforms = []
        for stem in stems or self.config.stems:
            mask = self.layer_dec[stem].get_submodule("dec")(bridged.flatten(0, 1)).view_as(magnitude)
            mask = torch.relu(mask * self.mean_scale[f"output_scale_{stem}"] + self.mean_scale[f"output_mean_{stem}"])
            estimate = torch.polar((mask * magnitude).permute(1, 2, 3, 0), spectrogram.angle())
            waveforms.append(self.stft.inverse(estimate, mixture.shape[-1]))
        return torch.stack(waveforms, dim=1)

    def _bridged(self, magnitude: Tensor) -> Tensor:
        cropped = magnitude[..., : self.config.max_bin]
        encoded = {}
        for stem in self.config.stems:
            shifted = (cropped + self.mean_scale[f"input_mean_{stem}"]) * self.mean_scale[f"input_scale_{stem}"]
            rows = self.layer_enc[stem].get_submodule("enc")(shifted.flatten(2).flatten(0, 1))
            encoded[stem] = torch.tanh(rows).unflatten(0, magnitude.shape[:2])
        first = torch.stack(list(encoded.values())).mean(dim=0)
        branches = [torch.cat([encoded[stem], self.layer_lstm[stem](first)[0]], -1) for stem in self.config.stems]
        return torch.stack(branches).mean(dim=0)


def run(side: str, seconds: float, threads: int) -> float:
    """Separate a second of noise to warm up, then the length asked for; returns the seconds that the latter took."""
    torch.set_num_threads(threads)
    with seeded_torch(0), torch.inference_mode():
        network = (XUMX if side == "fused" else StemByStem)(CONFIG).eval()
        mixture = 0.1 * torch.randn(1, 2, round(seconds * CONFIG.sample_rate))
        _separate(network, side, mixture[..., : CONFIG.sample_rate])
        started = time.perf_counter()
        _separate(network, side, mixture)
    return time.perf_counter() - started


def _separate(network: nn.Module, side: str, mixture: Tensor) -> None:
    if side == "a pass for each stem":
        for stem in CONFIG.stems:
            network(mixture, stems=(stem,))
    else:
        network(mixture)


def main() -> None:
    """Print seconds, memory and ratios; the sides take turns, so that a busy machine is busy for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    runs = [
        {side: measure(run, side, options.seconds, options.threads, repeats=1) for side in SIDES}
        for _ in range(options.rounds)
    ]
    best = {side: min(turn[side].result for turn in runs) for side in SIDES}
    for side in SIDES:
        memory = max(turn[side].extra_bytes for turn in runs)
        ratio = best[side] / best["fused"]
        print(f"{side:22s} {best[side]:7.3f} s  {memory / 1e6:6.0f} MB  {ratio:5.2f} x the fused one's time")


if __name__ == "__main__":
    main()
