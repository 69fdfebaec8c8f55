"""Channel swap, sign flip, gain, shift, chunks, remix, reversal: facts that hold to the last bit."""

import pytest
import torch

from audio.stems import MIXTURE, STEMS
from training.augment.batches import BatchError, total
from training.augment.channel_swap import ChannelSwap
from training.augment.gain import Gain, NarrowGain
from training.augment.remix import RemixAcrossSongs, RemixWithinGroups
from training.augment.shift import RandomChunk, Shift
from training.augment.sign_flip import SignFlip
from training.augment.silence import Silence
from training.augment.time_reversal import TimeReversal


def test_channel_swap_gives_each_stem_of_each_item_as_it_was_or_swapped_half_and_half(noise_batch, seeded):
    batch = noise_batch(items=100, samples=20)
    after = ChannelSwap()(batch, seeded())
    patterns = []
    for stem in STEMS:
        same = (after[stem] == batch[stem]).flatten(1).all(dim=1)
        swapped = (after[stem] == batch[stem].flip(1)).flatten(1).all(dim=1)
        assert (same ^ swapped).all()
        assert 30 <= int(swapped.sum()) <= 70
        patterns.append(swapped)
    assert not torch.equal(patterns[0], patterns[1])


def test_channel_swap_refuses_mono(noise_batch, seeded):
    with pytest.raises(BatchError, match="Only stereo has channels to swap. Got 1"):
        ChannelSwap()(noise_batch(channels=1), seeded())


def test_sign_flip_keeps_every_magnitude_and_flips_whole_stems_half_and_half(noise_batch, seeded):
    batch = noise_batch(items=100, samples=20)
    after = SignFlip()(batch, seeded())
    for stem in STEMS:
        ratios = (after[stem] / batch[stem]).flatten(1)
        assert set(ratios.unique().tolist()) == {-1.0, 1.0}
        assert (ratios == ratios[:, :1]).all()
        assert 30 <= int((ratios[:, 0] < 0).sum()) <= 70


def test_silence_takes_whole_stems_away_as_often_as_asked_and_leaves_the_others(noise_batch, seeded):
    batch = noise_batch(items=200, samples=20)
    after = Silence(stem_probabilities={"vocals": 0.5, "drums": 0.0})(batch, seeded())
    shares = {}
    for stem in STEMS:
        silent = (after[stem] == 0).flatten(1).all(dim=1)
        assert torch.equal(after[stem][~silent], batch[stem][~silent])
        shares[stem] = silent.float().mean().item()
    assert shares["drums"] == 0
    assert 0.4 < shares["vocals"] < 0.6
    assert 0.03 < shares["bass"] < 0.2


@pytest.mark.parametrize(("augmentation", "low", "high"), [(Gain(), 0.25, 1.25), (NarrowGain(), 0.7, 1.0)])
def test_gains_are_one_factor_for_a_stem_of_an_item_spread_evenly_over_the_published_range(
    augmentation, low, high, noise_batch, seeded
):
    batch = noise_batch(items=400, samples=10)
    after = augmentation(batch, seeded())
    for stem in STEMS:
        factors = after[stem] / batch[stem]
        torch.testing.assert_close(factors, factors[:, :1, :1].expand_as(factors), rtol=1e-4, atol=0)
        factors = factors[:, 0, 0]
        assert low - 1e-6 <= float(factors.min()) < low + 0.05 * (high - low)
        assert high - 0.05 * (high - low) < float(factors.max()) <= high + 1e-6
        assert float(factors.mean()) == pytest.approx((low + high) / 2, abs=0.06 * (high - low))


def counting(items, samples):
    """Stems whose sample k is k, so that a start can be read off."""
    return {stem: torch.arange(samples, dtype=torch.float32).expand(items, 2, samples).clone() for stem in STEMS}


