"""Augmentations by name: every one of them under the same rules."""

import copy

import pytest
import torch
import yaml

from audio.stems import MIXTURE, STEMS
from training.augment.batches import BatchError, mixture_of, total
from training.augment.chain import Sometimes
from training.augment.registry import AUGMENTATIONS, build_chain
from training.parts import PartError

SAMPLES = 6000
SMALL = {
    "random_chunk": {"chunk_seconds": 0.05},
    "shift": {"shift_seconds": 0.02},
    "repitch": {"item_probability": 0.7},
    "mp3": {"encoded": "stems"},
}
"""Settings that suit short items."""

SHORTER = {"random_chunk": 2205, "shift": SAMPLES - 882, "repitch": int(0.88 * SAMPLES), "time_stretch": 5100}
"""Lengths of those that do not keep it."""


def build(name, **entry):
    return build_chain([{"name": name, "settings": SMALL.get(name, {}), **entry}])


@pytest.fixture
def batch(noise_batch):
    return noise_batch(samples=SAMPLES)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_each_keeps_stems_channels_and_items_and_says_its_length_before(name, batch, seeded):
    chain = build(name)
    after = chain(batch, seeded())
    expected = SHORTER.get(name, SAMPLES)
    assert chain.kept_samples(SAMPLES) == expected
    assert {stem: tuple(sound.shape) for stem, sound in after.items()} == dict.fromkeys(STEMS, (4, 2, expected))
    assert all(sound.dtype == torch.float32 and torch.isfinite(sound).all() for sound in after.values())


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_each_changes_something_and_leaves_its_input_as_it_was(name, batch, seeded):
    given = copy.deepcopy(batch)
    after = build(name)(batch, seeded(3))
    assert all(torch.equal(batch[stem], given[stem]) for stem in STEMS)
    kept = SHORTER.get(name, SAMPLES)
    assert any(not torch.equal(after[stem], given[stem][..., :kept]) for stem in STEMS)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_each_gives_the_same_for_the_same_seed_whatever_the_global_generator_holds(name, batch, seeded):
    torch.manual_seed(1)
    first = build(name)(batch, seeded(5))
    torch.manual_seed(2)
    state = torch.get_rng_state()
    again = build(name)(batch, seeded(5))
    assert torch.equal(torch.get_rng_state(), state)
    other = build(name)(batch, seeded(6))
    assert all(torch.equal(first[stem], again[stem]) for stem in STEMS)
    assert any(not torch.equal(first[stem], other[stem]) for stem in STEMS)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_mixture_that_is_the_sum_of_its_stems_stays_it(name, batch, seeded):
    after = build(name)({**batch, MIXTURE: total(batch)}, seeded(2))
    stems = {stem: after[stem] for stem in STEMS}
    torch.testing.assert_close(after[MIXTURE], total(stems), rtol=0, atol=2e-6)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_each_leaves_silence_silent(name, seeded):
    silence = {stem: torch.zeros(4, 2, SAMPLES) for stem in STEMS}
    after = build(name)(silence, seeded())
    assert all(sound.abs().max() < 1e-6 for sound in after.values())


@pytest.mark.parametrize("name", sorted(set(AUGMENTATIONS) - {"remix_across_songs", "remix_within_groups"}))
def test_items_that_are_not_chosen_are_cut_at_most(name, batch, seeded):
    chain = build(name, probability=0.5)
    after = chain({**batch, MIXTURE: mixture_of(batch)}, seeded(4))
    # The first numbers that `Sometimes` draws choose the items.
    chosen = torch.rand(4, generator=seeded(4)) < 0.5
    assert 0 < int(chosen.sum()) < 4
    kept = SHORTER.get(name, SAMPLES)
    for stem, sound in {**batch, MIXTURE: mixture_of(batch)}.items():
        assert torch.equal(after[stem][~chosen], sound[~chosen][..., :kept])


@pytest.mark.parametrize("name", sorted(set(AUGMENTATIONS) - {"random_chunk", "shift", "repitch", "time_stretch"}))
def test_a_probability_of_zero_changes_nothing(name, batch, seeded):
    after = build(name, probability=0.0)(batch, seeded())
    assert all(torch.equal(after[stem], batch[stem]) for stem in STEMS)


