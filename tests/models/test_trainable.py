"""Every architecture of the field can be trained: gradients, loss, modes, and published sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
import torch.nn.functional as functional
from torch import nn

from models import (
    band_split_rnn,
    conv_tasnet,
    demucs_modules,
    demucs_v2,
    demucs_v2_config,
    mu_law_wavenet,
    music_translation,
    scnet,
    spectrum_wavenet,
    spleeter,
    tdf_stem,
    tdf_unet,
    tdf_v3,
    umx_joint,
    wave_u_net,
    wave_u_net_config,
    wavenet_end_to_end,
    xumx,
)
from models.band_split_layers import BAND_TABLES, band_widths
from models.seeding import seeded_torch
from transforms.mu_law import encode


def waveform_loss(network, mixture, stems):
    return functional.l1_loss(network(mixture), stems)


def class_loss(network, mixture, stems):
    return functional.cross_entropy(network.logits(mixture).transpose(1, 2), encode(stems))


def class_and_domain_loss(network, mixture, stems):
    logits, domains = network.logits_and_domains(mixture)
    songs = torch.arange(len(mixture)) % domains.shape[1]
    return functional.cross_entropy(logits.transpose(1, 2), encode(stems)) + functional.cross_entropy(domains, songs)


@dataclass(frozen=True)
class Case:
    make: Callable[[], nn.Module]
    samples: int = 2048
    loss: Callable[[nn.Module, Any, Any], Any] = waveform_loss
    learning_rate: float = 3e-3


WAVE = wave_u_net_config.TINY
CASES = {
    "open_unmix": Case(lambda: umx_joint.JointUmx(umx_joint.TINY)),
    "xumx": Case(lambda: xumx.XUMX(xumx.TINY)),
    "demucs_v1": Case(lambda: demucs_v2.DemucsV2(demucs_v2_config.TINY_V1), learning_rate=1e-3),
    "demucs_v2": Case(lambda: demucs_v2.DemucsV2(demucs_v2_config.TINY), learning_rate=1e-3),
    "hdemucs": Case(lambda: demucs_modules.HybridDemucs(demucs_modules.TINY_HDEMUCS), 4096, learning_rate=1e-2),
    "htdemucs": Case(lambda: demucs_modules.HybridDemucs(demucs_modules.TINY_HTDEMUCS), 4096, learning_rate=1e-2),
    "conv_tasnet": Case(lambda: conv_tasnet.ConvTasNet(conv_tasnet.TINY)),
    "wave_u_net_m1": Case(
        lambda: wave_u_net.WaveUNet(replace(WAVE, channels=1, context=False, difference=False)), learning_rate=1e-2
    ),
    "wave_u_net_m2": Case(lambda: wave_u_net.WaveUNet(replace(WAVE, channels=1, context=False)), learning_rate=1e-2),
    "wave_u_net_m5": Case(lambda: wave_u_net.WaveUNet(replace(WAVE, learned_upsampling=True))),
    "wave_u_net_m6": Case(lambda: wave_u_net.WaveUNet(WAVE), learning_rate=1e-2),
    "wavenet_end_to_end": Case(lambda: wavenet_end_to_end.EndToEndWaveNet(wavenet_end_to_end.TINY), 2000),
    "mu_law_gated": Case(lambda: mu_law_wavenet.MuLawWaveNet(mu_law_wavenet.TINY), 1000, class_loss),
    "mu_law_residual": Case(lambda: mu_law_wavenet.MuLawWaveNet(mu_law_wavenet.TINY_RESIDUAL), 1000, class_loss, 1e-2),
    "mu_law_regression": Case(lambda: mu_law_wavenet.RegressionWaveNet(mu_law_wavenet.TINY_REGRESSION), 1000),
    "music_translation": Case(
        lambda: music_translation.MusicTranslation(music_translation.TINY), 1000, class_loss, 1e-2
    ),
    "music_translation_pooled": Case(
        lambda: music_translation.MusicTranslation(music_translation.TINY_POOLED), 1000, class_loss, 1e-2
    ),
    "music_translation_confused": Case(
        lambda: music_translation.DomainConfusedTranslation(music_translation.TINY_DOMAIN_CONFUSED),
        1000,
        class_and_domain_loss,
        1e-2,
    ),
    "spectrum_wavenet": Case(lambda: spectrum_wavenet.SpectrumWaveNet(spectrum_wavenet.TINY), 2000),
    "spleeter": Case(lambda: spleeter.Spleeter(spleeter.TINY)),
    "band_split_rnn": Case(lambda: band_split_rnn.BandSplitRNN(band_split_rnn.TINY), 1000),
    "scnet": Case(lambda: scnet.SCNet(scnet.TINY)),
    "tfc_tdf": Case(lambda: tdf_stem.TDFStem("vocals", 2048, tdf_unet.TDFUNet(tdf_unet.TINY)), 31 * 1024),
    "tfc_tdf_v3": Case(lambda: tdf_v3.TDFV3(tdf_v3.TINY)),
}
WITH_DROPOUT = {"open_unmix", "xumx", "spleeter"}
WITH_BATCH_NORM = {"open_unmix", "xumx", "spleeter", "tfc_tdf"}


@pytest.fixture(params=CASES)
def name(request):
    return request.param


def build(name):
    with seeded_torch(1):
        return CASES[name].make()


def chunk(network, samples, batch=2):
    """Tones and noise, one sound for each stem, and their sum."""
    generator = torch.Generator().manual_seed(0)
    time = torch.arange(samples) / 44100
    pitches = 110 * 2.0 ** torch.arange(len(network.stems))
    tones = torch.sin(2 * torch.pi * pitches[:, None] * time)[None, :, None]
    shape = (batch, len(network.stems), network.channels, samples)
    stems = 0.1 * tones * torch.rand(*shape[:3], 1, generator=generator) + 0.02 * torch.randn(
        shape, generator=generator
    )
    return stems.sum(dim=1), stems


def test_every_parameter_gets_a_finite_gradient(name):
    network, case = build(name).train(), CASES[name]
    mixture, stems = chunk(network, case.samples)
    case.loss(network, mixture, stems).backward()
    without = [key for key, weight in network.named_parameters() if weight.grad is None]
    assert not without
    assert all(torch.isfinite(weight.grad).all() for weight in network.parameters())
    assert sum(weight.grad.abs().sum() > 0 for weight in network.parameters()) > 0.7 * len(list(network.parameters()))


def test_ten_steps_on_one_chunk_lower_the_loss(name):
    network, case = build(name).train(), CASES[name]
    mixture, stems = chunk(network, case.samples)
    losses = []
    for _ in range(10):
        loss = case.loss(network, mixture, stems)
        losses.append(loss.item())
        network.zero_grad()
        loss.backward()
        with torch.no_grad():
            # As Adam's first step; loading torch's optimisers takes longer than these tests.
            for weight in network.parameters():
                weight -= case.learning_rate * weight.grad.sign()
    assert sum(losses[-2:]) < 0.98 * sum(losses[:2])


def test_waveforms_have_the_shape_of_the_stems_and_evaluation_repeats_itself(name):
    network = build(name).eval()
    mixture, stems = chunk(network, CASES[name].samples)
    kept, before = mixture.clone(), {key: value.clone() for key, value in network.state_dict().items()}
    with torch.no_grad():
        first, second = network(mixture), network(mixture)
    assert first.shape == stems.shape
    assert torch.equal(first, second)
    assert torch.equal(mixture, kept)
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())


def test_evaluation_takes_each_song_of_a_batch_alone(name):
    network = build(name).eval()
    mixture, _ = chunk(network, CASES[name].samples)
    with torch.no_grad():
        together, alone = network(mixture), network(mixture[1:])
    # A class that is all but a draw may fall the other way.
    assert torch.isclose(together[1:], alone, atol=1e-4).float().mean() > 0.999


@pytest.mark.parametrize("name", sorted(WITH_DROPOUT))
def test_dropout_works_in_training_only(name):
    network = build(name).train()
    mixture, _ = chunk(network, CASES[name].samples)
    with torch.no_grad(), seeded_torch(0):
        assert not torch.allclose(network(mixture), network(mixture))


@pytest.mark.parametrize("name", sorted(WITH_BATCH_NORM))
def test_batch_statistics_are_gathered_in_training_and_used_in_evaluation(name):
    network = build(name).train()
    mixture, _ = chunk(network, CASES[name].samples)
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    assert norms
    with torch.no_grad():
        network(mixture)
        assert all(norm.num_batches_tracked > 0 for norm in norms)
        once = network.eval()(mixture)
        for norm in norms:
            norm.running_mean += 1
        assert not torch.allclose(network(mixture), once)


def test_no_other_tiny_network_depends_on_the_mode():
    for name in CASES.keys() - WITH_DROPOUT - WITH_BATCH_NORM:
        kinds = {type(module) for module in build(name).modules()}
        assert not kinds & {nn.BatchNorm1d, nn.BatchNorm2d}, name
        drops = [module.p for module in build(name).modules() if isinstance(module, nn.Dropout)]
        assert not any(drops), name


V2 = demucs_v2_config
PUBLISHED_MILLIONS = [
    ("open_unmix", lambda: umx_joint.JointUmx(), 35.6),
    ("xumx", lambda: xumx.XUMX(xumx.XUMXConfig()), 35.6),
    ("demucs_v1", lambda: demucs_v2.DemucsV2(V2.DEMUCS_V1), 648.5),
    ("demucs_v2_64", lambda: demucs_v2.DemucsV2(V2.DEMUCS_V2), 265.7),
    ("demucs_v2_48", lambda: demucs_v2.DemucsV2(V2.DEMUCS_V2_48), 149.5),
    ("demucs_v2_32", lambda: demucs_v2.DemucsV2(V2.DEMUCS_V2_32), 66.4),
    ("conv_tasnet", lambda: conv_tasnet.ConvTasNet(), 11.0),
    ("scnet", lambda: scnet.SCNet(), 10.6),
]


@pytest.mark.parametrize(
    ("make", "millions"), [case[1:] for case in PUBLISHED_MILLIONS], ids=[case[0] for case in PUBLISHED_MILLIONS]
)
def test_published_sizes_have_the_published_number_of_parameters(make, millions):
    with torch.device("meta"):
        network = make()
    assert sum(weight.numel() for weight in network.parameters()) / 1e6 == pytest.approx(millions, abs=0.05)


@pytest.mark.parametrize(
    ("make", "millions"),
    [
        (lambda: demucs_modules.HybridDemucs(demucs_modules.HDEMUCS), 83.64),
        (lambda: demucs_modules.HybridDemucs(demucs_modules.HTDEMUCS), 41.98),
        (lambda: spleeter.Spleeter(spleeter.SpleeterConfig()), 39.29),
    ],
    ids=["hdemucs", "htdemucs", "spleeter"],
)
def test_networks_that_compute_tables_have_the_published_number_of_parameters(make, millions):
    # On the CPU: on the "meta" device their tables make torch load its reference functions for seconds.
    assert sum(weight.numel() for weight in make().parameters()) / 1e6 == pytest.approx(millions, abs=0.005)


@pytest.mark.parametrize("stem", sorted(BAND_TABLES))
def test_band_split_networks_have_bands_of_their_own_for_each_stem(stem):
    bands = band_widths(BAND_TABLES[stem], 2048, 44100)
    with torch.device("meta"):
        network = band_split_rnn.BandSplitRNN(band_split_rnn.BandSplitRNNConfig(stem=stem, band_bins=bands))
    millions = sum(weight.numel() for weight in network.parameters()) / 1e6
    assert len(bands) == {"vocals": 41, "other": 41, "bass": 30, "drums": 55}[stem]
    assert 25 < millions < 45
