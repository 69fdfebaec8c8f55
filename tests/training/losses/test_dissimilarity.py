"""The singing voice's distance from the accompaniment."""

import pytest
import torch

from training.losses.dissimilarity import Dissimilarity
from training.losses.registry import build_loss
from training.losses.stem_loss import LossInputError


def sounds(*stems):
    generator = torch.Generator().manual_seed(0)
    return {stem: torch.randn(2, 2, 50, generator=generator) for stem in stems}


def test_it_is_minus_the_distance_from_all_the_other_stems_together():
    estimates, references = sounds("vocals", "bass", "drums"), sounds("drums", "vocals", "bass")
    rest = references["bass"] + references["drums"]
    expected = -(estimates["vocals"] - rest).abs().mean()
    torch.testing.assert_close(Dissimilarity()(estimates, references), expected)


def test_the_published_sum_is_the_voice_s_error_minus_a_twentieth_of_it():
    estimates, references = sounds("vocals", "accompaniment"), sounds("accompaniment", "vocals")
    loss = build_loss(
        [
            {"name": "time_l1", "settings": {"stem_weights": {"accompaniment": 0.0}}},
            {"name": "dissimilarity", "weight": 0.05},
        ]
    )
    voice = estimates["vocals"]
    error, distance = (voice - references["vocals"]).abs().mean(), (voice - references["accompaniment"]).abs().mean()
    torch.testing.assert_close(loss(estimates, references), error - 0.05 * distance)


@pytest.mark.parametrize("stems", [("vocals",), ("bass", "drums")])
def test_a_voice_and_others_must_be_there(stems):
    with pytest.raises(LossInputError, match="must be given the stem 'vocals' and others"):
        Dissimilarity()(sounds(*stems), sounds(*stems))
