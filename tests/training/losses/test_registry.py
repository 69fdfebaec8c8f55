"""Losses by name: every one of them under the same rules."""

import copy
import math

import pytest
import torch
import yaml

from audio.stems import MIXTURE, STEMS
from training.agreement import SLICQ_LOSSES
from training.losses.registry import LOSSES, build_loss
from training.losses.spectral_losses import ComplexL1
from training.losses.stem_loss import LossInputError
from training.losses.time_losses import TimeL1
from training.parts import PartError

SMALL_STFT = {"window_samples": 128, "hop_samples": 32}
SMALL = {
    "complex_l1": SMALL_STFT,
    "complex_l2": SMALL_STFT,
    "magnitude_l1": SMALL_STFT,
    "magnitude_l2": SMALL_STFT,
    "multi_domain": SMALL_STFT,
    "multi_resolution_stft": {"window_samples": [60, 120], "transform_samples": [64, 128], "hop_samples": [15, 30]},
    "mu_law_cross_entropy": {"classes": 16},
}
"""Settings that suit short items."""

OF_WAVEFORMS = sorted(set(LOSSES) - {"mu_law_cross_entropy", "dissimilarity", "band_errors", *SLICQ_LOSSES})
"""Those that are a distance from the references; the others have tests of their own."""


def build(name, **settings):
    if name == "multi_resolution_stft":
        pytest.importorskip("auraloss")
    return build_loss([{"name": name, "settings": {**SMALL.get(name, {}), **settings}}])


@pytest.mark.parametrize("name", OF_WAVEFORMS)
def test_each_is_a_finite_scalar_that_does_not_change_its_input(name, pairs):
    estimates, references = pairs(dtype=torch.float32)
    given = copy.deepcopy((estimates, references))
    loss = build(name)(estimates, references)
    assert loss.shape == ()
    assert torch.isfinite(loss)
    assert all(torch.equal(estimates[stem], given[0][stem]) for stem in STEMS)
    assert all(torch.equal(references[stem], given[1][stem]) for stem in STEMS)


@pytest.mark.parametrize("name", OF_WAVEFORMS)
def test_each_is_lower_for_a_better_estimate_and_lowest_for_the_truth(name, pairs):
    estimates, references = pairs()
    nearer = {stem: 0.5 * (estimates[stem] + references[stem]) for stem in STEMS}
    loss = build(name)
    assert loss(references, references) < loss(nearer, references) < loss(estimates, references)


@pytest.mark.parametrize("name", OF_WAVEFORMS)
@pytest.mark.parametrize("silent", ["references", "estimates", "both"])
def test_each_is_finite_on_silence_and_so_are_its_gradients(name, silent, pairs):
    estimates, references = pairs(dtype=torch.float32)
    if silent in ("references", "both"):
        references = {stem: torch.zeros_like(sound) for stem, sound in references.items()}
    if silent in ("estimates", "both"):
        estimates = {stem: torch.zeros_like(sound) for stem, sound in estimates.items()}
    estimates = {stem: sound.requires_grad_() for stem, sound in estimates.items()}
    loss = build(name)(estimates, references)
    loss.backward()
    assert torch.isfinite(loss)
    assert all(torch.isfinite(sound.grad).all() for sound in estimates.values())


