"""One training step."""

import pytest
import torch
from torch import nn

from tests.training.cases import MeanError, tiny_content, tiny_recipe
from training.assembly import build_parts, unchanged
from training.augment.shift import Shift
from training.module import SeparationModule
from training.optimisers import build_optimiser, build_scheduler
from training.recipe import OptimiserSection, Recipe, SchedulerSection
from training.seeds import AUGMENTATION, DROPOUT, step_seed

STEMS = ("bass", "drums", "other", "vocals")


class Quarter(nn.Module):
    """Gives a quarter of what it is given for every stem; wants context around it."""

    stems, sample_rate, channels = STEMS, 44_100, 2

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(0.25))
        self.given = []

    def input_samples(self, chunk_samples):
        return chunk_samples + 10

    def forward(self, mixture):
        self.given.append(mixture.detach())
        return (self.gain * mixture)[:, None].expand(-1, 4, -1, -1)


@pytest.fixture
def stems():
    generator = torch.Generator().manual_seed(0)
    return {name: 3 + torch.randn(2, 2, 1000, generator=generator) for name in STEMS}


def make_module(songs, normalisation="none", augment=unchanged):
    recipe = tiny_recipe(songs, model={"normalisation": normalisation})
    return SeparationModule(recipe, Quarter(), MeanError(), augment)


def test_the_mixture_is_the_sum_of_the_stems_in_the_middle_of_the_context(songs, stems):
    module = make_module(songs)
    loss = module.loss_of(stems)
    total = sum(stems.values())
    torch.testing.assert_close(module.network.given[0][..., 5:-5], total)
    assert not module.network.given[0][..., :5].any()
    torch.testing.assert_close(loss, torch.stack([(total / 4 - stem).abs().mean() for stem in stems.values()]).mean())


def test_a_mixture_of_its_own_is_used(songs, stems):
    module = make_module(songs)
    module.loss_of({**stems, "mixture": torch.ones(2, 2, 1000)})
    assert module.network.given[0][..., 5:-5].eq(1).all()


def test_stems_that_the_network_does_not_give_are_in_the_mixture_too(songs, stems):
    module = make_module(songs)
    compared = module.compare({**stems, "choir": torch.ones(2, 2, 1000)})
    torch.testing.assert_close(module.network.given[0][..., 5:-5], sum(stems.values()) + 1)
    torch.testing.assert_close(compared.references["mixture"], sum(stems.values()) + 1)
    assert set(module.compare(stems).references) == set(STEMS)


def test_the_loss_is_told_the_mixture_that_the_network_heard(songs, stems):
    told = []

    def loss(estimates, references):
        told.append(references)
        return MeanError()(estimates, references)

    module = SeparationModule(tiny_recipe(songs), Quarter(), loss, unchanged)
    module.loss_of({**stems, "mixture": torch.ones(2, 2, 1000)})
    assert set(told[0]) == {*STEMS, "mixture"}
    assert told[0]["mixture"].eq(1).all()


def test_validation_chunks_are_as_long_as_augmented_ones(songs, stems):
    module = make_module(songs, augment=Shift(shift_seconds=300 / 44_100))
    module.log = lambda *names, **options: None
    module.validation_step({"numbers": torch.arange(2), "stems": stems}, 0)
    torch.testing.assert_close(module.network.given[0][..., 5:-5], sum(stems.values())[..., :700])


@pytest.mark.parametrize(("normalisation", "mean_share"), [("mono", 1), ("deviation", 0)])
def test_normalisation_is_that_of_the_engine_undone_after_the_network(songs, stems, normalisation, mean_share):
    module = make_module(songs, normalisation)
    with torch.no_grad():
        estimates = module.compare(stems).estimates["drums"]
    given = module.network.given[0][..., 5:-5].mean(dim=1)
    torch.testing.assert_close(given.std(dim=-1), torch.ones(2))
    mixture = sum(stems.values())
    mono = mixture.mean(dim=1, keepdim=True)
    mean = mean_share * mono.mean(dim=-1, keepdim=True)
    torch.testing.assert_close(given[:, None], ((mono - mean) / mono.std(dim=-1, keepdim=True)))
    torch.testing.assert_close(estimates, (mixture - mean) / 4 + mean)


def test_levels_are_mistaken_by_the_stated_spread_in_training_alone(songs):
    recipe = tiny_recipe(songs, model={"normalisation": "deviation", "level_spread_db": 6.0})
    module = SeparationModule(recipe, Quarter(), MeanError(), unchanged)
    noise = {stem: torch.randn(400, 2, 100, generator=torch.Generator().manual_seed(1)) for stem in STEMS}
    estimates = module.compare(noise).estimates["drums"]
    torch.testing.assert_close(estimates, sum(noise.values()) / 4)
    levels_db = 20 * module.network.given[0][..., 5:-5].mean(dim=1).std(dim=-1).log10()
    assert levels_db.mean().abs() < 1.0
    assert levels_db.std() == pytest.approx(6.0, abs=0.8)
    module.eval().compare(noise)
    torch.testing.assert_close(module.network.given[1][..., 5:-5].mean(dim=1).std(dim=-1), torch.ones(400))


