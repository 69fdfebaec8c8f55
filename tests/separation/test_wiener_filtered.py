"""The Wiener filter over one member's own stems, before the blend."""

import torch

from audio import STEMS
from audio.sources import TensorSource
from separation import Plan, create_separator
from separation.wiener_filtered import WienerFiltered, filtered
from tests.separation.blend_separators import Scaled, Streaming, noise, quarters

CPU = torch.device("cpu")
FACTORS = dict(zip(STEMS, (0.1, 0.2, 0.3, 0.4), strict=True))


def classical_blend(**keys):
    """A blend of one model with weight 1, filtered as the keys of its member or of the blend say."""
    member = {"model": "classical", "weights": 1, **keys.get("member", {})}
    return create_separator(Plan.model_validate({"blend": {"members": [member], **keys.get("blend", {})}}))


def test_filtering_the_only_member_is_filtering_the_blend():
    mixture = noise(60_000)
    before = classical_blend(member={"wiener_iterations": 1}).separate(mixture)
    after = classical_blend(blend={"wiener_iterations": 1}).separate(mixture)
    plain = classical_blend().separate(mixture)
    assert all(torch.equal(before[stem], after[stem]) for stem in STEMS)
    assert not torch.allclose(before["vocals"], plain["vocals"], atol=1e-4)


def test_blocks_give_what_the_whole_gives():
    mixture = noise(40 * 44_100)
    whole = WienerFiltered(Scaled(FACTORS), 1, CPU).separate(mixture)
    blocks = WienerFiltered(Streaming(FACTORS, 300_000), 1, CPU).separate(mixture)
    assert all(torch.equal(whole[stem], blocks[stem]) for stem in STEMS)


def test_all_stems_are_estimated_also_where_one_is_wanted():
    inner = Streaming(FACTORS, 10_000)
    source = TensorSource(noise(30_000), 44_100)
    blocks = list(WienerFiltered(inner, 1, CPU).separate_stream(source, ["bass"]))
    assert inner.asked == [STEMS]
    assert [list(block) for _, block in blocks] == [["bass"]]
    whole = WienerFiltered(Scaled(FACTORS), 1, CPU).separate(noise(30_000))
    assert torch.equal(blocks[0][1]["bass"], whole["bass"])


def test_no_iteration_is_no_filter():
    inner = Scaled(quarters())
    assert filtered(inner, 0, CPU) is inner
