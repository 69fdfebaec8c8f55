"""Architectures by name: where their config and network classes are. One is imported when it is first built.

A recipe may also name a row of the manifest that `models.trained` builds, such as one that `mdx new-model` began: it
means the row's network at the row's sizes.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from torch import nn

from models.config_content import with_content
from models.each_channel import for_any_channels
from models.manifest import load_manifest
from models.seeding import seeded_torch
from models.validation import did_you_mean
from training.errors import RecipeError
from training.recipe import ModelSection
from training.views import View

BUILDER = "models.trained:build"
"""Of the manifest's rows whose network can be trained again."""


@dataclass(frozen=True)
class Architecture:
    """Import strings "module:name"."""

    config: str
    """A frozen dataclass whose defaults are the published sizes."""
    network: str
    """A module (`models.network.Network`) made from it, trained as it is."""
    tiny: str
    """A config small enough for tests."""
    view: str = "training.views:sound"
    """Where it is compared with the stems (`training.views.View`)."""
    published: str | None = None
    """A config of the published sizes, where they are not the defaults of `config`."""
    sizes: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the config that differ from them."""


def _in_module(module: str, config: str, network: str, tiny: str = "TINY") -> Architecture:
    return Architecture(f"{module}:{config}", f"{module}:{network}", f"{module}:{tiny}")


def _translation(network: str, tiny: str, published: str, view: str) -> Architecture:
    return replace(
        _in_module("models.music_translation", "TranslationConfig", network, tiny),
        view=f"training.views:{view}",
        published=f"models.music_translation:{published}",
    )


ARCHITECTURES: Mapping[str, Architecture] = {
    "umx": Architecture("models.umx_config:UmxConfig", "models.umx_joint:JointUmx", "models.umx_joint:TINY"),
    "xumx": _in_module("models.xumx", "XUMXConfig", "XUMX"),
    "xumx_slicq_v1": replace(
        _in_module("models.xumx_slicq_v1", "XumxSlicqV1Config", "XumxSlicqV1"), view="training.views:slicq"
    ),
    "xumx_slicq_v2": replace(
        _in_module("models.xumx_slicq", "XumxSlicqConfig", "XumxSlicq"), view="training.views:slicq"
    ),
    "conv_tasnet": _in_module("models.conv_tasnet", "ConvTasNetConfig", "ConvTasNet"),
    "demucs_v1": Architecture(
        "models.demucs_v2_config:DemucsV1Config", "models.demucs_v2:DemucsV2", "models.demucs_v2_config:TINY_V1"
    ),
    "demucs_v2": Architecture(
        "models.demucs_v2_config:DemucsV2Config", "models.demucs_v2:DemucsV2", "models.demucs_v2_config:TINY"
    ),
    "dual_path_unet": replace(
        _in_module("models.dual_path_unet", "DualPathUNetConfig", "DualPathUNet"), view="training.views:band_errors"
    ),
    "wave_u_net": Architecture(
        "models.wave_u_net_config:WaveUNetConfig",
        "models.wave_u_net:ConfiguredWaveUNet",
        "models.wave_u_net_config:TINY",
    ),
    "spleeter": _in_module("models.spleeter", "SpleeterConfig", "Spleeter"),
    "band_split_rnn": _in_module("models.band_split_rnn", "BandSplitRNNConfig", "BandSplitRNN"),
    "scnet": _in_module("models.scnet", "SCNetConfig", "SCNet"),
    "tdf_v3": _in_module("models.tdf_v3", "TDFV3Config", "TDFV3"),
    "hdemucs": _in_module("models.demucs_modules", "HDemucsConfig", "HybridDemucs", "TINY_HDEMUCS"),
    "htdemucs": _in_module("models.demucs_modules", "HTDemucsConfig", "HybridDemucs", "TINY_HTDEMUCS"),
    "wavenet_end_to_end": _in_module("models.wavenet_end_to_end", "WaveNetConfig", "WaveNetInContext"),
    "mu_law_wavenet": replace(
        _in_module("models.mu_law_wavenet", "MuLawConfig", "MuLawWaveNet"), view="training.views:class_logits"
    ),
    "mu_law_wavenet_regression": replace(
        _in_module("models.mu_law_wavenet", "RegressionConfig", "RegressionWaveNet", "TINY_REGRESSION"),
        view="training.views:companded",
    ),
    "music_translation": _translation("MusicTranslation", "TINY", "PUBLISHED", "class_logits"),
    "music_translation_pooled": _translation("MusicTranslation", "TINY_POOLED", "POOLED", "class_logits"),
    "music_translation_domains": _translation(
        "DomainConfusedTranslation", "TINY_DOMAIN_CONFUSED", "DOMAIN_CONFUSED", "class_logits_and_domains"
    ),
    "spectrum_wavenet": replace(
        _in_module("models.spectrum_wavenet", "SpectrumWaveNetConfig", "SpectrumWaveNet"), view="training.views:spectra"
    ),
}
"""Name in a recipe -> where it is."""


def build_config(section: ModelSection) -> Any:
    """Build the config of a recipe's network.

    Raises:
        RecipeError: Unknown architecture, or fields that its config does not have.
        models.errors.SettingsError: Sizes that no network can be built from.
    """
    architecture = architecture_of(section.architecture)
    base = _base_config(architecture, section.size)
    known = [field.name for field in dataclasses.fields(base)]
    unknown = [key for key in section.config if key not in known]
    if unknown:
        raise RecipeError(
            f"The key 'model.config' of a recipe must name fields of {section.architecture}: {', '.join(known)}. "
            f"Got '{unknown[0]}'.{did_you_mean(unknown[0], known)}"
        )
    return with_content(base, section.config)


def build_network(section: ModelSection, seed: int) -> nn.Module:
    """Build a recipe's network with random weights.

    Args:
        section: What it is made of; one for a single channel is run on each of the sound's.
        seed: Of the weights; the global generators are left as they were.

    Raises:
        RecipeError: As `build_config`.
        models.errors.SettingsError: As `build_config`.
    """
    config = build_config(section)
    network_class = _load(architecture_of(section.architecture).network)
    with seeded_torch(seed):
        return for_any_channels(network_class(config))


def architecture_of(name: str) -> Architecture:
    """Return an architecture by its name.

    Raises:
        RecipeError: There is none.
    """
    if name in ARCHITECTURES:
        return ARCHITECTURES[name]
    rows = {entry.name: entry.architecture for entry in load_manifest().models if entry.builder == BUILDER}
    if name not in rows:
        known = (*ARCHITECTURES, *(row for row in rows if row not in ARCHITECTURES))
        raise RecipeError(
            f"The architecture must be one of {', '.join(known)}. Got '{name}'.{did_you_mean(name, known)}"
        )
    return _architecture_of_row(rows[name])


def _architecture_of_row(row: Mapping[str, Any]) -> Architecture:
    config, network = row["config"], row["network"]
    same = [architecture for architecture in ARCHITECTURES.values() if architecture.network == network]
    base = same[0] if same else Architecture(config, network, tiny=f"{config.partition(':')[0]}:TINY")
    return replace(base, config=config, published=None, sizes=row["sizes"])


def load_view(architecture: Architecture) -> View:
    """Return in which domain an architecture is compared with the stems."""
    view: View = _load(architecture.view)
    return view


def _base_config(architecture: Architecture, size: str) -> Any:
    if size == "tiny":
        return _load(architecture.tiny)
    published = _load(architecture.published) if architecture.published else _load(architecture.config)()
    return with_content(published, architecture.sizes)


def _load(import_string: str) -> Any:
    module, name = import_string.split(":")
    return getattr(importlib.import_module(module), name)
