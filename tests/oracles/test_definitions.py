"""What holds for every oracle of every definitions: no NaN, untouched inputs, no dependence on how the work is cut."""

import itertools

import numpy as np
import pytest
import torch

from evaluator.metrics import mean_sdr, sdr
from oracles import bins
from oracles.definitions import ALL_DEFINITIONS, KIT, TITLES, find_definitions
from oracles.errors import OracleError
from oracles.study import separations
from tests.oracles.cases import coefficients, defined_filter, score_of, short_song

EVERY = [(definitions, name) for definitions in ALL_DEFINITIONS.values() for name in definitions.oracles]
every_oracle = pytest.mark.parametrize(
    "oracle",
    [definitions.oracles[name] for definitions, name in EVERY],
    ids=[f"{definitions.name}-{name}" for definitions, name in EVERY],
)


def ratio(exponent, floor=0.0):
    return lambda s, x: x * np.abs(s) ** exponent / (floor + (np.abs(s) ** exponent).sum(axis=0))


def majority(exponent):
    return lambda s, x: x * (np.abs(s) ** exponent > (np.abs(s) ** exponent).sum(axis=0) - np.abs(s) ** exponent)


def half_of_mixture(exponent, floor):
    return lambda s, x: x * (np.abs(s) ** exponent / (floor + np.abs(x) ** exponent) >= 0.5)


def weighted_filter(s, x):
    powers = (np.abs(s) ** 2).mean(axis=1)
    covariances = np.einsum("jcft,jdft->jfcd", s, s.conj()) / powers.sum(axis=-1)[..., None, None]
    return defined_filter(s, x, covariances, powers)


def even_filter(traces_of, loading):
    def estimates(s, x):
        even = np.einsum("jcft,jdft,jft->jfcd", s, s.conj(), 1 / (np.abs(s) ** 2).mean(axis=1)) / s.shape[-1]
        covariances = np.stack([2 * one / traces_of(one) for one in even]) + loading * np.eye(2)
        powers = np.einsum("jfcd,jdft,jcft->jft", np.linalg.inv(covariances), s, s.conj()).real / 2
        return defined_filter(s, x, covariances, powers)

    return estimates


def clipped_ratio(s, x):
    return x * (np.clip((s / x).real, -10, 10) + 1j * np.clip((s / x).imag, -10, 10))


EPS_32, EPS_64 = 2.0**-23, 2.0**-52
FORMULAS = {
    "kit irm1": ratio(1),
    "kit irm2": ratio(2),
    "kit ibm1": majority(1),
    "kit ibm2": majority(2),
    "kit mpi": lambda s, x: np.abs(s) * x / np.abs(x),
    "kit mwf": weighted_filter,
    "kit mwf-even": even_filter(lambda one: np.trace(one, axis1=1, axis2=2)[:, None, None], 1e-9),
    "kit psm": lambda s, x: x * np.clip((s * x.conj()).real / np.abs(x) ** 2, 0, 1),
    "kit crm": clipped_ratio,
    "sigsep irm1": ratio(1, EPS_64),
    "sigsep irm2": ratio(2, EPS_64),
    "sigsep ibm1": half_of_mixture(1, EPS_64),
    "sigsep ibm2": half_of_mixture(2, EPS_64),
    "sigsep mwf": even_filter(np.trace, EPS_64),
    "mss-oracle irm1": ratio(1, EPS_32),
    "mss-oracle irm2": ratio(2, EPS_32),
    "mss-oracle ibm1": half_of_mixture(1, EPS_32),
    "mss-oracle ibm2": half_of_mixture(2, EPS_32),
    "mss-oracle mpi": lambda s, x: np.abs(s) * np.exp(1j * np.angle(s.sum(axis=0) + EPS_32)),
}
"""Definitions and name -> estimates of sources (stems, channels, bins, frames) and a mixture, as written on paper."""