@pytest.mark.parametrize(
    ("augmentation", "kept"),
    [(Shift(shift_seconds=0.1, sample_rate=1000), 900), (RandomChunk(chunk_seconds=0.3, sample_rate=1000), 300)],
)
def test_shifts_and_chunks_are_whole_pieces_that_begin_anywhere_each_stem_on_its_own(augmentation, kept, seeded):
    after = augmentation(counting(300, 1000), seeded())
    starts = {stem: sound[:, 0, 0] for stem, sound in after.items()}
    for stem, sound in after.items():
        assert torch.equal(sound, (starts[stem].view(-1, 1, 1) + torch.arange(kept)).expand(-1, 2, -1))
        assert int(starts[stem].min()) < 0.05 * (1000 - kept)
        assert 0.95 * (1000 - kept) < int(starts[stem].max()) <= 1000 - kept
    assert not torch.equal(starts["bass"], starts["drums"])


def test_stems_that_are_shifted_together_take_their_mixture_along(noise_batch, seeded):
    batch = noise_batch(samples=1000)
    mastered = total(batch).tanh()
    shift = Shift(shift_seconds=0.1, sample_rate=1000, same_for_all_stems=True)
    after = shift({**batch, MIXTURE: mastered}, seeded())
    summed = total({stem: after[stem] for stem in STEMS})
    torch.testing.assert_close(after[MIXTURE], summed.tanh(), rtol=0, atol=1e-6)


def test_a_shift_as_long_as_the_items_is_refused(noise_batch, seeded):
    with pytest.raises(BatchError, match="items of 1000 samples, of which 0 were to be kept"):
        Shift(shift_seconds=1.0, sample_rate=1000)(noise_batch(samples=1000), seeded())


def test_a_chunk_longer_than_the_items_is_refused(noise_batch, seeded):
    with pytest.raises(BatchError, match="of which 2000 were to be kept"):
        RandomChunk(chunk_seconds=2.0, sample_rate=1000)(noise_batch(samples=1000), seeded())


def labelled(items):
    """Stems that hold nothing but the number of their item."""
    return {stem: torch.arange(items, dtype=torch.float32).view(-1, 1, 1).expand(items, 2, 5).clone() for stem in STEMS}


def test_remix_across_songs_permutes_each_stem_over_the_batch_on_its_own(seeded):
    after = RemixAcrossSongs()(labelled(16), seeded())
    orders = [tuple(sound[:, 0, 0].int().tolist()) for sound in after.values()]
    assert all(sorted(order) == list(range(16)) for order in orders)
    assert len(set(orders)) == 4


def test_remix_within_groups_keeps_stems_in_their_groups_and_reaches_every_place(seeded):
    augmentation = RemixWithinGroups(group_size=4)
    seen = set()
    for seed in range(60):
        after = augmentation(labelled(8), seeded(seed))
        for sound in after.values():
            order = sound[:, 0, 0].int().tolist()
            assert sorted(order[:4]) == [0, 1, 2, 3]
            assert sorted(order[4:]) == [4, 5, 6, 7]
        seen |= set(enumerate(after["drums"][:, 0, 0].int().tolist()))
    assert len(seen) == 32


def test_remix_within_groups_refuses_a_batch_that_is_no_multiple(seeded):
    with pytest.raises(BatchError, match="a multiple of the group of 4 items that are remixed. Got 6"):
        RemixWithinGroups()(labelled(6), seeded())


def test_remix_keeps_the_mixture_of_items_whose_stems_stayed(seeded, noise_batch):
    batch = noise_batch(items=2, samples=50)
    mastered = total(batch).tanh()
    for seed in range(30):
        after = RemixAcrossSongs()({**batch, MIXTURE: mastered}, seeded(seed))
        if all(torch.equal(after[stem], batch[stem]) for stem in STEMS):
            assert torch.equal(after[MIXTURE], mastered)
            return
    pytest.fail("no seed left the stems of two items where they were")


def test_time_reversal_turns_whole_items_half_and_half_and_twice_is_nothing(noise_batch, seeded):
    batch = noise_batch(items=100, samples=20)
    batch[MIXTURE] = total(batch).tanh()
    after = TimeReversal()(batch, seeded())
    turned = (after["bass"] == batch["bass"].flip(2)).flatten(1).all(dim=1)
    assert 30 <= int(turned.sum()) <= 70
    for name, sound in batch.items():
        assert torch.equal(after[name][turned], sound[turned].flip(2))
        assert torch.equal(after[name][~turned], sound[~turned])
    always = TimeReversal(reversal_probability=1.0)
    twice = always(always(batch, seeded()), seeded())
    assert all(torch.equal(twice[name], sound) for name, sound in batch.items())
