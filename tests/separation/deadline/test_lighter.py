"""Lighter forms of separators, on the same networks."""

import pytest
import torch

from audio.stems import STEMS
from separation.blend import Blend
from separation.blend_members import BlendMember
from separation.deadline.lighter import fewest_members, lighter_form
from separation.factory import create_separator
from tests.separation.blend_separators import Scaled, noise, quarters


def test_members_are_left_out_from_the_one_that_counts_least_while_every_stem_keeps_one():
    assert fewest_members([{"a": 1, "b": 1}, {"a": 2}, {"b": 3, "c": 1}]) == [1, 2]
    assert fewest_members([{"a": 1}, {"b": 1}]) == [0, 1]
    assert fewest_members([{"a": 0.5}, {"a": 0.5, "b": 0}, {"b": 1}]) == [1, 2]


def test_an_engine_loses_its_passes_and_shares_its_networks():
    engine = create_separator("dual_path_unet_fast", random_weights=True, shifts=2, flip_polarity=True)
    lighter = lighter_form(engine)
    plain = create_separator("dual_path_unet_fast", random_weights=True)
    mixture = noise(44_100)
    lighter_stems, plain_stems = lighter.separate(mixture), plain.separate(mixture)
    assert all(torch.equal(lighter_stems[stem], plain_stems[stem]) for stem in STEMS)
    assert lighter.bag.members[0].network is engine.bag.members[0].network
    assert lighter_form(plain) is None


def test_what_is_left_of_a_blend_counts_for_as_much_as_all_did():
    members = [
        BlendMember(Scaled(quarters()), {"bass": 0.3, "drums": 0.5}),
        BlendMember(Scaled(quarters()), {"bass": 0.7}),
    ]
    heavy = BlendMember(Scaled(quarters()), {"bass": 0.5, "drums": 0.4})
    blend = Blend([*members, heavy], ("bass", "drums"))
    lighter = lighter_form(blend)
    assert [member.separator for member in lighter.members] == [heavy.separator]
    assert lighter.members[0].weights == {"bass": pytest.approx(1.5), "drums": pytest.approx(0.9)}


def test_a_blend_whose_members_are_all_needed_is_as_light_as_its_members():
    fixed = BlendMember(Scaled(quarters()), {"bass": 1.0})
    blend = Blend([fixed], ("bass",))
    assert lighter_form(blend) is None
    engine = create_separator("dual_path_unet_fast", random_weights=True, shifts=1)
    lighter = lighter_form(Blend([fixed, BlendMember(engine, {"vocals": 0.9})], ("bass", "vocals")))
    assert lighter.members[0].separator is fixed.separator
    assert lighter.members[1].separator.settings.shifts == 0
    assert lighter.members[1].weights == {"vocals": pytest.approx(0.9)}


def test_other_separators_have_no_lighter_form():
    assert lighter_form(Scaled(quarters())) is None