@pytest.mark.parametrize(("definitions", "name"), EVERY, ids=[f"{one.name}-{name}" for one, name in EVERY])
def test_every_oracle_is_its_formula_for_mixtures_that_are_not_the_sum_of_the_stems(definitions, name):
    sources = coefficients(frames=60)[0].to(torch.complex128)
    mixture = 2 * coefficients(stems=1, frames=60, seed=1)[1].to(torch.complex128)
    expected = FORMULAS[f"{definitions.name} {name}"](sources.numpy(), mixture.numpy())
    np.testing.assert_allclose(definitions.oracles[name](sources, mixture).numpy(), expected, rtol=1e-9, atol=1e-9)


def test_the_hop_is_a_quarter_of_the_window_half_of_it_or_three_quarters():
    names = [definitions.stft(2048).name for definitions in ALL_DEFINITIONS.values()]
    assert names == ["STFT 2048", "STFT 2048 hop 1024", "STFT 2048 hop 1536"]


@every_oracle
def test_silence_stays_silence(oracle):
    sources, _ = coefficients()
    silence = torch.zeros_like(sources)
    assert torch.equal(oracle(silence, silence[0]), silence)
    sources[2] = 0
    sources[..., 3, :] = 0
    sources[..., 4] = 0
    estimates = oracle(sources, sources.sum(dim=0))
    assert estimates.isfinite().all()
    assert estimates[..., 3, :].abs().max() == 0
    assert estimates[2].abs().max() < 1e-5
    noise_without_stems = oracle(silence, torch.ones_like(silence[0]))
    assert noise_without_stems.isfinite().all()


@every_oracle
def test_inputs_are_left_as_they_were(oracle):
    sources, mixture = coefficients()
    before = sources.clone(), mixture.clone()
    oracle(sources, mixture)
    assert torch.equal(sources, before[0])
    assert torch.equal(mixture, before[1])


@every_oracle
def test_the_size_of_the_groups_of_frequencies_changes_nothing(oracle, monkeypatch):
    sources, mixture = coefficients(bins=11)
    whole = oracle(sources, mixture)
    monkeypatch.setattr(bins, "VALUES_AT_ONCE", sources[:, :, :3].numel())
    torch.testing.assert_close(oracle(sources, mixture), whole, rtol=0, atol=1e-6)


@every_oracle
def test_a_louder_song_has_louder_estimates(oracle):
    sources, mixture = coefficients()
    expected = 100 * oracle(sources, mixture)
    torch.testing.assert_close(oracle(100 * sources, 100 * mixture), expected, rtol=1e-4, atol=1e-3)


def test_the_oracles_rank_on_a_song_as_theory_has_it():
    stems, mixture = short_song()
    scores = {name: score_of(oracle, stems, mixture) for name, oracle in KIT.oracles.items()}
    assert scores["irm1"] < scores["irm2"] < scores["psm"]
    assert max(scores["ibm1"], scores["ibm2"], scores["mpi"]) < scores["psm"]
    assert scores["crm"] > 35 > scores["psm"]


def test_hops_of_three_quarters_cost_every_published_oracle_decibels():
    stems, mixture = short_song()
    published = ALL_DEFINITIONS["mss-oracle"]
    for name, estimates in separations(published.oracles, published.stft(2048), stems, mixture):
        handicapped = mean_sdr(sdr(stems, estimates))
        assert score_of(KIT.oracles[name], stems, mixture) > 0.5 + handicapped, name


def test_names_are_looked_up_in_the_order_of_tables_and_unknown_ones_refused():
    assert list(KIT.find(["psm", "irm1", "psm"])) == list(KIT.find(["PSM", "Irm1"])) == ["irm1", "psm"]
    assert find_definitions("KIT") is KIT
    with pytest.raises(OracleError, match=r"\(definitions: kit\) must be one of irm1, .*Got 'irm'\. Did you mean 'irm"):
        KIT.find(["irm"])
    with pytest.raises(OracleError, match=r"sigsep\) must be one of irm1, irm2, ibm1, ibm2, mwf\. Got 'mpi'"):
        find_definitions("sigsep").find(["irm1", "mpi"])
    with pytest.raises(OracleError, match=r"must be one of kit, sigsep, mss-oracle\. Got 'mss'\."):
        find_definitions("mss")


def test_every_oracle_has_a_title():
    assert set(itertools.chain.from_iterable(one.oracles for one in ALL_DEFINITIONS.values())) == set(TITLES)