def test_a_chain_read_from_yaml_applies_its_entries_in_order(batch, seeded):
    steps = yaml.safe_load("""
    - {name: shift, settings: {shift_seconds: 0.02}}
    - {name: gain, settings: {smallest_factor: 2.0, largest_factor: 2.0}, probability: 1.0}
    - {name: random_chunk, settings: {chunk_seconds: 0.05}}
    """)
    chain = build_chain(steps)
    generator = seeded(9)
    expected = batch
    for name, settings in (("shift", steps[0]), ("gain", steps[1]), ("random_chunk", steps[2])):
        expected = AUGMENTATIONS[name](**settings["settings"])(expected, generator)
    after = chain(batch, seeded(9))
    assert chain.kept_samples(SAMPLES) == 2205
    assert all(torch.equal(after[stem], expected[stem]) for stem in STEMS)


def test_the_rate_of_the_batches_reaches_what_must_know_it_and_a_setting_goes_before():
    assert (
        build_chain([{"name": "shift", "settings": {"shift_seconds": 0.1}}], sample_rate=1000).kept_samples(1000) == 900
    )
    told = {"name": "shift", "settings": {"shift_seconds": 0.1, "sample_rate": 2000}}
    assert build_chain([told, {"name": "gain"}], sample_rate=1000).kept_samples(1000) == 800


def test_an_unknown_name_gets_the_list_and_a_suggestion():
    with pytest.raises(
        PartError, match="The augmentation must be one of channel_swap, .* Got 'gian'. Did you mean 'gain'"
    ):
        build_chain([{"name": "gian"}])


def test_an_unknown_setting_gets_the_list_and_a_suggestion():
    with pytest.raises(PartError, match="'smalest_factor' is unknown. Did you mean 'smallest_factor'"):
        build_chain([{"name": "gain", "settings": {"smalest_factor": 1.0}}])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"name": "gain", "settings": {"smallest_factor": -1}}, "'smallest_factor' must be greater than or equal to 0"),
        (
            {"name": "gain", "settings": {"smallest_factor": 2}},
            "range of gains must not end below its start. Got 2.0 to",
        ),
        ({"name": "gain", "probability": 1.5}, "'probability' must be less than or equal to 1. Got 1.5"),
        ({"name": "gain", "setings": {}}, "'setings' is unknown. Did you mean 'settings'"),
        ({"name": "mp3", "settings": {"encoded": "vocals"}}, "'encoded' must be 'mixture' or 'stems'. Got 'vocals'"),
        ({"name": "equaliser", "settings": {"sample_rate": 8000}}, "below half the sample rate, 4000.0 Hz"),
    ],
)
def test_a_wrong_value_is_named_with_its_constraint(entry, message):
    with pytest.raises(PartError, match=message):
        build_chain([entry])


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_batch_without_stems_is_refused(name, seeded):
    with pytest.raises(BatchError, match="one stem or more"):
        build(name)({}, seeded())


@pytest.mark.parametrize("name", sorted(set(AUGMENTATIONS) - {"random_chunk", "shift"}))
@pytest.mark.parametrize("samples", [1, 2, 101])
def test_each_keeps_at_least_a_sample_of_the_shortest_items(name, samples, noise_batch, seeded):
    chain = build(name)
    after = chain(noise_batch(samples=samples), seeded())
    assert all(sound.shape[-1] == chain.kept_samples(samples) >= 1 for sound in after.values())
    assert all(torch.isfinite(sound).all() for sound in after.values())


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_stems_of_different_shapes_are_refused(name, batch, seeded):
    batch["drums"] = batch["drums"][..., :-1]
    with pytest.raises(BatchError, match="all of one shape"):
        build(name)(batch, seeded())


def test_what_mixes_items_is_applied_to_the_whole_batch_or_not_at_all(batch, seeded):
    chain = build("remix_within_groups", probability=0.5)
    untouched = 0
    for seed in range(40):
        after = chain(batch, seeded(seed))
        same = all(torch.equal(after[stem], batch[stem]) for stem in STEMS)
        coin = bool(torch.rand(1, generator=seeded(seed)) < 0.5)
        untouched += same
        assert coin or same
    assert 8 <= untouched <= 32


def test_a_chain_that_mixes_items_anywhere_is_applied_to_the_whole_batch_or_not_at_all():
    assert not build("gain").mixes_items
    mixing = build("remix_across_songs")
    assert mixing.mixes_items
    assert Sometimes(mixing, 0.5).mixes_items


def test_an_impossible_probability_is_refused():
    with pytest.raises(BatchError, match="must be from 0 to 1. Got 2.0"):
        Sometimes(build("gain"), 2.0)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_each_gives_on_a_gpu_what_it_gives_on_a_cpu(name, batch, seeded):
    here = build(name)(batch, seeded(5))
    there = build(name)({stem: sound.cuda() for stem, sound in batch.items()}, seeded(5))
    for stem in STEMS:
        assert there[stem].is_cuda
        torch.testing.assert_close(there[stem].cpu(), here[stem], rtol=0, atol=1e-4)
