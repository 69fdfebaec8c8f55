"""How mixtures reach networks that name mu-law classes, and how classes become sound."""

from __future__ import annotations

import pytest
import torch

from models.errors import MixtureError, SettingsError
from models.parts.mu_law_classes import (
    PUBLISHED_SCALE,
    UNSHIFTED,
    ClassHeads,
    CompandedScale,
    companded_alone,
    likeliest_sound,
)
from transforms.mu_law import compress, decode


def test_each_channel_stands_alone_in_silence_on_the_published_scale():
    mixture = 0.1 * torch.randn(2, 3, 10, generator=torch.Generator().manual_seed(0))
    alone = companded_alone(mixture, 3, 4, PUBLISHED_SCALE)
    assert alone.shape == (6, 1, 18)
    expected = (compress(mixture[1, 0]) + 0.0039727693202439695) / 0.54840165197849278
    assert torch.allclose(alone[3, 0, 4:-4], expected)
    assert torch.allclose(alone[:, :, :4], torch.tensor(0.0039727693202439695 / 0.54840165197849278))
    assert torch.equal(companded_alone(mixture, 3, 4, UNSHIFTED)[..., :4], torch.zeros(6, 1, 4))


def test_another_number_of_channels_is_refused():
    with pytest.raises(MixtureError, match="must have the shape"):
        companded_alone(torch.zeros(1, 2, 10), 1, 4, PUBLISHED_SCALE)


def test_heads_keep_batch_and_channels_apart():
    heads = ClassHeads(4, 8, ("bass", "drums", "vocals"))
    summed = torch.randn(6, 4, 10, generator=torch.Generator().manual_seed(0))
    logits = heads(summed, (2, 3))
    assert logits.shape == (2, 3, 8, 3, 10)
    # The second song's first channel, on the second head.
    assert torch.allclose(logits[1, 1, :, 0], heads.heads[1](heads.hidden(summed[3:4].relu()).relu())[0], atol=1e-6)


def test_the_likeliest_class_of_each_sample_is_decoded():
    logits = torch.zeros(1, 256, 1, 3)
    logits[0, [10, 200, 255], 0, [0, 1, 2]] = 1.0
    assert torch.equal(likeliest_sound(logits)[0, 0], decode(torch.tensor([10, 200, 255])))


@pytest.mark.parametrize(("change", "message"), [({"levels": 1}, "'levels'.*2. Got 1"), ({"deviation": 0}, "Got 0")])
def test_what_is_no_scale_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        CompandedScale(**change)
