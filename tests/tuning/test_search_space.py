"""Candidates are plans that load, for all four stems, with settings that no model refuses."""

import pytest
import torch

from audio import STEMS
from models.registry import BuildOptions, build_model, list_models, model_entry
from models.validation import read_settings
from separation.engine import Engine
from separation.plan import Plan
from separation.settings import EngineSettings
from tests.tuning.tuning_stand_ins import NETWORK, QUICK, SHORT, VOICE, FixedChooser, RandomChooser, small_space
from tuning.errors import TuningError
from tuning.model_facts import facts_of
from tuning.search_space import BY_STEM, SearchSpace, setting_choices

ALWAYS = ("classical", "mixture-quarter", "dual_path_unet_fast", "umxhq", "htdemucs", "spleeter")
CPU = torch.device("cpu")


def marked(name):
    return name if name in ALWAYS else pytest.param(name, marks=pytest.mark.exhaustive)


@pytest.mark.parametrize("name", [marked(name) for name in list_models()])
def test_no_model_refuses_a_setting_that_is_tried(name, monkeypatch):
    monkeypatch.setattr("separation.runner.usable_precision", lambda member, wanted, device: wanted)
    facts = facts_of(name, random_weights=True)
    entry = model_entry(name)
    bag = build_model(name, BuildOptions(CPU, random_weights=True)) if entry.runs_in_engine else None
    for key, values in setting_choices(facts, "cuda").items():
        assert values[0] is None
        for value in values[1:]:
            if bag is None:
                build_model(name, BuildOptions(CPU, settings={key: value}))
            else:
                engine = Engine(bag, read_settings(EngineSettings, {key: value}, name))
                assert engine.workload().heard_seconds(60.0) > 0


def test_a_model_is_offered_what_its_networks_take():
    assert {"wiener_iterations"} <= set(setting_choices(NETWORK, "cpu"))
    assert setting_choices(NETWORK, "cpu")["segment_seconds"] == (None, 10.0, 40.0)
    assert setting_choices(SHORT, "cpu")["segment_seconds"] == (None, 3.9)
    assert "wiener_iterations" not in setting_choices(SHORT, "cpu")
    assert "float16" not in setting_choices(SHORT, "cpu")["precision"]
    assert set(setting_choices(QUICK, "cpu")) == {"piece_seconds"}


def test_every_candidate_is_a_plan_that_loads_with_shares_that_sum_to_one():
    given = {"mine": Plan(model="umxhq", settings={"overlap": 0.3})}
    space = SearchSpace((QUICK, NETWORK, SHORT, VOICE), given)
    seen = set()
    for seed in range(400):
        chooser = RandomChooser(seed)
        plan = space.suggest(chooser)
        seen.add(chooser.params["system"])
        assert Plan.model_validate(plan.model_dump(mode="json", exclude_defaults=True)) == plan
        assert set(plan.stems()) == set(STEMS)
        if plan.blend is not None:
            for stem in STEMS:
                total = sum(member.stem_weights().get(stem, 0.0) for member in plan.blend.members)
                assert total == pytest.approx(1.0)
    assert seen == set(space.systems)
    assert {"mine", BY_STEM, "classical + mdx23c_vocals"} <= seen


def test_a_model_of_the_voice_alone_separates_only_together_with_another():
    space = SearchSpace((NETWORK, VOICE))
    assert space.systems == ("umxhq", "umxhq + mdx23c_vocals")
    params = {"system": "umxhq + mdx23c_vocals", "umxhq + mdx23c_vocals: umxhq in vocals": 0.3, "finish": "none"}
    chooser = RandomChooser(0)
    chooser.params = params
    plan = space.suggest(chooser)
    assert plan.blend.members[1].stem_weights() == {"vocals": 0.7}
    assert plan.blend.members[0].stem_weights() == {"bass": 1.0, "drums": 1.0, "other": 1.0, "vocals": 0.3}


def test_a_pair_in_which_one_has_no_share_is_the_other_one_alone():
    chooser = RandomChooser(0)
    pair = "classical + umxhq"
    chooser.params = {"system": pair, "finish": "none", **{f"{pair}: classical in {stem}": 1.0 for stem in STEMS}}
    assert small_space().suggest(chooser).model == "classical"


def test_the_first_candidates_are_the_models_and_plans_as_they_are():
    given = {"mine": Plan(model="umxhq", settings={"overlap": 0.3})}
    space = SearchSpace((QUICK, NETWORK), given)
    plans = [space.suggest(FixedChooser(params)) for params in space.baselines]
    assert plans[:3] == [Plan(model="classical"), Plan(model="umxhq"), given["mine"]]
    halves = [{"model": name, "weights": dict.fromkeys(STEMS, 0.5)} for name in ("classical", "umxhq")]
    assert plans[3:] == [Plan.model_validate({"blend": {"members": halves}})]


def test_models_that_do_not_make_up_a_song_are_refused():
    with pytest.raises(
        TuningError, match="must give bass, drums, other, vocals between two of them. Got mdx23c_vocals"
    ):
        SearchSpace((VOICE,))
