"""Formants and envelopes, measured on sung vowels whose partials and formants are known exactly."""

import math

import pytest
import torch

from training.augment.batches import BatchError
from training.augment.formants import FormantShift, PitchShiftKeepingEnvelope
from training.augment.repitch import shift_pitch
from training.augment.spectral_envelope import EnvelopeConfig, moved_envelope, periods
from transforms import STFT, STFTConfig

SAMPLE_RATE = 44_100
FORMANTS_HZ = (700.0, 1220.0, 2600.0, 3400.0)
BANDWIDTHS_HZ = (90.0, 110.0, 160.0, 200.0)


def vowel_levels(pitch_hz, scale, sung_hz):
    """Amplitudes of the partials up to 9 kHz of a vowel whose formants lie at `scale` times the usual places.

    The formants are as wide as for the pitch `sung_hz`: partials far apart show none that is narrower than their
    distance, whatever is done to them.
    """
    partials = pitch_hz * torch.arange(1, int(9000 / pitch_hz), dtype=torch.float64)
    levels = 1 / torch.arange(1, len(partials) + 1, dtype=torch.float64)
    for formant_hz, width_hz in zip(FORMANTS_HZ, BANDWIDTHS_HZ, strict=True):
        width_hz = width_hz * max(1.0, sung_hz / 120.0)
        pole = torch.complex(torch.tensor(-math.pi * width_hz), torch.tensor(2 * math.pi * formant_hz * scale))
        along = torch.complex(torch.zeros_like(partials), 2 * math.pi * partials)
        levels = levels * (pole.abs() ** 2 / ((along - pole) * (along - pole.conj()))).abs()
    return partials, levels


def vowel(pitch_hz, seconds=0.8):
    """A sung vowel, shape (1, 2, samples)."""
    partials, levels = vowel_levels(pitch_hz, 1.0, pitch_hz)
    seconds_axis = torch.arange(round(seconds * SAMPLE_RATE), dtype=torch.float64) / SAMPLE_RATE
    phases = torch.arange(len(partials), dtype=torch.float64) ** 2
    waves = levels[:, None] * torch.cos(2 * math.pi * partials[:, None] * seconds_axis + phases[:, None])
    sound = waves.sum(dim=0)
    return (0.5 * sound / sound.abs().max()).float().expand(1, 2, -1).clone()


def envelope_error_db(sound, pitch_hz, scale, sung_hz):
    """Mean difference of partials' levels to the vowel's with formants moved, where those are within 45 dB."""
    partials, levels = vowel_levels(pitch_hz, scale, sung_hz)
    middle = sound[0, 0, 8000:-8000].double()
    spectrum = torch.fft.rfft(middle * torch.hann_window(len(middle), dtype=torch.float64), n=8 * len(middle)).abs()
    places = (partials * 8 * len(middle) / SAMPLE_RATE).round().long()
    measured = torch.stack([spectrum[place - 60 : place + 60].max() for place in places.tolist()])
    heard = levels > levels.max() * 10 ** (-45 / 20)
    difference = 20 * (measured.log10() - levels.log10())[heard]
    return float((difference - difference.median()).abs().mean())


@pytest.mark.parametrize("pitch_hz", [120.0, 220.0, 300.0])
@pytest.mark.parametrize("cents", [-150.0, -100.0, 100.0, 150.0])
def test_a_formant_shift_moves_the_envelope_and_leaves_the_pitch(pitch_hz, cents, seeded):
    sound = vowel(pitch_hz)
    after = FormantShift(shift_cents=(cents,))({"vocals": sound}, seeded())["vocals"]
    scale = 2 ** (cents / 1200)
    untouched = envelope_error_db(sound, pitch_hz, scale, pitch_hz)
    assert envelope_error_db(after, pitch_hz, scale, pitch_hz) < min(1.2, 0.6 * untouched)
    assert period_of(after) == pytest.approx(SAMPLE_RATE / pitch_hz, abs=1.0)


@pytest.mark.parametrize("pitch_hz", [120.0, 220.0, 300.0])
@pytest.mark.parametrize("cents", [-300.0, -100.0, 200.0, 300.0])
def test_a_pitch_shift_that_keeps_the_envelope_moves_the_pitch_only(pitch_hz, cents, seeded):
    sound = vowel(pitch_hz)
    after = PitchShiftKeepingEnvelope(shift_cents=(cents,))({"vocals": sound}, seeded())["vocals"]
    new_pitch_hz = pitch_hz * 2 ** (cents / 1200)
    assert after.shape == sound.shape
    assert period_of(after) == pytest.approx(SAMPLE_RATE / new_pitch_hz, abs=1.5)
    plain = envelope_error_db(shift_pitch(sound, cents / 100), new_pitch_hz, 1.0, pitch_hz)
    assert envelope_error_db(after, new_pitch_hz, 1.0, pitch_hz) < min(1.2, 0.6 * plain)


def period_of(sound):
    """Median period of the frames in samples."""
    spectra = STFT(STFTConfig(2048, 512))(sound)
    return float(periods(spectra.abs().square().sum(1).transpose(-1, -2), EnvelopeConfig()).median())


@pytest.mark.parametrize("pitch_hz", [80.0, 150.0, 330.0, 900.0])
def test_periods_are_those_of_the_pitch(pitch_hz):
    assert period_of(vowel(pitch_hz, seconds=0.3)) == pytest.approx(SAMPLE_RATE / pitch_hz, abs=1.5)


def test_an_envelope_moved_by_one_is_the_sound_itself(noise_batch):
    sounds = noise_batch(items=2, samples=9000)["bass"]
    torch.testing.assert_close(moved_envelope(sounds, 1.0, EnvelopeConfig()), sounds, rtol=0, atol=1e-5)


def test_channels_share_an_envelope_so_the_stereo_image_is_kept():
    sound = vowel(220.0, seconds=0.2) * torch.tensor([1.0, 0.25]).view(1, 2, 1)
    moved = moved_envelope(sound, 1.1, EnvelopeConfig())
    torch.testing.assert_close(moved[:, 1], 0.25 * moved[:, 0], rtol=0, atol=1e-6)


def test_a_formant_shift_changes_no_other_stem(noise_batch, seeded):
    batch = noise_batch(samples=4000)
    after = FormantShift(shift_cents=(150.0,))(batch, seeded())
    assert all(torch.equal(after[stem], batch[stem]) for stem in ("bass", "drums", "other"))
    assert not torch.equal(after["vocals"], batch["vocals"])


def test_a_shift_of_zero_cents_leaves_items_as_they_are(noise_batch, seeded):
    batch = noise_batch(samples=4000)
    for augmentation in (FormantShift(shift_cents=(0.0,)), PitchShiftKeepingEnvelope(shift_cents=(0.0,))):
        after = augmentation(batch, seeded())
        assert all(torch.equal(after[stem], batch[stem]) for stem in batch)


def test_the_published_shifts_are_all_drawn(seeded):
    assert FormantShift().shift_cents == (-150.0, -100.0, 0.0, 100.0, 150.0)
    assert PitchShiftKeepingEnvelope().shift_cents == (-300.0, -200.0, -100.0, 0.0, 100.0, 200.0, 300.0)


def test_a_stem_that_is_not_there_is_named(noise_batch, seeded):
    with pytest.raises(BatchError, match="must be one of bass, drums, other, vocals. Got 'voice'"):
        FormantShift(stem="voice")(noise_batch(), seeded())
