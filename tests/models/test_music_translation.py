"""The music translation separator: published size, its variants, context, and the classifier of domains."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as functional

from models.errors import SettingsError
from models.music_translation import (
    DOMAIN_CONFUSED,
    POOLED,
    PUBLISHED,
    TINY,
    TINY_DOMAIN_CONFUSED,
    TINY_POOLED,
    DomainConfusedTranslation,
    MusicTranslation,
)
from models.seeding import seeded_torch
from transforms.mu_law import decode


def small_network(config=TINY, kind=MusicTranslation):
    with seeded_torch(1):
        return kind(config).eval()


def noise(*shape):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_the_published_network_has_its_number_of_weights_that_are_read():
    with torch.device("meta"):
        network = MusicTranslation(PUBLISHED)
        confused = DomainConfusedTranslation(DOMAIN_CONFUSED)
    # Nothing reads the skips of the encoder's 27 units, and what the last unit would add for the next one.
    unread = 27 * (128 * 512 + 512) + 128 * 128 + 128
    weights = sum(weight.numel() for weight in network.parameters())
    assert weights == 8_703_232 - unread
    classifier = 2 * (128 * 128 + 128) + 128 * 9 + 9
    assert sum(weight.numel() for weight in confused.parameters()) == weights + classifier


def test_sizes_are_those_of_the_published_code():
    assert 2 * PUBLISHED.reach_samples + 1 == 7179
    assert 2 * replace(PUBLISHED, units_per_stack=10).reach_samples + 1 == 14347
    assert replace(PUBLISHED, pool_samples=800) == POOLED


@pytest.mark.parametrize("config", [TINY, TINY_POOLED])
@pytest.mark.parametrize("samples", [1, 300])
def test_waveforms_are_the_likeliest_classes(config, samples):
    network, mixture = small_network(config), noise(2, 1, samples)
    logits = network.logits(mixture)
    assert logits.shape == (2, 2, 256, 1, samples)
    assert torch.equal(network(mixture), decode(logits.argmax(dim=2)))


def test_a_chunk_in_its_context_equals_the_whole():
    network, mixture, reach = small_network(), noise(1, 1, 400), TINY.reach_samples
    assert network.input_samples(100) == 100 + 2 * reach
    chunk = network.logits(mixture[..., 150 - reach : 250 + reach])[..., reach:-reach]
    assert torch.allclose(chunk, network.logits(mixture)[..., 150:250], atol=1e-5)


def test_a_pooled_code_repeats_the_mean_of_each_piece():
    plain, pooled = small_network(), small_network(TINY_POOLED)
    mixture = noise(1, 1, 103)
    code, means = plain.encode(mixture), pooled.encode(mixture)
    assert means.shape == code.shape
    for start in range(0, code.shape[-1], 20):
        piece = slice(start, start + 20)
        expected = code[..., piece].mean(dim=-1, keepdim=True).expand_as(code[..., piece])
        assert torch.allclose(means[..., piece], expected, atol=1e-6)


def test_the_classifier_learns_and_the_encoder_unlearns():
    network, mixture = small_network(TINY_DOMAIN_CONFUSED, DomainConfusedTranslation), noise(2, 1, 200)
    songs = torch.tensor([0, 2])
    logits, domains = network.logits_and_domains(mixture)
    assert domains.shape == (2, 3)
    assert torch.allclose(logits, network.logits(mixture), atol=1e-6)
    functional.cross_entropy(network.domain_logits(mixture), songs).backward()
    turned = network.first.weight.grad.clone()
    plain = network.classifier(network.encode(mixture)).mean(dim=-1)
    (straight,) = torch.autograd.grad(functional.cross_entropy(plain, songs), network.first.weight)
    assert torch.allclose(turned, -0.01 * straight, atol=1e-7)
    assert all(weight.grad is None for weight in network.decoder.parameters())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stems": ("vocals", "vocals")}, "distinct stems"),
        ({"pool_samples": 0}, "'pool_samples' .* at least 1. Got 0"),
        ({"first_kernel": 2}, "'first_kernel' .* odd and positive. Got 2"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        replace(TINY, **change)
