"""What is around a chunk: silence, or the song."""

import pytest
import torch

from models.seeding import seeded_torch
from models.wave_u_net import ConfiguredWaveUNet
from models.wave_u_net_config import TINY as TINY_WAVE_U_NET
from models.wave_u_net_config import window_sizes
from models.wavenet_end_to_end import TINY as TINY_WAVENET
from models.wavenet_end_to_end import WaveNetInContext
from training.errors import RecipeError
from training.windows import silent_context, song_context


class Wants:
    """Needs ten samples more on each side, in steps of 100."""

    def input_samples(self, chunk_samples):
        return -(-chunk_samples // 100) * 100 + 20


def test_silence_fills_what_the_network_needs_around_a_chunk():
    window = silent_context(Wants(), 150)
    sound = torch.arange(1.0, 151.0)
    given = window.given(sound)
    assert len(given) == 220
    assert torch.equal(given[window.middle], sound)
    assert given[: window.middle.start].eq(0).all()
    assert given[window.middle.stop :].eq(0).all()
    assert torch.equal(window.chunk(sound), sound)


def test_a_song_around_a_chunk_is_given_as_it_was_read():
    window = song_context(Wants(), 220, 150)
    sound = torch.arange(220.0)
    assert torch.equal(window.given(sound), sound)
    assert torch.equal(window.chunk(sound), sound[window.middle])
    assert (window.middle.start, window.middle.stop) == (35, 185)


@pytest.mark.parametrize(("left", "kept"), [(220, 150), (219, 100), (170, 100), (120, 100)])
def test_what_augmentations_took_is_taken_from_the_chunk_not_from_its_context(left, kept):
    window = song_context(Wants(), left, 150)
    sound = torch.arange(float(left))
    chunk = window.chunk(sound)
    assert len(chunk) == kept
    given = window.given(sound)
    assert len(given) == Wants().input_samples(kept)
    assert torch.equal(given[window.middle], chunk)


def test_too_little_for_any_context_is_an_error():
    with pytest.raises(RecipeError, match="must keep the context of a sample, 120 samples.*Got 119"):
        song_context(Wants(), 119, 150)


@pytest.mark.parametrize(("kind", "config"), [(WaveNetInContext, TINY_WAVENET), (ConfiguredWaveUNet, TINY_WAVE_U_NET)])
def test_networks_in_context_give_the_chunk_where_the_window_says(kind, config):
    with seeded_torch(0):
        network = kind(config).eval()
    chunk_samples = window_sizes(TINY_WAVE_U_NET)[1]
    window = silent_context(network, chunk_samples)
    sound = 0.1 * torch.randn(1, network.channels, chunk_samples, generator=torch.Generator().manual_seed(0))
    given = window.given(sound)
    with torch.no_grad():
        stems = network(given)
    assert stems.shape[-1] == given.shape[-1]
    assert stems[..., : window.middle.start].eq(0).all()
    assert stems[..., window.middle.stop :].eq(0).all()
    assert stems[..., window.middle].ne(0).any()
