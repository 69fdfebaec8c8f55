import torch
from torch import nn

from models.each_channel import EachChannel, for_any_channels


class Scaled(nn.Module):
    stems, sample_rate, channels = ("bass", "vocals"), 16_000, 1

    def input_samples(self, chunk_samples):
        return chunk_samples + 2

    def forward(self, mixture):
        assert mixture.shape[1] == 1
        return torch.stack([2 * mixture, 3 * mixture], dim=1)


def test_each_channel_goes_through_the_network_alone_and_comes_back_in_its_place():
    mixture = torch.randn(3, 2, 50)
    network = for_any_channels(Scaled())
    assert isinstance(network, EachChannel)
    assert torch.equal(network(mixture), torch.stack([2 * mixture, 3 * mixture], dim=1))
    assert (network.stems, network.sample_rate, network.input_samples(8)) == (("bass", "vocals"), 16_000, 10)


def test_a_network_for_stereo_is_left_as_it_is():
    network = Scaled()
    network.channels = 2
    assert for_any_channels(network) is network
