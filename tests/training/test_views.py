"""In which domain networks are compared, and what is around a chunk."""

from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as functional
from torch import nn

from models.dual_path_unet import TINY as TINY_UNET
from models.dual_path_unet import DualPathUNet
from models.each_channel import EachChannel
from models.mu_law_wavenet import TINY, TINY_REGRESSION, MuLawWaveNet, RegressionWaveNet
from models.music_translation import TINY_DOMAIN_CONFUSED, DomainConfusedTranslation
from models.parts.mu_law_classes import UNSHIFTED, likeliest_sound
from models.parts.stereo_masks import masked
from models.seeding import seeded_torch
from models.spectrum_wavenet import TINY as TINY_SPECTRUM
from models.spectrum_wavenet import SpectrumWaveNet
from tests.training.slicq_stand_in import GivenMasks, masks, true_stems
from training import views
from training.losses.mask_sum import MaskSum
from training.losses.mu_law_cross_entropy import MuLawCrossEntropy
from training.losses.slicq_losses import SliCQComplexL2, SliCQSISDR
from training.losses.time_losses import TimeL1, TimeL2
from training.windows import silent_context
from transforms.mu_law import compress, decode, encode

SAMPLES = 400


class Copier(nn.Module):
    """Gives the mixture as its only stem, in every domain."""

    stems, sample_rate, channels = ("vocals",), 16_000, 2

    def __init__(self):
        super().__init__()
        self.config = SimpleNamespace(scale=UNSHIFTED, hop_samples=TINY_SPECTRUM.hop_samples)
        self.stft = SpectrumWaveNet(TINY_SPECTRUM)

    def forward(self, mixture):
        return mixture[:, None]

    def logits(self, mixture):
        return 1e4 * functional.one_hot(encode(mixture), 256).movedim(-1, 1)[:, None].float()

    def companded(self, mixture):
        return compress(mixture)[:, None]

    def analyse(self, sound):
        return self.stft.analyse(sound)

    def spectra(self, mixture):
        return self.analyse(mixture)[:, None]


def noise(*shape):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def made(kind, config):
    with seeded_torch(1):
        return EachChannel(kind(config).eval())


@pytest.mark.parametrize(
    ("view", "loss"),
    [
        (views.sound, TimeL1()),
        (views.class_logits, MuLawCrossEntropy()),
        (views.companded, TimeL2()),
        (views.spectra, TimeL2()),
    ],
)
def test_a_network_that_copies_has_no_loss(view, loss):
    mixture = noise(2, 2, SAMPLES)
    compared = view(Copier(), mixture, {"vocals": mixture}, slice(50, 350))
    assert float(loss(compared.estimates, compared.references)) == pytest.approx(0.0, abs=1e-9)
    wrong = view(Copier(), mixture, {"vocals": mixture.flip(-1)}, slice(50, 350))
    assert float(loss(wrong.estimates, wrong.references)) > 1e-3


CASES = {
    "class_logits": (MuLawWaveNet, TINY, lambda net, x: net.logits(x)),
    "companded": (RegressionWaveNet, TINY_REGRESSION, lambda net, x: net.companded(x)),
    "spectra": (SpectrumWaveNet, TINY_SPECTRUM, lambda net, x: net.spectra(x)),
}


@pytest.mark.parametrize("name", CASES)
def test_channels_that_a_network_hears_alone_are_put_back_together(name):
    kind, config, run = CASES[name]
    network, mixture = made(kind, config), noise(2, 2, SAMPLES)
    compared = getattr(views, name)(network, mixture, dict.fromkeys(network.stems, mixture), slice(0, SAMPLES))
    for channel in range(2):
        alone = run(network.network, mixture[:, channel : channel + 1])
        for index, stem in enumerate(network.stems):
            estimate = compared.estimates[stem]
            if name == "spectra":
                estimate = estimate.unflatten(1, (2, -1))[:, channel]
                torch.testing.assert_close(estimate, alone[:, index, 0, :, : estimate.shape[-1]])
            else:
                torch.testing.assert_close(estimate.select(-2, channel), alone[:, index].select(-2, 0))


@pytest.mark.parametrize("name", CASES)
def test_the_shapes_are_those_that_the_losses_take(name):
    kind, config, _ = CASES[name]
    network = made(kind, config)
    window = silent_context(network, SAMPLES)
    mixture = window.given(noise(2, 2, SAMPLES))
    compared = getattr(views, name)(network, mixture, dict.fromkeys(network.stems, mixture), window.middle)
    loss = MuLawCrossEntropy() if name == "class_logits" else TimeL2()
    assert loss(compared.estimates, compared.references).isfinite()
    if name != "spectra":
        assert compared.references["vocals"].shape == (2, 2, SAMPLES)