def test_silence_stays_finite_with_normalisation(songs):
    module = make_module(songs, "mono")
    assert module.loss_of({stem: torch.zeros(1, 2, 500) for stem in STEMS}).isfinite()


def test_seeds_differ_by_stream_batch_and_process_and_fit_torch():
    seeds = {
        step_seed(0, stream, batch, rank)
        for stream in (AUGMENTATION, DROPOUT)
        for batch in range(50)
        for rank in range(4)
    }
    assert len(seeds) == 400
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert step_seed(1, 0, 0, 0) not in seeds


def rates(section, steps, **counts):
    optimiser = build_optimiser(OptimiserSection(learning_rate=1.0), [nn.Parameter(torch.zeros(1))])
    scheduler = build_scheduler(section, optimiser, **counts)["scheduler"]
    found = []
    for _ in range(steps):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
    return found


def test_the_step_schedule_multiplies_the_rate_after_so_many_epochs():
    section = SchedulerSection(name="step", factor=0.1, every_epochs=2)
    found = rates(section, 9, steps_per_epoch=2, epochs=5)
    assert found == pytest.approx([1.0] * 4 + [0.1] * 4 + [0.01])


def test_the_cosine_schedule_rises_in_a_line_and_ends_at_its_least_share():
    section = SchedulerSection(name="cosine", warmup_steps=4, least_share=0.1)
    found = rates(section, 25, steps_per_epoch=5, epochs=5)
    assert found[0] == pytest.approx(0.01)
    assert found[4] == pytest.approx(1.0)
    assert found[1] - found[0] == pytest.approx(found[3] - found[2])
    assert min(found[5:]) == found[-1]
    assert found[-1] == pytest.approx(0.1, abs=0.02)


def test_the_plateau_schedule_follows_what_it_monitors():
    optimiser = build_optimiser(OptimiserSection(learning_rate=1.0), [nn.Parameter(torch.zeros(1))])
    section = SchedulerSection(name="plateau", monitor="valid_sdr", factor=0.95, patience=1)
    plan = build_scheduler(section, optimiser, steps_per_epoch=5, epochs=5)
    assert plan["monitor"] == "valid_sdr"
    for decibels in (1.0, 2.0, 3.0, 2.9, 2.8):
        plan["scheduler"].step(decibels)
    assert optimiser.param_groups[0]["lr"] == pytest.approx(0.95)


def test_validations_right_after_a_reduction_do_not_count_in_a_plateau_with_a_cooldown():
    optimiser = build_optimiser(OptimiserSection(learning_rate=1.0), [nn.Parameter(torch.zeros(1))])
    section = SchedulerSection(name="plateau", factor=0.5, patience=0, cooldown=2)
    scheduler, found = build_scheduler(section, optimiser, 1, 9)["scheduler"], []
    for _ in range(6):
        scheduler.step(1.0)
        found.append(optimiser.param_groups[0]["lr"])
    assert found == [1.0, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_a_cosine_schedule_that_is_resumed_ends_where_the_run_now_ends():
    section = SchedulerSection(name="cosine", warmup_steps=2)
    found, state = [], None
    for epochs in (2, 4):
        optimiser = build_optimiser(OptimiserSection(learning_rate=1.0), [nn.Parameter(torch.zeros(1))])
        scheduler = build_scheduler(section, optimiser, 5, epochs)["scheduler"]
        if state is not None:
            scheduler.load_state_dict(state)
        for _ in range(10):
            optimiser.step()
            scheduler.step()
            found.append(optimiser.param_groups[0]["lr"])
        state = scheduler.state_dict()
    assert found[9] == pytest.approx(0, abs=1e-6)
    # Half of the longer run's way, then down to its end; not up again.
    assert found[10] == pytest.approx(0.5, abs=0.1)
    assert found[10:] == sorted(found[10:], reverse=True)
    assert found[19] == pytest.approx(0, abs=1e-6)


def test_a_constant_rate_needs_no_schedule():
    optimiser = build_optimiser(OptimiserSection(), [nn.Parameter(torch.zeros(1))])
    assert build_scheduler(SchedulerSection(), optimiser, 1, 1) is None


def test_errors_in_bands_do_not_depend_on_the_level_of_a_normalised_song(songs, stems):
    section = {"architecture": "dual_path_unet", "size": "tiny", "normalisation": "mono"}
    content = tiny_content(songs) | {"model": section, "losses": [{"name": "band_errors"}]}
    recipe = Recipe.model_validate(content)
    parts = build_parts(recipe)
    module = SeparationModule(recipe, parts.network.eval(), parts.loss, unchanged)
    given = {stem: torch.randn(2, 2, 1000) for stem in parts.network.stems}
    with torch.no_grad():
        loud, soft = (module.loss_of({name: level * sound for name, sound in given.items()}) for level in (1.0, 0.01))
    assert loud.item() == pytest.approx(soft.item(), rel=1e-3)
