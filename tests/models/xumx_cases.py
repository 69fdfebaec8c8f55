"""What the tests of X-UMX share: a small network, stem by stem, away from its initial values."""

from __future__ import annotations

from benchmarks.xumx import StemByStem
from models.seeding import seeded_torch
from models.xumx import XUMXConfig

CONFIG = XUMXConfig(window_samples=256, hop_samples=64, max_bin=90, hidden_size=16)


def random_reference(config=CONFIG):
    """Draw every vector anew, so that means, scales and statistics take part."""
    with seeded_torch(1):
        reference = StemByStem(config).eval()
        for name, tensor in reference.state_dict().items():
            if tensor.ndim == 1 and not name.endswith("window"):
                tensor.uniform_(0.5, 1.5)
    return reference
