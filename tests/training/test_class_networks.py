"""Networks that name classes of samples are trained on the odds of the classes, and judged by their waveforms."""

import pytest
import torch
import yaml

from models import mu_law_wavenet, music_translation
from models.each_channel import for_any_channels
from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.trained import build
from tests.training.cases import tiny_recipe
from training import run
from training.architectures import ARCHITECTURES, Architecture, build_network
from training.assembly import Parts, unchanged
from training.errors import RecipeError
from training.losses.mu_law_cross_entropy import MuLawCrossEntropy
from training.module import SeparationModule

STEMS = ("bass", "vocals")
NETWORKS = {
    "mu_law_wavenet": lambda: mu_law_wavenet.MuLawWaveNet(
        mu_law_wavenet.MuLawConfig(STEMS, sample_rate=44_100, width=8, skip_width=16, stacks=1, units_per_stack=3)
    ),
    "music_translation": lambda: music_translation.MusicTranslation(
        music_translation.TranslationConfig(
            *(STEMS, 44_100), width=8, skip_width=16, encoder_stacks=1, decoder_stacks=1, units_per_stack=2
        )
    ),
}


def build_module(name, recipe):
    with seeded_torch(0):
        network = for_any_channels(NETWORKS[name]())
    return SeparationModule(recipe, network, MuLawCrossEntropy(), unchanged)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_loss_is_that_of_the_odds_and_reaches_every_weight(name):
    module = build_module(name, tiny_recipe("songs"))
    generator = torch.Generator().manual_seed(0)
    stems = {stem: 0.1 * torch.randn(2, 2, 300, generator=generator) for stem in STEMS}
    loss = module.loss_of(stems)
    logits = module.network.logits(sum(stems.values()))
    expected = MuLawCrossEntropy()({stem: logits[:, index] for index, stem in enumerate(STEMS)}, stems)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    loss.backward()
    assert not [key for key, weight in module.named_parameters() if weight.grad is None or not weight.grad.any()]


def test_a_run_trains_validates_on_waveforms_and_exports(songs, tmp_path, monkeypatch):
    # Under a name of its own: it takes a config at the rate of the songs.
    monkeypatch.setitem(
        ARCHITECTURES,
        "classes",
        Architecture(*(f"models.mu_law_wavenet:{name}" for name in ("MuLawConfig", "MuLawWaveNet", "TINY"))),
    )
    recipe = tiny_recipe(
        songs,
        data={"chunk_seconds": 0.02, "chunks_per_epoch": 4},
        model={
            "architecture": "classes",
            "size": "tiny",
            "config": {"stems": ["bass", "vocals"], "sample_rate": 44100},
        },
        losses=[{"name": "mu_law_cross_entropy"}],
        loop={"max_epochs": 1},
    )
    network = build_network(recipe.model, recipe.seed)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    trainer = run.train(recipe, tmp_path, parts=Parts(network, MuLawCrossEntropy(), unchanged))
    assert any(not value.equal(before[name]) for name, value in network.state_dict().items())
    assert torch.isfinite(trainer.callback_metrics["valid_sdr"])
    entry = ModelEntry.model_validate(yaml.safe_load((tmp_path / "model" / "tiny.yaml").read_text())[0])
    folder = str(tmp_path / "model")
    (member,) = build(entry, BuildOptions(torch.device("cpu"), settings={"weights_folder": folder})).members
    mixture = 0.1 * torch.randn(1, 2, 500)
    assert torch.equal(member.network(mixture), network.eval()(mixture))


def test_their_levels_may_not_be_normalised():
    with pytest.raises(RecipeError, match=r"'model.normalisation' .* must be 'none' .* Got 'mono'"):
        build_module("mu_law_wavenet", tiny_recipe("songs", model={"normalisation": "mono"}))
