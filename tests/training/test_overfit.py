"""Every architecture can learn: trained on one made-up song, its stems get better than it began and than silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import torch

from audio.made_up_songs import MadeUpSong, make_song
from audio.resampling import resample
from audio.stems import ACCOMPANIMENT, MIXTURE, SAMPLE_RATE
from evaluator.metrics import mean_sdr, sdr
from models.network import Bag, Member
from separation.engine import Engine
from training.architectures import ARCHITECTURES
from training.assembly import build_parts
from training.module import SeparationModule
from training.recipe import Recipe
from training.tiny import CHUNK_SECONDS, TINY_CONFIGS

SONG_SECONDS = 1.0
RISE_DB = 3.0
LOOK_EVERY = 20


@dataclass(frozen=True)
class Case:
    """How an architecture is trained; losses and normalisation are those of its recipe."""

    loss: str
    learning_rate: float = 1e-2
    normalisation: str = "none"
    most_steps: int = 300
    domains: int = 0
    config: Mapping[str, Any] = field(default_factory=dict)
    """What must differ from its tiny size."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the loss."""


# With the published 256 levels one song takes many times as many steps.
CLASSES = Case("mu_law_cross_entropy", config={"scale": {"levels": 32}}, settings={"classes": 32})
# In their tiny size all below 1 kHz, the bass and most of the drums, is one band.
LOW_BANDS = {"bands": 24, "min_hz": 200.0}
CASES = {
    "umx": Case("magnitude_l2"),
    "xumx": Case("multi_domain"),
    "xumx_slicq_v1": Case("slicq_magnitude_l2", config={**LOW_BANDS, "corrected": True}),
    "xumx_slicq_v2": Case("slicq_complex_l2", config=LOW_BANDS),
    "conv_tasnet": Case("time_l1", normalisation="mono"),
    "demucs_v1": Case("time_l1", 3e-3),
    "demucs_v2": Case("time_l1", 3e-3, "mono"),
    "dual_path_unet": Case("band_errors", normalisation="mono"),
    "wave_u_net": Case("time_l2"),
    "spleeter": Case("magnitude_l1"),
    "band_split_rnn": Case("complex_l1", 3e-3, config={"features": 32, "lstm_units": 32, "layers": 2}),
    "scnet": Case("complex_l2"),
    "tdf_v3": Case("time_l1"),
    "hdemucs": Case("time_l1", 3e-3, "mono"),
    "htdemucs": Case("time_l1", 3e-3),
    "wavenet_end_to_end": Case("time_l1", 3e-3, most_steps=600),
    "mu_law_wavenet": CLASSES,
    "mu_law_wavenet_regression": Case("time_l2", 3e-3),
    "music_translation": CLASSES,
    "music_translation_pooled": replace(CLASSES, config={**CLASSES.config, "width": 32}),
    "music_translation_domains": replace(CLASSES, domains=3),
    "spectrum_wavenet": Case("time_l2", 3e-3),
}
QUICK = ("conv_tasnet", "umx", "demucs_v2")
"""A network of waveforms, one of spectra, one of convolutions and an LSTM: run in `make test`."""
RUNS = [
    pytest.param(name, marks=pytest.mark.slow if name in QUICK else [pytest.mark.slow, pytest.mark.exhaustive])
    for name in ARCHITECTURES
]


def test_every_architecture_has_a_case():
    assert set(ARCHITECTURES) <= set(CASES)


@pytest.mark.parametrize("name", RUNS)
def test_a_network_overfits_one_song(name, record_property):
    module = build(name)
    sounds = song(module.separator)
    batch, start = chunks(sounds), score(module, sounds)
    optimiser = torch.optim.Adam(module.parameters(), lr=CASES[name].learning_rate)
    best, steps = start, 0
    while best < max(start, 0.0) + RISE_DB and steps < CASES[name].most_steps:
        for _ in range(LOOK_EVERY):
            optimiser.zero_grad()
            module.loss_of(batch).backward()
            optimiser.step()
        steps += LOOK_EVERY
        best = max(best, score(module, sounds))
    for key, value in {"start": start, "end": best, "steps": steps}.items():
        record_property(key, round(value, 2))
    assert best >= max(start, 0.0) + RISE_DB, f"from {start:.2f} dB to {best:.2f} dB in {steps} steps"


def build(name):
    case = CASES[name]
    model = {"architecture": name, "size": "tiny", "normalisation": case.normalisation}
    model["config"] = {**TINY_CONFIGS.get(name, {}), **case.config}
    data = {"folder": "none", "plan": "aligned", "mixture": "file", "chunk_seconds": CHUNK_SECONDS}
    data |= {"chunks_per_epoch": 1, "batch_size": 1}
    if case.domains:
        data["domains"] = {f"genre {number}": [f"song {number}"] for number in range(case.domains)}
    losses = [{"name": case.loss, "settings": case.settings}]
    recipe = Recipe.model_validate({"name": name, "model": model, "losses": losses, "data": data})
    parts = build_parts(recipe)
    torch.manual_seed(0)
    return SeparationModule(recipe, parts.network, parts.loss, parts.augment).train()


def song(network):
    """One song at the network's rate: its stems, and the mixture of all that plays."""
    stems = make_song(MadeUpSong(seed=3, duration_seconds=SONG_SECONDS))
    stems[ACCOMPANIMENT] = stems["bass"] + stems["drums"] + stems["other"]
    stems[MIXTURE] = stems[ACCOMPANIMENT] + stems["vocals"]
    return {name: resample(stems[name], SAMPLE_RATE, network.sample_rate) for name in (*network.stems, MIXTURE)}


def chunks(sounds):
    """The song as a batch of chunks, shape (chunks, channels, samples) each; what is left at its end is left out."""
    length = segment_samples(sounds)
    return {
        name: torch.stack(sound.split(length, dim=-1)[: sound.shape[-1] // length]) for name, sound in sounds.items()
    }


def segment_samples(sounds):
    return round(CHUNK_SECONDS / SONG_SECONDS * sounds[MIXTURE].shape[-1])


def score(module, sounds):
    """The mean SDR of the network's stems of the whole song, in dB."""
    network, normalisation = module.separator, module.recipe.model.normalisation
    weights = dict.fromkeys(network.stems, 1.0)
    member = Member(network, weights, segment_samples(sounds), normalisation=normalisation)
    engine = Engine(Bag((member,), network.stems, network.sample_rate, torch.device("cpu")))
    module.eval()
    separated = engine.separate(sounds[MIXTURE])
    module.train()
    return mean_sdr(sdr({stem: sounds[stem] for stem in network.stems}, separated))
