"""Parts that fit each other, and what is said of those that do not."""

import pytest
import torch

from models.each_channel import unwrapped
from tests.training.cases import tiny_recipe
from training.agreement import LOSSES_OF_VIEWS, SOUND, check_agreement
from training.architectures import ARCHITECTURES, build_network
from training.assembly import build_parts
from training.errors import RecipeError
from training.losses.mu_law_cross_entropy import MuLawCrossEntropy
from training.module import SeparationModule
from training.recipe_files import load_recipe, recipe_names

CLASSES = [{"name": "mu_law_cross_entropy"}]
TWO = {"size": "tiny", "config": {}}
DOMAINS = {"data": {"domains": {"a": ["song 0"], "b": ["song 1"], "c": []}}}


def check(architecture, mixes_songs=False, losses=CLASSES, **sections):
    model = {**TWO, "architecture": architecture, **sections.pop("model", {})}
    recipe = tiny_recipe("songs", losses=losses, model=model, **sections)
    network = build_network(recipe.model, 0)
    check_agreement(recipe, network, mixes_songs=mixes_songs)
    return network


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_of_the_kit_is_of_parts_that_fit(name):
    pytest.importorskip("auraloss")
    recipe = load_recipe(name)
    with torch.device("meta"):
        parts = build_parts(recipe)
    module = SeparationModule(recipe, parts.network, parts.loss, parts.augment)
    assert module.separator.stems == parts.network.stems


def test_every_view_of_an_architecture_is_known():
    assert {architecture.view for architecture in ARCHITECTURES.values()} == {SOUND, *LOSSES_OF_VIEWS}


@pytest.mark.parametrize("architecture", ["mu_law_wavenet", "music_translation", "music_translation_pooled"])
def test_networks_that_name_classes_fit_their_loss(architecture):
    network = unwrapped(check(architecture))
    assert network.logits(torch.zeros(1, 1, 50)).shape[2] == network.config.scale.levels == MuLawCrossEntropy().classes


@pytest.mark.parametrize(
    ("architecture", "losses", "wanted"),
    [
        ("mu_law_wavenet", "time_l1", "must be mu_law_cross_entropy"),
        ("mu_law_wavenet_regression", "complex_l1", "must be time_l1 or time_l2"),
        ("spectrum_wavenet", "sdr", "must be time_l1 or time_l2"),
        ("xumx_slicq_v2", "complex_l2", "must be slicq_complex_l2 or .* or mask_sum"),
        ("xumx", "mask_sum", "must be others than .*, mask_sum"),
        ("wavenet_end_to_end", "mu_law_cross_entropy", "must be others than mu_law_cross_entropy, band_errors, .*"),
    ],
)
def test_a_loss_of_another_domain_is_refused(architecture, losses, wanted):
    with pytest.raises(RecipeError, match=f"{wanted}. Got '{losses}'"):
        check(architecture, losses=[{"name": losses}])


def test_the_loss_must_have_the_classes_of_the_network():
    scale = {"scale": {"levels": 64}}
    with pytest.raises(RecipeError, match="must be the network's 'scale.levels', 64. Got 256"):
        check("mu_law_wavenet", model={"config": scale})
    losses = [{"name": "mu_law_cross_entropy", "settings": {"classes": 64}}]
    check("mu_law_wavenet", losses=losses, model={"config": scale})


def test_normalisation_quantised_weights_and_compilation_are_for_sound_only():
    with pytest.raises(RecipeError, match=r"'model.normalisation' must be 'none' for 'mu_law_wavenet'"):
        check("mu_law_wavenet", model={"normalisation": "mono"})
    with pytest.raises(RecipeError, match=r"'loop.compile' must be false for 'mu_law_wavenet'"):
        check("mu_law_wavenet", loop={"compile": True})
    with pytest.raises(RecipeError, match=r"'model.quantiser' must be left out for 'mu_law_wavenet'"):
        check("mu_law_wavenet", model={"quantiser": {}})


def test_domains_belong_to_a_network_with_a_classifier():
    check("music_translation_domains", **DOMAINS)
    with pytest.raises(RecipeError, match="has no classifier of domains. Got a, b, c"):
        check("music_translation", **DOMAINS)
    with pytest.raises(RecipeError, match="must name as many domains as 'model.config.domains' says, 3.*Got none"):
        check("music_translation_domains")


def test_augmentations_that_mix_songs_have_no_domains():
    with pytest.raises(RecipeError, match="must leave each item's stems together"):
        check("music_translation_domains", mixes_songs=True, **DOMAINS)


def test_augmentations_of_a_recipe_say_whether_they_mix_songs():
    pytest.importorskip("auraloss")
    steps = [{"name": "gain"}, {"name": "remix_across_songs"}]
    model = {**TWO, "architecture": "music_translation_domains"}
    recipe = tiny_recipe("songs", augmentations=steps, losses=CLASSES, model=model, **DOMAINS)
    parts = build_parts(recipe)
    with pytest.raises(RecipeError, match="must leave each item's stems together"):
        SeparationModule(recipe, parts.network, parts.loss, parts.augment)


def test_a_network_of_one_stem_needs_another_one_in_the_mixture():
    one = {"config": {"stems": ["vocals"]}}
    with pytest.raises(RecipeError, match=r"gives only vocals must hold more.*'data.mixed_with'"):
        check("mu_law_wavenet", model=one)
    check("mu_law_wavenet", model=one, data={"mixed_with": ["accompaniment"]})
    check("mu_law_wavenet", model=one, data={"mixture": "file"})
    with pytest.raises(RecipeError, match="must name stems that the network does not give. Got 'vocals'"):
        check("mu_law_wavenet", data={"mixed_with": ["vocals"]})
