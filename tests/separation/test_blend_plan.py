"""The section `blend` of a plan."""

from __future__ import annotations

import pytest

from audio import STEMS
from models.errors import UnknownModelError
from separation import Plan, PlanError, create_separator, load_plan
from separation.blend_plan import BlendError, BlendPlan

TWO = [{"model": "classical", "weights": 0.2}, {"model": "mixture-quarter", "weights": {"vocals": 0.5, "bass": 0}}]


@pytest.fixture
def write(tmp_path):
    def write_plan(text):
        path = tmp_path / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_plan


def test_one_number_counts_for_all_stems_of_a_model_and_names_for_themselves():
    first, second = BlendPlan.model_validate({"members": TWO}).members
    assert first.stem_weights() == dict.fromkeys(STEMS, 0.2)
    assert second.stem_weights() == {"vocals": 0.5, "bass": 0.0}


def test_a_blend_gives_the_stems_that_weights_or_the_residual_name_in_the_projects_order():
    members = [{"model": "classical", "weights": {"vocals": 1, "bass": 0}}]
    plan = BlendPlan.model_validate({"members": members, "residual": {"other": 0.5}})
    assert plan.stems() == ("bass", "other", "vocals")


def test_a_model_of_two_stems_joins_with_its_vocals():
    voice = {"model": "mdx23c_vocals", "weights": {"vocals": 0.5}}
    assert BlendPlan.model_validate({"members": [*TWO, voice]}).stems() == STEMS
    assert BlendPlan.model_validate({"members": [{**voice, "weights": 1}]}).stems() == ("vocals", "accompaniment")


def test_a_plan_says_what_it_runs(write):
    text = """
    blend:
      members:
        - {model: umxhq, settings: {overlap: 0.1}, weights: 0.5}
        - {model: tasnet, weights: {vocals: 0}}
        - {model: classical, weights: {vocals: 0.5}}
    seed: 2
    """
    plan = load_plan(write(text))
    assert plan.parts == (("umxhq", {"overlap": 0.1}), ("classical", {}))
    assert (plan.title, plan.stems(), plan.seed) == ("blend of umxhq + classical", STEMS, 2)


def test_members_that_do_not_count_are_not_built(bare_machine):
    members = [*TWO, {"model": "htdemucs", "weights": {"vocals": 0}}]
    assert create_separator(Plan.model_validate({"blend": {"members": members}})).stems == STEMS


