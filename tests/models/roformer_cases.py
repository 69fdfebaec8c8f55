"""What the tests of both RoFormers share: small networks away from their initial values, noise, a row."""

from __future__ import annotations

import torch

from models.bs_roformer import BSRoformer, BSRoformerConfig
from models.manifest import ModelEntry
from models.mel_band_roformer import MelBandRoformer, MelBandRoformerConfig
from models.seeding import seeded_torch

SIZES = {"features": 24, "depth": 2, "heads": 3, "head_features": 8, "mask_expansion": 2, "hop_samples": 30}
BS = BSRoformerConfig(**SIZES, rest="accompaniment", time_depth=2, band_bins=(2, 2, 4, 4, 8, 16, 29))
MEL = MelBandRoformerConfig(**SIZES, stems=("bass", "drums"), frequency_depth=2, band_count=6, window_samples=128)


def random_network(config):
    """Draw every gain anew, so that the norms take part."""
    with seeded_torch(1):
        network = BSRoformer(config) if isinstance(config, BSRoformerConfig) else MelBandRoformer(config)
        for name, tensor in network.state_dict().items():
            if name.endswith("gamma"):
                tensor.uniform_(0.5, 1.5)
    return network.eval()


def noise(*shape, seed=0):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def separate(network, mixture):
    with torch.inference_mode():
        return network(mixture)


def row(kind, outputs, weights=(), **architecture):
    return ModelEntry(
        name="small",
        builder=f"models.{kind}:build",
        summary="A small one.",
        licence="MIT",
        training_data="none",
        leaderboards=("B",),
        stems=outputs,
        runs_in_engine=True,
        architecture=architecture,
        weights=weights,
    )
