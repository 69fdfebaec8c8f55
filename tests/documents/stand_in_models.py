"""A manifest in which every network with weights is a tiny one with random weights, downloaded from this machine.

Names, boards and licences stay those of the manifest, so that commands find what the documents name. Open-Unmix and its
kin become a tiny X-UMX, whose magnitudes a Wiener filter takes; all others a tiny Conv-TasNet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import save_file
from torch import nn

from audio import SAMPLE_RATE, STEMS
from models.conv_tasnet import ConvTasNet, ConvTasNetConfig
from models.manifest import Manifest, ModelEntry, WeightFile, load_manifest
from models.seeding import seeded_torch
from models.xumx import TINY, XUMX
from tests.models.files.web_server import Site, serve

MAGNITUDE_BUILDERS = ("models.umx:build", "models.xumx_files:build", "models.spleeter:build")
SMALL = ConvTasNetConfig(filters=16, bottleneck_channels=16, block_channels=16, blocks=2, repeats=1)
KINDS: dict[bool, tuple[type[nn.Module], Any]] = {True: (XUMX, TINY), False: (ConvTasNet, SMALL)}
"""Whether it estimates magnitudes -> the network and its config."""


@dataclass(frozen=True)
class StandIn:
    """What the rows of one kind of network have in common."""

    architecture: dict[str, Any]
    digest: str
    url: str

    def row(self, entry: ModelEntry) -> ModelEntry:
        """Return the row of a model with this network in place of its own."""
        weights = WeightFile(role="all", name=f"{entry.name}.safetensors", urls=(self.url,), sha256=self.digest)
        changes = {"builder": "models.trained:build", "architecture": self.architecture, "weights": (weights,)}
        usual = {"stems": STEMS, "sample_rate": SAMPLE_RATE, "runs_in_engine": True, "requires": ()}
        return entry.model_copy(update={**changes, **usual})


@contextmanager
def stand_in_manifest(folder: Path) -> Iterator[Manifest]:
    """Serve the weights of tiny networks, which lie in a folder, and give the manifest that names them."""
    sites = {kind: Site(_write_weights(folder / f"{kind}.safetensors", kind)) for kind in KINDS}
    with serve(sites[True]), serve(sites[False]):
        stand_ins = {kind: _stand_in(kind, site) for kind, site in sites.items()}
        manifest = load_manifest()
        rows = tuple(
            stand_ins[entry.builder in MAGNITUDE_BUILDERS].row(entry) if entry.weights else entry
            for entry in manifest.models
        )
        yield manifest.model_copy(update={"models": rows})


def use_manifest(manifest: Manifest, patch: pytest.MonkeyPatch) -> None:
    """Let all that looks for models read a manifest."""
    for module in ("models.manifest", "models.registry", "training.architectures"):
        patch.setattr(f"{module}.load_manifest", lambda: manifest)


def _write_weights(path: Path, kind: bool) -> bytes:
    network, config = KINDS[kind]
    with seeded_torch(0):
        save_file(network(config).state_dict(), path)
    return path.read_bytes()


def _stand_in(kind: bool, site: Site) -> StandIn:
    network, config = KINDS[kind]
    architecture = {
        "network": f"{network.__module__}:{network.__name__}",
        "config": f"{network.__module__}:{type(config).__name__}",
        "sizes": {name: value for name, value in asdict(config).items() if value != getattr(type(config)(), name)},
        "segment_samples": SAMPLE_RATE,
        "overlap": 0.25,
        "normalisation": "none",
    }
    return StandIn(architecture, hashlib.sha256(site.content).hexdigest(), site.url)
