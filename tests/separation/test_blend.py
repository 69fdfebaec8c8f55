"""Weighted sums of separators: who runs, for what, and that the sum is exact."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audio import SAMPLE_RATE, STEMS
from audio.sources import TensorSource
from audio.stems import ACCOMPANIMENT
from models.errors import SettingsError
from separation import Plan, create_separator
from separation.blend import Blend
from separation.blend_finish import BlendFinish
from separation.blend_members import BlendMember
from separation.blend_plan import BlendError
from separation.separator import StreamingSeparator
from tests.separation.blend_separators import Scaled, Streaming, noise, quarters

WEIGHTS = st.floats(min_value=-2, max_value=2, width=32)


def test_a_blend_is_the_weighted_sum_of_its_members_bit_for_bit():
    mixture = noise(30_000)
    weights = {"bass": 0.5, "drums": 1.25, "other": -0.125, "vocals": 0.1}
    members = [{"model": "mixture-quarter", "weights": 0.3}, {"model": "classical", "weights": weights}]
    estimates = create_separator(Plan.model_validate({"blend": {"members": members}})).separate(mixture)
    quarter, classical = (create_separator(name).separate(mixture) for name in ("mixture-quarter", "classical"))
    for stem in STEMS:
        assert torch.equal(estimates[stem], 0.3 * quarter[stem] + weights[stem] * classical[stem])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(STEMS, WEIGHTS)), min_size=1, max_size=4), st.integers(1, 700))
def test_whatever_the_weights_and_the_blocks_the_sum_is_that_of_whole_songs_in_the_order_of_the_members(rows, block):
    mixture = noise(1500)
    members = [BlendMember(Streaming(quarters(), block + 100 * place), row) for place, row in enumerate(rows)]
    if not any(any(row.values()) for row in rows):
        with pytest.raises(BlendError, match="a weight other than 0"):
            Blend(members, STEMS)
        return
    estimates = Blend(members, STEMS).separate(mixture)
    for stem in STEMS:
        terms = [row[stem] * (0.25 * mixture) for row in rows if row[stem]]
        expected = torch.zeros(2, 1500)
        for term in terms:
            expected = expected + term
        assert torch.equal(estimates[stem], expected)


def test_a_member_runs_once_and_only_for_the_stems_in_which_it_has_a_say():
    some = Streaming(quarters(), 400)
    idle = Streaming(quarters(), 400)
    whole = Scaled(quarters())
    members = [
        BlendMember(some, {"bass": 1.0, "drums": 0.0, "vocals": -0.5}),
        BlendMember(idle, dict.fromkeys(STEMS, 0.0)),
        BlendMember(whole, {"other": 1.0}),
    ]
    Blend(members, STEMS).separate(noise(1000))
    assert some.asked == [("bass", "vocals")]
    assert (some.runs, idle.runs, whole.runs) == (1, 0, 1)


def test_members_without_a_say_in_the_asked_stems_are_not_run():
    first, second = Streaming(quarters(), 400), Streaming(quarters(), 400)
    blend = Blend([BlendMember(first, {"bass": 1.0}), BlendMember(second, {"vocals": 1.0})], ("bass", "vocals"))
    blocks = list(blend.separate_stream(TensorSource(noise(1000), SAMPLE_RATE), ["vocals"]))
    assert [tuple(block) for _, block in blocks] == [("vocals",)] * 3
    assert (first.runs, second.runs) == (0, 1)


@pytest.mark.parametrize("finish", [BlendFinish(1), BlendFinish(0, {"vocals": 0.5}), BlendFinish(0, {}, True)])
def test_a_stem_that_depends_on_the_others_makes_them_run(finish):
    first, second = Streaming(quarters(), 400), Streaming(quarters(), 400)
    rest = {stem: 1.0 for stem in STEMS if stem != "vocals"}
    blend = Blend([BlendMember(first, rest), BlendMember(second, {"vocals": 1.0})], STEMS, finish)
    for _, block in blend.separate_stream(TensorSource(noise(9000), SAMPLE_RATE), ["vocals"]):
        assert tuple(block) == ("vocals",)
    assert (first.runs, second.runs) == (1, 1)


def test_a_stem_without_a_say_of_anybody_is_silent():
    blend = Blend([BlendMember(Streaming(quarters(), 300), {"bass": 1.0, "drums": 0.0})], ("bass", "drums"))
    estimates = blend.separate(noise(1000))
    assert not estimates["drums"].any()
    silent = list(blend.separate_stream(TensorSource(noise(1000), SAMPLE_RATE), ["drums"]))
    assert not torch.cat([block["drums"] for _, block in silent], dim=-1).any()


def test_members_keep_step_so_that_no_more_than_a_block_of_each_is_held():
    slow, fast = Streaming({"bass": 1.0}, 500), Streaming({"bass": 1.0}, 100)
    shares = []
    blend = Blend([BlendMember(slow, {"bass": 1.0}), BlendMember(fast, {"bass": 1.0})], ("bass",))
    source = TensorSource(noise(1000), SAMPLE_RATE)
    ends = [start + block["bass"].shape[-1] for start, block in blend.separate_stream(source, None, shares.append)]
    assert ends == list(range(100, 1001, 100))
    # Ten steps of the one and two of the other: the second of the slow one comes when the fast one is half through.
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert shares.index(1.0) == len(shares) - 1


def test_a_member_at_another_rate_is_heard_at_its_own_and_comes_back_to_the_sample():
    mixture = torch.sin(torch.arange(44_100) * 0.05).expand(2, -1).clone()
    slow = Streaming({"vocals": 1.0, ACCOMPANIMENT: 0.0}, 3000, sample_rate=16_000)
    blend = Blend([BlendMember(slow, {"vocals": 1.0}), BlendMember(Scaled(quarters()), {"bass": 1.0})], STEMS)
    assert blend.sample_rate == SAMPLE_RATE
    estimates = blend.separate(mixture)
    assert estimates["vocals"].shape == mixture.shape
    assert (estimates["vocals"] - mixture)[:, 5000:-5000].abs().max() < 1e-3


def test_a_blend_streams_although_a_member_does_not_and_tells_its_progress():
    blend = Blend([BlendMember(Scaled(quarters()), {"bass": 1.0})], ("bass",))
    assert isinstance(blend, StreamingSeparator)
    source = TensorSource(noise(1000), SAMPLE_RATE)
    shares = []
    ((start, block),) = blend.separate_stream(source, None, shares.append)
    assert shares == [1.0]
    assert start == 0
    assert torch.equal(block["bass"], 0.25 * noise(1000))


@pytest.mark.parametrize(
    ("members", "stems", "finish", "message"),
    [
        ([], STEMS, None, r"a member with a weight other than 0\. Got none\. Give"),
        ([{"bass": 0.0}], ("bass",), None, r"a member with a weight other than 0"),
        (
            [{"vocal": 1.0}],
            STEMS,
            None,
            r"weights of member 1 .* among bass, .*\. Got 'vocal'\. Did you mean 'vocals'",
        ),
        ([{"bass": 1.0}], ("bass", ACCOMPANIMENT), None, r"must not overlap: .* Got bass, accompaniment\. Give"),
        ([{"bass": 1.0}], ("bass",), BlendFinish(0, {}, True), r"must make up the song\. Got bass\. Give weights"),
    ],
)
def test_what_cannot_be_blended_is_refused_with_the_next_step(members, stems, finish, message):
    with pytest.raises(BlendError, match=message):
        Blend([BlendMember(Scaled(quarters()), weights) for weights in members], stems, finish)


def test_stems_that_the_blend_does_not_give_and_songs_at_other_rates_are_refused():
    blend = Blend([BlendMember(Scaled(quarters()), {"bass": 1.0})], ("bass",))
    with pytest.raises(SettingsError, match="one of bass. Got 'vocals'"):
        list(blend.separate_stream(TensorSource(noise(10), SAMPLE_RATE), ["vocals"]))
    with pytest.raises(SettingsError, match="44100 Hz. Got 8000 Hz"):
        list(blend.separate_stream(TensorSource(noise(10), 8000)))


def test_the_work_of_a_blend_is_that_of_the_members_that_run():
    members = [
        BlendMember(Streaming(quarters(), 1000), quarters()),
        BlendMember(Streaming(quarters(), 1000, sample_rate=SAMPLE_RATE // 2), quarters()),
        BlendMember(Scaled(quarters()), {}),
    ]
    workload = Blend(members, STEMS).workload()
    assert workload.sample_rate == SAMPLE_RATE
    assert workload.heard_seconds(10.0) == pytest.approx(20.0)
