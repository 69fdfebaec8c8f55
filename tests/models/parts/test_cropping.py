"""The middle of features."""

import torch

from models.parts.cropping import middle


def test_the_middle_is_what_is_left_between_equal_ends():
    assert middle(torch.arange(7), 3).tolist() == [2, 3, 4]
    assert middle(torch.arange(7), 7).tolist() == list(range(7))


def test_of_an_odd_surplus_the_right_side_loses_one_more():
    assert middle(torch.arange(12).view(2, 6), 3).tolist() == [[1, 2, 3], [7, 8, 9]]
