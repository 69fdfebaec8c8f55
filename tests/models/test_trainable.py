"""Every architecture of the field can be trained: gradients, loss, modes. Its own tests count its published weights."""

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
    xumx_slicq,
)
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
    "xumx_slicq_realtime": Case(lambda: xumx_slicq.XumxSlicq(replace(xumx_slicq.TINY, realtime=True))),
    "demucs_v1": Case(lambda: demucs_v2.DemucsV2(demucs_v2_config.TINY_V1), learning_rate=1e-3),
    "demucs_v2": Case(lambda: demucs_v2.DemucsV2(demucs_v2_config.TINY), learning_rate=1e-3),
    "hdemucs": Case(lambda: demucs_modules.HybridDemucs(demucs_modules.TINY_HDEMUCS), 6144, learning_rate=1e-2),
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
WITH_BATCH_NORM = {"open_unmix", "xumx", "xumx_slicq_realtime", "spleeter", "tfc_tdf"}
WITH_A_SEGMENT = {"htdemucs"}
"""Filled up to their segment in evaluation."""


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
    assert not [key for key, weight in network.named_parameters() if weight.grad is None]
    assert not [key for key, weight in network.named_parameters() if not torch.isfinite(weight.grad).all()]
    assert not [key for key, weight in network.named_parameters() if not weight.grad.any()]


def test_mixed_precision_changes_the_loss_little_and_leaves_gradients_finite(name):
    network, case = build(name).train(), CASES[name]
    mixture, stems = chunk(network, case.samples)
    with torch.no_grad(), seeded_torch(0):
        loss = case.loss(network, mixture, stems)
    # Fresh: a first pass may have moved running statistics.
    network = build(name).train()
    with seeded_torch(0), torch.autocast("cpu", torch.bfloat16):
        mixed = case.loss(network, mixture, stems)
    mixed.backward()
    assert mixed.item() == pytest.approx(loss.item(), rel=0.01)
    assert not [key for key, weight in network.named_parameters() if not torch.isfinite(weight.grad).all()]


def test_a_seed_decides_what_is_first_made_of_a_mixture_and_that_is_as_loud_as_music(name):
    case = CASES[name]
    made = []
    for network in (build(name).train(), build(name).train()):
        mixture, _ = chunk(network, case.samples)
        with torch.no_grad(), seeded_torch(0):
            made.append(network(mixture))
    assert torch.equal(*made)
    # Classes that are all but equally likely are noise at full scale.
    loudest = 3 * mixture.std() if case.loss is waveform_loss else 0.5
    assert mixture.std() / 100 < made[0].std() < loudest


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


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["open_unmix", "demucs_v1", "conv_tasnet", "wave_u_net_m6", "wavenet_end_to_end", "spectrum_wavenet", "tfc_tdf_v3"],
)
def test_a_compiled_network_gives_the_same_gradients(name):
    plain, compiled, case = build(name).train(), build(name).train(), CASES[name]
    # What torch traces; a backend that writes machine code would take minutes.
    compiled.compile(backend="eager")
    mixture, stems = chunk(plain, case.samples)
    for network in (plain, compiled):
        with seeded_torch(0):
            case.loss(network, mixture, stems).backward()
    for weight, same in zip(plain.parameters(), compiled.parameters(), strict=True):
        assert torch.allclose(weight.grad, same.grad, rtol=1e-4, atol=1e-6)


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


@pytest.mark.parametrize("name", sorted(CASES.keys() - WITH_DROPOUT - WITH_BATCH_NORM - WITH_A_SEGMENT))
def test_all_others_do_in_training_what_they_do_in_evaluation(name):
    network = build(name)
    mixture, _ = chunk(network, CASES[name].samples)
    with torch.no_grad():
        assert torch.equal(network.train()(mixture), network.eval()(mixture))


def test_no_other_tiny_network_depends_on_the_mode():
    for name in CASES.keys() - WITH_DROPOUT - WITH_BATCH_NORM:
        kinds = {type(module) for module in build(name).modules()}
        assert not kinds & {nn.BatchNorm1d, nn.BatchNorm2d}, name
        drops = [module.p for module in build(name).modules() if isinstance(module, nn.Dropout)]
        assert not any(drops), name
