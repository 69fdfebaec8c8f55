"""The package's hybrid networks with frozen configs: arguments, lengths, the package's own result."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import torch
from demucs.hdemucs import HDemucs
from demucs.htdemucs import HTDemucs

from models.demucs_modules import HDEMUCS, HTDEMUCS, TINY_HDEMUCS, TINY_HTDEMUCS, HybridDemucs
from models.errors import MixtureError, SettingsError
from models.registry import model_entry
from models.seeding import seeded_torch

TINY = pytest.mark.parametrize("config", [TINY_HDEMUCS, TINY_HTDEMUCS], ids=["hdemucs", "htdemucs"])


def small_network(config):
    with seeded_torch(1):
        return HybridDemucs(config)


def noise(*shape):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("config", "row"), [(HDEMUCS, "hdemucs_mmi"), (HTDEMUCS, "htdemucs")])
def test_published_arguments_are_those_of_the_manifest(config, row):
    architecture = model_entry(row).architecture
    keywords = config.keywords()
    assert list(config.stems) == architecture["sources"]
    for name, value in architecture["members"][0].get("arguments", {}).items():
        assert keywords.get(name, value) == value, name


@pytest.mark.parametrize(
    ("config", "weights"), [(HDEMUCS, 83_637_832), (HTDEMUCS, 41_984_456)], ids=["hdemucs", "htdemucs"]
)
def test_published_networks_have_their_number_of_weights(config, weights):
    # The published files hold them in half precision: 167 and 84 MB. On the CPU: on the "meta" device the tables that
    # these networks compute make torch load its reference functions for seconds.
    assert sum(weight.numel() for weight in HybridDemucs(config).parameters()) == weights


def test_the_configs_make_the_classes_that_they_name():
    assert isinstance(small_network(TINY_HDEMUCS).network, HDemucs)
    assert isinstance(small_network(TINY_HTDEMUCS).network, HTDemucs)
    assert HTDEMUCS.keywords()["segment"] == Fraction(39, 5)
    assert "stems" not in HDEMUCS.keywords()


@TINY
def test_the_result_is_the_packages(config):
    network, mixture = small_network(config).eval(), noise(1, 2, 6000)
    with torch.no_grad():
        assert torch.equal(network(mixture), network.network(mixture))


@TINY
@pytest.mark.parametrize("training", [True, False])
def test_chunks_of_any_length_up_to_the_segment_keep_it(config, training):
    network = small_network(config).train(training)
    for samples in (5000, 5001):
        assert network(noise(1, 2, samples)).shape == (1, 4, 2, samples)


def test_only_a_transformer_asks_for_its_segment():
    assert small_network(TINY_HTDEMUCS).input_samples(1000) == 22050
    assert small_network(TINY_HDEMUCS).input_samples(1000) == 1000


def test_training_on_chunks_of_another_length_leaves_evaluation_as_it_is():
    network, mixture = small_network(TINY_HTDEMUCS), noise(1, 2, 6000)
    with torch.no_grad():
        before = network.eval()(mixture)
        network.train()(noise(1, 2, 5000))
        assert network.input_samples(6000) == 22050
        assert torch.equal(network.eval()(mixture), before)


def test_a_chunk_longer_than_a_transformers_segment_is_refused_with_the_field_to_change():
    message = "at most its segment of 22050 samples. Got 22051. Set 'segment_seconds'"
    with pytest.raises(SettingsError, match=message):
        small_network(TINY_HTDEMUCS).input_samples(22051)
    free = replace(TINY_HTDEMUCS, arguments={"use_train_segment": False})
    assert small_network(free).input_samples(22051) == 22051


def test_a_segment_is_read_by_its_digits():
    decimal = replace(HTDEMUCS, segment_seconds=7.8)
    assert decimal.segment == HTDEMUCS.segment == Fraction(39, 5)
    assert int(decimal.segment * decimal.sample_rate) == 343_980


@pytest.mark.parametrize("segment", ["long", "1/0", "0", "-1"])
def test_a_segment_that_is_no_length_is_refused(segment):
    with pytest.raises(SettingsError, match=f"'segment_seconds' must be a number above 0 .* Got '{segment}'"):
        replace(TINY_HTDEMUCS, segment_seconds=segment)


def test_more_arguments_reach_the_package():
    assert HybridDemucs(replace(TINY_HDEMUCS, arguments={"nfft": 2048})).network.nfft == 2048
    with pytest.raises(TypeError, match="unknown_argument"):
        HybridDemucs(replace(TINY_HDEMUCS, arguments={"unknown_argument": 1}))


@TINY
def test_what_no_network_can_have_is_refused(config):
    with pytest.raises(SettingsError, match="distinct stems"):
        replace(config, stems=("bass", "bass"))
    with pytest.raises(SettingsError, match="'channels' must be at least 1. Got 0"):
        replace(config, channels=0)
    with pytest.raises(MixtureError, match="must have the shape"):
        small_network(config)(torch.zeros(1, 1, 1000))
