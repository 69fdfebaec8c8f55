"""The space of a search: every draw is within its bounds, and bounds that allow nothing are refused."""

import optuna
import pytest

from oracles.errors import OracleError
from oracles.search.space import SearchSpace

SPACE = SearchSpace(bands=(10, 120), min_hz=(20.0, 60.0), gamma_hz=(0.0, 9.9), max_slice_samples=40000)


@pytest.mark.parametrize("draws_slices", [False, True])
def test_draws_keep_the_bounds_and_follow_from_the_seed(draws_slices):
    space = SearchSpace(SPACE.scales, SPACE.bands, SPACE.min_hz, SPACE.gamma_hz, 40000, draws_slices)
    draws = [space.draw(seed) for seed in range(40)]
    assert draws == [space.draw(seed) for seed in range(40)]
    assert {draw["scale"] for draw in draws} == set(SPACE.scales)
    assert all(10 <= draw["bands"] <= 120 and 20 <= draw["fmin"] <= 60 and 0 <= draw["gamma"] <= 9.9 for draw in draws)
    lengths = [space.transform(draw).config.slice_samples for draw in draws]
    assert max(lengths) <= 40000
    if draws_slices:
        assert lengths == [draw["slice"] // 4 * 4 for draw in draws]


def test_the_offset_plays_a_part_in_variable_q_alone_and_is_shown_there():
    drawn = {"bands": 30, "fmin": 32.9, "gamma": 7.5}
    assert SPACE.transform({"scale": "mel", **drawn}).name == "sliCQ mel 30 32.9"
    assert SPACE.transform({"scale": "variable-q", **drawn}).name == "sliCQ variable-q 30 32.9 gamma 7.5"
    assert SPACE.transform({"scale": "variable-q", **drawn}).config.scale.offset_hz == 7.5


def test_what_was_drawn_can_be_suggested_to_a_trial():
    for seed in range(5):
        drawn = SPACE.draw(seed)
        assert SPACE.suggest(optuna.trial.FixedTrial(drawn)) == drawn


@pytest.mark.parametrize(
    ("bounds", "complaint"),
    [
        ({"scales": ("bark", "mell")}, r"one of bark, mel, .*Got 'mell'\. Did you mean 'mel'\?"),
        ({"bands": (40, 20)}, r"number of bands must have ascending bounds between 2 and 5000.*Got 40 to 20"),
        ({"min_hz": (0.0, 20.0)}, r"lowest centre in Hz must have ascending bounds between 0\.1 and 11025"),
        ({"gamma_hz": (0.05, 20.0)}, r"gamma in Hz must have .*in steps of 0\.1\. Got 0\.05 to 20"),
        ({"max_slice_samples": 100}, r"longest slice must have 1024 samples or more\. Got 100"),
        ({"bands": (290, 300), "max_slice_samples": 1024}, r"Got none in 10000 draws\. Raise --max-slice, or allow"),
    ],
)
def test_bounds_that_allow_nothing_are_refused(bounds, complaint):
    with pytest.raises(OracleError, match=complaint):
        SearchSpace(**bounds)