def test_spectra_are_cut_to_the_frames_whose_middle_is_in_the_chunk():
    network = made(SpectrumWaveNet, TINY_SPECTRUM)
    mixture = noise(1, 2, SAMPLES)
    compared = views.spectra(network, mixture, dict.fromkeys(network.stems, mixture), slice(33, 97))
    # With a hop of 16, frames 3 to 6 have their middle at 48 to 96.
    parts = network.network.analyse(mixture)[..., 3:7].flatten(1, 2)
    torch.testing.assert_close(compared.references["vocals"], parts)
    assert compared.estimates["vocals"].shape == parts.shape


def test_the_class_that_the_loss_aims_at_is_the_one_that_is_decoded():
    reference = noise(1, 2, SAMPLES)
    logits = Copier().logits(reference)[:, 0]
    assert float(MuLawCrossEntropy()({"vocals": logits}, {"vocals": reference})) == 0.0
    assert torch.equal(likeliest_sound(logits), decode(encode(reference)))


def test_domains_are_told_once_for_all_channels():
    network = made(DomainConfusedTranslation, TINY_DOMAIN_CONFUSED)
    mixture = noise(2, 2, 200)
    compared = views.class_logits_and_domains(network, mixture, dict.fromkeys(network.stems, mixture), slice(0, 200))
    alone = [network.network.domain_logits(mixture[:, channel : channel + 1]) for channel in range(2)]
    torch.testing.assert_close(compared.domain_logits, (alone[0] + alone[1]) / 2)
    plain = views.class_logits(network, mixture, dict.fromkeys(network.stems, mixture), slice(0, 200))
    torch.testing.assert_close(compared.estimates["vocals"], plain.estimates["vocals"])


def test_errors_in_bands_are_those_of_the_sound_that_the_network_gives():
    with seeded_torch(1):
        network = DualPathUNet(TINY_UNET).eval()
    sounds = noise(len(network.stems), 2, 2, SAMPLES)
    references = dict(zip(network.stems, sounds, strict=True))
    mixture, middle = sounds.sum(dim=0), slice(0, SAMPLES)
    with torch.no_grad():
        compared = views.band_errors(network, mixture, references, middle)
        shares = network.shares(network.stft(mixture))
        estimates = masked(shares, network.stft(mixture), network.config.bands)
    for index, (stem, sound) in enumerate(references.items()):
        left = network.config.bands.pooled((network.stft(sound) - estimates[:, index]).abs().square())
        torch.testing.assert_close(compared.estimates[stem], left.flatten(1, 2), rtol=1e-3, atol=1e-9)
        assert compared.references[stem].shape == compared.estimates[stem].shape


def slicq_compared(network, dtype, middle):
    references = {stem: sound.to(dtype) for stem, sound in true_stems().items()}
    mixture = sum(references.values())
    return views.slicq(network, mixture, references, middle), mixture, references


@pytest.mark.parametrize("autocast", [False, True])
def test_coefficients_of_the_slicq_are_those_of_each_stem_alone(autocast):
    given = [mask.bfloat16() for mask in masks(GivenMasks().slicq)]
    network, middle = GivenMasks(given), slice(20, 620)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        compared, mixture, references = slicq_compared(network, torch.float32, middle)
    mixed = network.slicq(mixture)
    estimated = [mask.float() * block[:, None] for mask, block in zip(given, mixed, strict=True)]
    for index, stem in enumerate(network.stems):
        alone = network.slicq(references[stem])
        for number, block in enumerate(alone):
            torch.testing.assert_close(compared.references.coefficients[number][:, index], block)
            estimate = compared.estimates.coefficients[number][:, index]
            torch.testing.assert_close(estimate, estimated[number][:, index])
        sound = network.slicq.inverse([block[:, index] for block in estimated], mixture.shape[-1])
        torch.testing.assert_close(compared.estimates.sounds()[:, index], sound[..., middle])
        assert torch.equal(compared.references.sounds()[:, index], references[stem][..., middle])
    assert {mask.dtype for mask in compared.estimates.masks} == {torch.float32}


def test_channels_that_a_network_of_the_slicq_hears_alone_are_items():
    both = masks(GivenMasks().slicq)
    pair, *_ = slicq_compared(GivenMasks(both), torch.float64, slice(0, 700))
    alone = GivenMasks([mask.transpose(1, 2).flatten(0, 1)[:, :, None] for mask in both])
    items, *_ = slicq_compared(EachChannel(alone), torch.float64, slice(0, 700))
    for loss in (SliCQComplexL2(), SliCQSISDR(), MaskSum()):
        torch.testing.assert_close(loss(items.estimates, items.references), loss(pair.estimates, pair.references))