@pytest.mark.parametrize("name", OF_WAVEFORMS)
def test_the_gradient_is_the_derivative(name, pairs):
    estimates, references = pairs(items=2, channels=1, samples=200)
    loss = build(name)
    estimate = estimates["bass"].clone().requires_grad_()
    loss({**estimates, "bass": estimate}, references).backward()
    direction = torch.randn(estimate.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    step = 1e-6
    ends = [loss({**estimates, "bass": estimate.detach() + sign * step * direction}, references) for sign in (1, -1)]
    # auraloss works in float32.
    tolerance = 1e-4 if name != "multi_resolution_stft" else 0.05
    assert float((ends[0] - ends[1]) / (2 * step)) == pytest.approx(
        float((estimate.grad * direction).sum()), rel=tolerance
    )


@pytest.mark.parametrize("name", sorted(set(OF_WAVEFORMS) - {"multi_domain"}))
def test_the_weighted_mean_over_stems_follows_the_weights(name, pairs):
    estimates, references = pairs()
    alone = {stem: build(name)({stem: estimates[stem]}, references) for stem in STEMS}
    weights = {"bass": 2.0, "drums": 0.0, "other": 0.5}
    expected = (2.0 * alone["bass"] + 0.5 * alone["other"] + alone["vocals"]) / 3.5
    torch.testing.assert_close(build(name, stem_weights=weights)(estimates, references), expected)
    torch.testing.assert_close(build(name)(estimates, references), torch.stack(list(alone.values())).mean())


@pytest.mark.parametrize("name", sorted(set(OF_WAVEFORMS) - {"multi_domain"}))
def test_dropping_a_third_of_the_items_leaves_out_the_worst_one_and_its_gradient(name, pairs):
    estimates, references = pairs()
    wrong = torch.randn(2, 900, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    bass = estimates["bass"].clone()
    bass[1] = wrong
    bass.requires_grad_()
    loss = build(name, dropped_share=1 / 3)
    value = loss({"bass": bass}, references)
    value.backward()
    kept = torch.tensor([0, 2])
    expected = build(name)({"bass": bass.detach()[kept]}, {"bass": references["bass"][kept]})
    torch.testing.assert_close(value.detach(), expected)
    assert (bass.grad[1] == 0).all()
    assert (bass.grad[kept] != 0).any()


def test_dropping_frames_leaves_out_the_worst_samples_of_any_item():
    references = {"bass": torch.zeros(2, 1, 5)}
    estimates = {"bass": torch.tensor([[[1.0, 9.0, 2.0, 0.0, 1.0]], [[0.0, 1.0, 8.0, 1.0, 0.0]]])}
    loss = build("time_l1", dropped_share=0.2, dropped_unit="frames")
    assert float(loss(estimates, references)) == pytest.approx((1 + 2 + 0 + 1 + 0 + 1 + 1 + 0) / 8)


def test_at_least_one_value_is_kept(pairs):
    estimates, references = pairs(items=1)
    assert torch.equal(
        build("time_l1", dropped_share=0.9)(estimates, references), build("time_l1")(estimates, references)
    )


def test_dropping_agrees_with_masking_by_quantiles(pairs):
    estimates, references = pairs(items=10)
    value = build("time_l2", dropped_share=0.4)({"bass": estimates["bass"]}, references)
    errors = (estimates["bass"] - references["bass"]).square().mean(dim=(1, 2))
    masked = errors[errors < torch.quantile(errors, 0.6)]
    torch.testing.assert_close(value, masked.mean())


def test_a_sum_read_from_yaml_adds_weighted_losses(pairs):
    estimates, references = pairs()
    terms = yaml.safe_load("""
    - {name: time_l1, weight: 2.0}
    - {name: complex_l1, weight: 0.5, settings: {window_samples: 128, hop_samples: 32}}
    """)
    loss = build_loss(terms)
    assert list(loss.terms) == ["time_l1", "complex_l1"]
    expected = 2.0 * TimeL1()(estimates, references) + 0.5 * ComplexL1(**SMALL_STFT)(estimates, references)
    torch.testing.assert_close(loss(estimates, references), expected)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (
            [{"name": "time_l3"}],
            "The loss must be one of band_errors, complex_l1, .* Got 'time_l3'. Did you mean 'time_l",
        ),
        (
            [{"name": "time_l1", "settings": {"stem_weight": {}}}],
            "'stem_weight' is unknown. Did you mean 'stem_weights'",
        ),
        ([{"name": "time_l1", "weight": 0}], "'weight' must be greater than 0. Got 0"),
        ([{"name": "time_l1", "settings": {"dropped_share": 1.0}}], "'dropped_share' must be less than 1"),
        ([{"name": "complex_l1", "settings": {"hop_samples": 4096}}], "hop_samples must be from 1 to half a window"),
        ([], "must name one loss or more"),
        ([{"name": "time_l1"}, {"name": "time_l1"}], "each once. Got time_l1, time_l1"),
    ],
)
def test_a_wrong_entry_is_explained(terms, message):
    with pytest.raises(PartError, match=message):
        build_loss(terms)


@pytest.mark.parametrize("name", OF_WAVEFORMS)
def test_estimates_without_a_fitting_reference_are_refused(name, pairs):
    estimates, references = pairs()
    loss = build(name)
    with pytest.raises(LossInputError, match="Got 'vocals' and references for bass, drums, other"):
        loss(estimates, {stem: references[stem] for stem in ("bass", "drums", "other")})
    with pytest.raises(LossInputError, match="The estimate of 'bass' must have the shape"):
        loss({"bass": estimates["bass"][..., :-1]}, references)
    with pytest.raises(LossInputError, match="at least one estimated stem"):
        loss({}, references)


def test_weights_must_name_stems_of_the_network(pairs):
    estimates, references = pairs()
    with pytest.raises(LossInputError, match="must name stems of the network: bass, drums, other, vocals. Got 'voice'"):
        build("time_l1", stem_weights={"voice": 2.0})(estimates, references)
    with pytest.raises(LossInputError, match="a stem with a weight above 0"):
        build("time_l1", stem_weights=dict.fromkeys(STEMS, 0.0))(estimates, references)


def test_references_may_hold_more_than_the_network_estimates(pairs):
    estimates, references = pairs()
    loss = build("time_l1")({"vocals": estimates["vocals"]}, {**references, MIXTURE: references["bass"]})
    expected = (estimates["vocals"] - references["vocals"]).abs().mean()
    assert math.isclose(float(loss), float(expected))
