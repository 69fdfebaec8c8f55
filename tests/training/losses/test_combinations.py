"""Sums of stems: which there are, and their mean square without making them."""

import itertools

import pytest
import torch

from audio.stems import STEMS
from training.losses.combinations import mean_square_of_sums, stem_combinations, sums_of_stems


def test_four_stems_have_fourteen_combinations_and_no_combination_is_the_mixture():
    found = list(stem_combinations(STEMS, 3))
    assert [sum(len(names) == size for names in found) for size in (1, 2, 3, 4)] == [4, 6, 4, 0]
    assert len(set(found)) == 14


@pytest.mark.parametrize(("stems", "largest"), [(1, 0), (1, 1), (2, 1), (2, 2), (3, 2), (4, 1), (4, 3), (4, 4), (6, 5)])
def test_the_mean_square_is_that_of_all_sums_one_by_one(stems, largest):
    errors = torch.randn(2, stems, 3, 5, generator=torch.Generator().manual_seed(stems), dtype=torch.float64)
    squares = [
        sum(errors[:, stem] for stem in names).square().mean()
        for size in range(1, max(1, largest) + 1)
        for names in itertools.combinations(range(stems), size)
    ]
    torch.testing.assert_close(mean_square_of_sums(errors, largest), torch.stack(squares).mean())
    sums = sums_of_stems(errors, largest)
    assert sums.shape == (2, len(squares), 3, 5)
    torch.testing.assert_close(sums.square().mean(), torch.stack(squares).mean())
