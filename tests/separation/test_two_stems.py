"""Any model as one stem and the accompaniment."""

import pytest
import torch

from audio.sources import TensorSource
from audio.stems import SAMPLE_RATE, STEMS
from models.errors import SettingsError
from separation.separator import Separator, StreamingSeparator
from separation.two_stems import with_two_stems


class Quarter:
    stems = STEMS
    sample_rate = SAMPLE_RATE

    def separate(self, mixture):
        return dict.fromkeys(STEMS, mixture / 4)


class Streams(Quarter):
    def separate_stream(self, source, stems=None, on_progress=lambda share: None):
        self.asked = stems
        for start in range(0, source.samples, 100):
            yield start, dict.fromkeys(stems, source.read(start, min(start + 100, source.samples)) / 4)


def noise():
    return torch.rand(2, 1_050, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("separator", [Quarter(), Streams()])
def test_the_accompaniment_is_what_the_stem_leaves(separator):
    two = with_two_stems(separator, "vocals")
    assert isinstance(two, Separator)
    assert isinstance(two, StreamingSeparator) == isinstance(separator, StreamingSeparator)
    assert two.stems == ("vocals", "accompaniment")
    estimates = two.separate(noise())
    assert torch.equal(estimates["vocals"], noise() / 4)
    assert torch.equal(estimates["accompaniment"], noise() - noise() / 4)


def test_a_stream_asks_for_the_one_stem_only():
    separator = Streams()
    two = with_two_stems(separator, "drums")
    blocks = [block for _, block in two.separate_stream(TensorSource(noise(), SAMPLE_RATE))]
    assert separator.asked == ["drums"]
    total = sum(torch.cat([block[stem] for block in blocks], dim=-1) for stem in two.stems)
    assert torch.allclose(total, noise())
    (names,) = {tuple(block) for _, block in two.separate_stream(TensorSource(noise(), SAMPLE_RATE), ["accompaniment"])}
    assert names == ("accompaniment",)


def test_a_model_with_an_accompaniment_is_left_as_it_is():
    class Karaoke(Quarter):
        stems = ("vocals", "accompaniment")

    separator = Karaoke()
    assert with_two_stems(separator, "vocals") is separator


@pytest.mark.parametrize("stem", ["guitar", "accompaniment"])
def test_a_stem_that_the_model_does_not_give_is_refused(stem):
    with pytest.raises(SettingsError, match=f"must be one that the model gives: bass, drums.*Got '{stem}'"):
        with_two_stems(Quarter(), stem)
