"""Which domain a song is of."""

from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as functional
from pydantic import ValidationError

from tests.training.cases import tiny_recipe
from training.architectures import build_network
from training.assembly import unchanged
from training.data_module import SongData
from training.domains import domain_numbers
from training.errors import RecipeError
from training.losses.mu_law_cross_entropy import MuLawCrossEntropy
from training.module import SeparationModule

DOMAINS = {"rap": ("one", "of another dataset"), "rock": ("two", "three")}


def tracks(*names):
    return [SimpleNamespace(name=name) for name in names]


def test_domains_are_numbered_in_the_order_of_the_recipe():
    assert domain_numbers(DOMAINS, tracks("one", "three")) == {"one": 0, "three": 1}


def test_songs_in_no_domain_are_named():
    with pytest.raises(RecipeError, match="Got 4 of 5 in none: 'a', 'b', 'c', ..."):
        domain_numbers(DOMAINS, tracks("a", "b", "one", "c", "d"))


def test_a_song_in_two_domains_is_refused():
    with pytest.raises(ValidationError, match="must name each song once. Got 'a' more often"):
        tiny_recipe("songs", data={"domains": {"x": ["a"], "y": ["a"]}})


def test_chunks_of_several_songs_have_no_domain():
    with pytest.raises(ValidationError, match="'domains' go with 'plan: aligned' only"):
        tiny_recipe("songs", data={"domains": {"x": ["a"]}, "plan": "mixed"})


@pytest.fixture
def classified(songs):
    """A run's module with a classifier of three domains, and its data."""
    recipe = tiny_recipe(
        songs,
        data={"domains": {"a": ["song 0"], "b": [], "c": ["song 1"]}, "chunk_seconds": 0.01},
        model={
            "architecture": "music_translation_domains",
            "size": "tiny",
            "config": {"sample_rate": 44_100, "stems": ["accompaniment", "vocals"]},
            "domain_weight": 0.5,
        },
        losses=[{"name": "mu_law_cross_entropy"}],
    )
    module = SeparationModule(recipe, build_network(recipe.model, 0), MuLawCrossEntropy(), unchanged)
    return module, SongData(recipe, module.separator)


def test_chunks_carry_the_domain_of_their_song(classified):
    _, data = classified
    numbered = data._training_chunks()
    songs = [data.training_chunks.describe(number)["vocals"][0] for number in range(8)]
    assert set(songs) == {"song 0", "song 1"}
    assert [numbered[number]["domains"] for number in range(8)] == [{"song 0": 0, "song 1": 2}[song] for song in songs]


def test_validation_chunks_have_no_domains(classified):
    _, data = classified
    data.trainer = SimpleNamespace(global_rank=0, world_size=1)
    assert set(next(iter(data.val_dataloader()))) == {"numbers", "stems"}


def gradients(loss, network):
    weights = [*network.classifier.parameters(), *network.encoder.parameters(), *network.decoder.parameters()]
    return torch.autograd.grad(loss, weights, allow_unused=True, retain_graph=True)


def test_labels_reach_the_classifier_and_turned_round_the_encoder(classified, monkeypatch):
    module, data = classified
    logged = {}
    monkeypatch.setattr(module, "log", lambda name, value, **options: logged.update({name: value}))
    batch = torch.utils.data.default_collate([data._training_chunks()[number] for number in range(4)])
    network = module.network.network
    loss = module.loss_of(batch["stems"], batch["domains"])
    plain = module.loss_of(batch["stems"])
    compared = module.compare(batch["stems"])
    domain_loss = functional.cross_entropy(compared.domain_logits, batch["domains"])
    torch.testing.assert_close(loss, plain + 0.5 * domain_loss)
    torch.testing.assert_close(logged["train_domain_loss"], domain_loss)

    # The classifier's own, straight gradient, with nothing that turns it round.
    mixture = sum(batch["stems"].values()).flatten(0, 1)[:, None]
    reach = network.config.reach_samples
    code = network.encode(functional.pad(mixture, (reach, reach)))
    scores = network.classifier(code).mean(dim=-1).unflatten(0, (4, 2)).mean(dim=1)
    straight = gradients(functional.cross_entropy(scores, batch["domains"]), network)
    classifier, encoder = len(list(network.classifier.parameters())), len(list(network.encoder.parameters()))
    total, alone = gradients(loss, network), gradients(plain, network)
    strength = network.config.reversal_strength
    for index, (whole, stems, domain) in enumerate(zip(total, alone, straight, strict=True)):
        if index < classifier:
            torch.testing.assert_close(whole, 0.5 * domain)
        elif index < classifier + encoder:
            torch.testing.assert_close(whole - stems, -0.5 * strength * domain, atol=1e-6, rtol=1e-3)
            assert domain.abs().max() > 1e-4
        else:
            torch.testing.assert_close(whole, stems)
