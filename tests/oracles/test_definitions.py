"""What holds for every oracle of every definitions: no NaN, untouched inputs, no dependence on how the work is cut."""

import itertools

import pytest
import torch

from evaluator.metrics import mean_sdr, sdr
from oracles import bins
from oracles.definitions import ALL_DEFINITIONS, KIT, TITLES, find_definitions
from oracles.errors import OracleError
from oracles.study import separations
from tests.oracles.cases import coefficients, score_of, short_song

EVERY = [(definitions, name) for definitions in ALL_DEFINITIONS.values() for name in definitions.oracles]
every_oracle = pytest.mark.parametrize(
    "oracle",
    [definitions.oracles[name] for definitions, name in EVERY],
    ids=[f"{definitions.name}-{name}" for definitions, name in EVERY],
)


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
    assert list(KIT.find(["psm", "irm1", "psm"])) == ["irm1", "psm"]
    with pytest.raises(OracleError, match=r"\(definitions: kit\) must be one of irm1, .*Got 'irm'\. Did you mean 'irm"):
        KIT.find(["irm"])
    with pytest.raises(OracleError, match=r"sigsep\) must be one of irm1, irm2, ibm1, ibm2, mwf\. Got 'mpi'"):
        find_definitions("sigsep").find(["irm1", "mpi"])
    with pytest.raises(OracleError, match=r"must be one of kit, sigsep, mss-oracle\. Got 'mss'\."):
        find_definitions("mss")


def test_every_oracle_has_a_title():
    assert set(itertools.chain.from_iterable(one.oracles for one in ALL_DEFINITIONS.values())) == set(TITLES)
