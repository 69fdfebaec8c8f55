"""Every loss of waveforms and spectra against its formula, written anew in NumPy and float64."""

import itertools

import numpy as np
import pytest
import torch

from audio.stems import MIXTURE, STEMS
from evaluator.metrics import sdr
from training.losses.multi_domain import MultiDomain, magnitude_term, time_term, weighted_sdr
from training.losses.ratios import SDR, SDSDR, SISDR
from training.losses.spectral_losses import ComplexL1, ComplexL2, MagnitudeL1, MagnitudeL2
from training.losses.time_losses import TimeL1, TimeL2

WINDOW, HOP = 64, 16


def spectra(sound):
    """Centred frames with a periodic Hann window, reflected at the ends."""
    padded = np.pad(sound, [(0, 0), (0, 0), (WINDOW // 2, WINDOW // 2)], mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    starts = range(0, padded.shape[-1] - WINDOW + 1, HOP)
    return np.stack([np.fft.rfft(padded[..., start : start + WINDOW] * window) for start in starts], axis=-1)


def complex_l1(estimate, truth):
    difference = spectra(estimate) - spectra(truth)
    return np.mean(np.abs(difference.real)) + np.mean(np.abs(difference.imag))


FORMULAS = {
    "time l1": (TimeL1(), lambda e, r: np.mean(np.abs(e - r))),
    "time l2": (TimeL2(), lambda e, r: np.mean((e - r) ** 2)),
    "complex l1": (ComplexL1(window_samples=WINDOW, hop_samples=HOP), complex_l1),
    "complex l2": (
        ComplexL2(window_samples=WINDOW, hop_samples=HOP),
        lambda e, r: np.mean(np.abs(spectra(e) - spectra(r)) ** 2),
    ),
    "magnitude l1": (
        MagnitudeL1(window_samples=WINDOW, hop_samples=HOP),
        lambda e, r: np.mean(np.abs(np.abs(spectra(e)) - np.abs(spectra(r)))),
    ),
    "magnitude l2": (
        MagnitudeL2(window_samples=WINDOW, hop_samples=HOP),
        lambda e, r: np.mean((np.abs(spectra(e)) - np.abs(spectra(r))) ** 2),
    ),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_loss_is_its_formula_averaged_over_stems(name, pairs):
    estimates, references = pairs(samples=400)
    loss, formula = FORMULAS[name]
    expected = np.mean([formula(estimates[stem].numpy(), references[stem].numpy()) for stem in STEMS])
    assert float(loss(estimates, references)) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("loss_class", [TimeL1, TimeL2, SISDR, SDSDR, SDR])
def test_gradients_pass_torchs_own_check(loss_class, pairs):
    estimates, references = pairs(items=2, channels=2, samples=12)
    bass = estimates["bass"].requires_grad_()
    assert torch.autograd.gradcheck(lambda sound: loss_class()({"bass": sound}, references), (bass,))


@pytest.mark.parametrize("loss_class", [ComplexL1, ComplexL2, MagnitudeL1, MagnitudeL2, MultiDomain])
def test_gradients_of_spectra_pass_torchs_own_check(loss_class, pairs):
    estimates, references = pairs(items=1, channels=1, samples=20)
    loss = loss_class(window_samples=8, hop_samples=4)
    bass = estimates["bass"].requires_grad_()
    assert torch.autograd.gradcheck(lambda sound: loss({**estimates, "bass": sound}, references), (bass,))


def ratio_db(estimate, truth, scale_dependent):
    """SI-SDR or SD-SDR of one channel, after the definitions of Le Roux et al."""
    estimate, truth = estimate - estimate.mean(), truth - truth.mean()
    target = np.dot(estimate, truth) / np.dot(truth, truth) * truth
    error = estimate - (truth if scale_dependent else target)
    return 10 * np.log10(np.dot(target, target) / np.dot(error, error))


@pytest.mark.parametrize(("loss", "scale_dependent"), [(SISDR(), False), (SDSDR(), True)])
def test_ratios_are_minus_the_mean_of_all_channels_decibels(loss, scale_dependent, pairs):
    estimates, references = pairs()
    expected = [
        ratio_db(estimates[stem][item, channel].numpy(), references[stem][item, channel].numpy(), scale_dependent)
        for stem in STEMS
        for item in range(3)
        for channel in range(2)
    ]
    assert float(loss(estimates, references)) == pytest.approx(-np.mean(expected), rel=1e-6)


def test_si_sdr_does_not_change_with_the_scale_of_the_estimate_but_the_others_do(pairs):
    estimates, references = pairs()
    louder = {stem: 3.0 * sound for stem, sound in estimates.items()}
    assert float(SISDR()(louder, references)) == pytest.approx(float(SISDR()(estimates, references)), abs=1e-5)
    for loss in (SDSDR(), SDR()):
        assert abs(float(loss(louder, references) - loss(estimates, references))) > 1.0


def test_sd_sdr_never_scores_better_than_si_sdr(pairs):
    estimates, references = pairs()
    assert SDSDR()(estimates, references) >= SISDR()(estimates, references)


def test_an_offset_is_forgiven_only_where_means_are_removed(pairs):
    estimates, references = pairs()
    offset = {stem: sound + 0.2 for stem, sound in estimates.items()}
    for loss_class in (SISDR, SDSDR):
        assert float(loss_class()(offset, references)) == pytest.approx(float(loss_class()(estimates, references)))
        kept = loss_class(remove_mean=False)
        assert kept(offset, references) > kept(estimates, references) + 1.0


def test_sdr_is_minus_the_challenges_score(pairs):
    estimates, references = pairs(dtype=torch.float32)
    scores = [
        sdr({stem: references[stem][item] for stem in STEMS}, {stem: estimates[stem][item] for stem in STEMS})
        for item in range(3)
    ]
    expected = np.mean([score for by_stem in scores for score in by_stem.values()])
    assert float(SDR()(estimates, references)) == pytest.approx(-expected, rel=1e-5)


def cosine(first, second):
    return np.dot(first, second) / np.linalg.norm(first) / np.linalg.norm(second)


def test_the_multi_domain_loss_is_its_formula_over_fourteen_combinations(pairs):
    estimates, references = pairs(samples=400)
    e = {stem: sound.numpy() for stem, sound in estimates.items()}
    r = {stem: sound.numpy() for stem, sound in references.items()}
    mixture = sum(r.values())
    spectral, temporal = [], []
    for size in (1, 2, 3):
        for names in itertools.combinations(STEMS, size):
            magnitudes = sum(np.abs(spectra(e[name])) for name in names) - sum(
                np.abs(spectra(r[name])) for name in names
            )
            spectral.append(np.mean(magnitudes**2))
            estimate, truth = sum(e[name] for name in names), sum(r[name] for name in names)
            for item, channel in itertools.product(range(3), range(2)):
                s, t, x = estimate[item, channel], truth[item, channel], mixture[item, channel]
                share = np.dot(t, t) / (np.dot(t, t) + np.dot(x - t, x - t))
                temporal.append(-share * cosine(s, t) - (1 - share) * cosine(x - s, x - t))
    assert len(spectral) == 14
    expected = np.mean(spectral) + 10 * (1 + np.mean(temporal))
    loss = MultiDomain(window_samples=WINDOW, hop_samples=HOP)
    assert float(loss(estimates, references)) == pytest.approx(expected, rel=1e-7)


def test_without_combinations_only_single_stems_count(pairs):
    estimates, references = pairs(samples=400)
    alone = MultiDomain(window_samples=WINDOW, hop_samples=HOP, combined=False, time_weight=0.0)
    magnitudes = MagnitudeL2(window_samples=WINDOW, hop_samples=HOP)
    torch.testing.assert_close(alone(estimates, references), magnitudes(estimates, references))


def test_perfect_estimates_have_a_multi_domain_loss_of_zero_and_upside_down_ones_of_twenty(pairs):
    _, references = pairs()
    loss = MultiDomain(window_samples=WINDOW, hop_samples=HOP)
    assert float(loss(references, references)) == pytest.approx(0.0, abs=1e-8)
    mixture = sum(references.values())
    assert (weighted_sdr(references["bass"], references["bass"], mixture) < -0.999999).all()
    upside_down = {stem: -sound for stem, sound in references.items()}
    assert float(time_term(upside_down, references, torch.zeros_like(mixture), 3)) == pytest.approx(2.0, abs=1e-6)


def test_the_mixture_of_the_references_is_what_stems_leave_a_rest_of(pairs):
    estimates, references = pairs(samples=400)
    loss = MultiDomain(window_samples=WINDOW, hop_samples=HOP)
    summed = sum(references.values())
    torch.testing.assert_close(loss(estimates, {**references, MIXTURE: summed}), loss(estimates, references))
    assert loss(estimates, {**references, MIXTURE: summed.tanh()}) != loss(estimates, references)


def test_networks_that_mask_magnitudes_can_give_them_directly():
    magnitudes = {stem: torch.full((2, 3), float(index)) for index, stem in enumerate(STEMS)}
    references = {stem: torch.zeros(2, 3) for stem in STEMS}
    expected = np.mean([sum(names) ** 2 for size in (1, 2, 3) for names in itertools.combinations(range(4), size)])
    assert float(magnitude_term(magnitudes, references, 3)) == pytest.approx(expected)