def test_weights_by_band_are_a_factor_and_what_each_band_gets_of_it():
    weights = {"bass": [0.2, -0.5], "drums": 0.3, "vocals": [0, 0]}
    plan = BlendPlan.model_validate({"bands_hz": [250], "members": [{"model": "classical", "weights": weights}]})
    (member,) = plan.members
    assert member.stem_weights() == {"bass": -0.5, "drums": 0.3, "vocals": 0}
    assert member.band_shapes() == {"bass": (-0.4, 1.0)}
    assert member.counts()
    assert plan.stems() == ("bass", "drums", "vocals")
    assert BlendPlan.model_validate({"members": TWO}).members[0].band_shapes() == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("device: cpu\n", r"either 'model' or 'blend'\. Got neither\. `model: default`"),
        ("model: umxhq\nblend: uhlich\n", r"either 'model' or 'blend'\. Got both"),
        ("blend: uhlich\nsettings: {overlap: 0.1}\n", r"'settings' must go with 'model'.*Give each member its own"),
        ("model: uhlich\n", r"'model' must name a model\. Got 'uhlich', a blend: write `blend: uhlich`"),
        ("blend: uhlig\n", r"key 'blend' must be a section, or one of .*uhlich\. Got 'uhlig'"),
        ("blend: {members: []}\n", r"key 'blend\.members' must have at least 1 item"),
        ("blend: {}\n", r"key 'blend\.members' is missing"),
        ("blend: {members: [{model: a, weights: {bass: 0}}]}\n", r"'blend\.members': One .* a weight other than 0"),
        ("blend: {members: [{model: umxhq}]}\n", r"key 'blend\.members\.0\.weights' is missing"),
        ("blend: {members: [{model: umxhq, weights: .nan}]}\n", r"key 'blend\.members\.0\.weights' must be a finite"),
        ("blend: {members: [{model: umxhq, weights: {bass: x}}]}\n", r"members\.0\.weights\.bass' must be .*Got 'x'"),
        ("blend: {members: [{model: a, weights: 1, shifts: 1}]}\n", r"key 'blend\.members\.0\.shifts' is unknown"),
        (
            "blend: {members: [{model: a, weights: 1}], residual: {other: 0.7, bass: 0.7}}\n",
            r"key 'blend\.residual': The shares .* sum to at most 1\. Got 1\.4\. Lower some",
        ),
        (
            "blend: {members: [{model: a, weights: 1}], residual: {othr: 1}}\n",
            r"'blend\.residual': The shares of the rest must be .*Got 'othr'\. Did you mean 'other'\?",
        ),
        (
            "blend: {members: [{model: a, weights: 1}], residual: {other: 1.5}}\n",
            r"'blend\.residual\.other' must be less than or equal to 1\. Got 1\.5",
        ),
        (
            "blend: {members: [{model: a, weights: {bass: [1, 2]}}], bands_hz: [250, 4000]}\n",
            r"one more number than 'bands_hz' has edges\. Got 2 for 'bass' of 'a', and edges \[250, 4000\]\. Add or",
        ),
        (
            "blend: {members: [{model: a, weights: {bass: [1, 2]}}], bands_hz: [10]}\n",
            r"'blend\.bands_hz': The edges .* that rise, from 20 on\. Got \[10\]",
        ),
        (
            "blend: {members: [{model: a, weights: {bass: [1, 2, 3]}}], bands_hz: [4000, 250]}\n",
            r"'blend\.bands_hz': The edges of bands must be frequencies in Hz that rise.* Got \[4000, 250\]",
        ),
        (
            "blend: {members: [{model: a, weights: 1}], wiener_iterations: -1}\n",
            r"'blend\.wiener_iterations' must be greater than or equal to 0\. Got -1",
        ),
    ],
)
def test_a_faulty_blend_is_one_error_that_names_key_constraint_and_value(write, text, message):
    with pytest.raises(PlanError, match=message):
        load_plan(write(text))


def test_consistency_without_all_stems_is_refused_before_any_weights_are_sought(bare_machine):
    blend = {"members": [{"model": "htdemucs", "weights": {"bass": 1}}], "mixture_consistency": True}
    with pytest.raises(BlendError, match=r"must make up the song\. Got bass\. Give weights"):
        create_separator(Plan.model_validate({"blend": blend}))


@pytest.mark.parametrize(
    ("member", "error", "message"),
    [
        ({"model": "umxhg", "weights": 1}, UnknownModelError, r"Got 'umxhg'. Did you mean 'umxhq'"),
        (
            {"model": "umxhq", "weights": {"voice": 1}},
            BlendError,
            r"model 'umxhq' must be .*Got 'voice'.*Name one of these",
        ),
        ({"model": "mdx23c_vocals", "weights": 0.5}, BlendError, r"must not overlap: .*`weights: \{vocals: 0\.5\}`"),
    ],
)
def test_a_blend_that_cannot_be_is_refused_before_any_weights_are_sought(bare_machine, member, error, message):
    members = [{"model": "htdemucs", "weights": 1}, member]
    with pytest.raises(error, match=message):
        create_separator(Plan.model_validate({"blend": {"members": members}}))


def test_settings_from_outside_belong_to_one_model():
    with pytest.raises(PlanError, match=r"Got overlap for a blend of classical \+ mixture-quarter\. Write them into"):
        create_separator(Plan.model_validate({"blend": {"members": TWO}}), overlap=0.5)
