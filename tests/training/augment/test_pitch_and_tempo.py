"""Phase vocoder, change of speed, repitch and time stretch: pitch by spectral peaks, tempo by the spacing of onsets."""

import math

import pytest
import torch

from audio.stems import MIXTURE, STEMS
from training.augment.batches import total
from training.augment.formants import PitchShiftKeepingEnvelope
from training.augment.phase_vocoder import stretch
from training.augment.repitch import Repitch, shift_pitch
from training.augment.speed import resampled_to
from training.augment.time_stretch import TimeStretch

SAMPLE_RATE = 44_100


def purity_db(sound, frequency_hz):
    """Energy of the best sine of a frequency over the energy of the rest, and that sine's amplitude."""
    sound = sound.double()
    angles = 2 * math.pi * frequency_hz / SAMPLE_RATE * torch.arange(len(sound), dtype=torch.float64)
    basis = torch.stack([angles.sin(), angles.cos()], dim=1)
    weights = torch.linalg.lstsq(basis, sound[:, None]).solution
    rest = sound - (basis @ weights)[:, 0]
    return float(10 * (sound.square().sum() / rest.square().sum()).log10()), float(weights.norm())


def clicks(spacing_samples, count):
    """Short bursts of noise, evenly spaced; shape (1, 2, samples)."""
    generator = torch.Generator().manual_seed(0)
    burst = torch.randn(200, generator=generator) * torch.hann_window(200)
    sound = torch.zeros(spacing_samples * count)
    for index in range(count):
        start = spacing_samples * index + spacing_samples // 2
        sound[start : start + 200] = burst
    return sound.expand(1, 2, -1).clone()


def onset_spacing(sound):
    """Mean distance of the onsets in samples, from the centres of energy of the bursts."""
    power = sound.square()
    active = (
        torch.nn.functional.max_pool1d((power > 0.05 * power.max()).float().view(1, 1, -1), 4001, 1, 2000)[0, 0] > 0
    )
    edges = torch.diff(
        active.int(), prepend=torch.zeros(1, dtype=torch.int32), append=torch.zeros(1, dtype=torch.int32)
    )
    places = torch.arange(len(power), dtype=torch.float64)
    centres = [
        float((places[start:end] * power[start:end]).sum() / power[start:end].sum())
        for start, end in zip((edges == 1).nonzero()[:, 0], (edges == -1).nonzero()[:, 0], strict=True)
    ]
    return (centres[-1] - centres[0]) / (len(centres) - 1), len(centres)


@pytest.mark.parametrize("semitones", [-2, -1, 1, 2])
@pytest.mark.parametrize("tempo", [0.88, 1.0, 1.12])
def test_a_tone_comes_out_at_the_new_pitch_as_loud_and_as_pure(semitones, tempo, tone, spectral_peak_hz):
    sound = tone(440.0)
    shifted = shift_pitch(sound, semitones, tempo)
    assert shifted.shape == (1, 2, round(SAMPLE_RATE / tempo))
    middle = shifted[0, 0, 8000:-8000]
    wanted_hz = 440.0 * 2 ** (semitones / 12)
    assert spectral_peak_hz(middle) == pytest.approx(wanted_hz, rel=5e-4)
    purity, amplitude = purity_db(middle, wanted_hz)
    assert purity > 40
    assert amplitude == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize("tempo", [0.85, 0.93, 1.07, 1.15])
def test_onsets_come_out_at_the_new_tempo(tempo):
    sound = clicks(11_025, 6)
    spacing, count = onset_spacing(stretch(sound, tempo)[0, 0])
    assert count == 6
    assert spacing == pytest.approx(11_025 / tempo, rel=0.005)


def test_a_shift_of_pitch_leaves_onsets_where_they_are():
    spacing, count = onset_spacing(shift_pitch(clicks(11_025, 6), 2.0)[0, 0])
    assert count == 6
    assert spacing == pytest.approx(11_025, rel=0.005)


def test_tempo_one_gives_the_sound_back(noise_batch):
    sound = noise_batch(items=1, samples=5000)["bass"]
    torch.testing.assert_close(stretch(sound, 1.0), sound, rtol=0, atol=1e-5)


def test_the_stereo_image_is_kept(tone):
    sound = tone(440.0) * torch.tensor([1.0, -0.3]).view(1, 2, 1)
    shifted = shift_pitch(sound, 1.0)
    torch.testing.assert_close(shifted[:, 1], -0.3 * shifted[:, 0], rtol=0, atol=1e-5)


def test_the_energy_of_noise_changes_by_less_than_a_decibel(noise_batch):
    sound = noise_batch(items=1, samples=SAMPLE_RATE)["bass"]
    stretched = stretch(sound, 0.9)
    assert abs(float(10 * (stretched.square().mean() / sound.square().mean()).log10())) < 1.0


def test_sounds_are_stretched_each_on_its_own(noise_batch):
    sounds = noise_batch(items=3, samples=6000)["bass"]
    together = stretch(sounds, 1.1)
    alone = torch.cat([stretch(sound, 1.1) for sound in sounds.split(1)])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-5)


def test_a_single_sample_can_be_stretched():
    assert stretch(torch.ones(1, 1, 1), 0.9).shape == (1, 1, 1)


@pytest.mark.parametrize("samples", [30_000, 44_100, 50_001])
def test_a_change_of_speed_puts_a_tone_at_the_ratio_of_the_lengths(samples, tone, spectral_peak_hz):
    fast = resampled_to(tone(1000.0), samples)
    assert fast.shape == (1, 2, samples)
    wanted_hz = 1000.0 * SAMPLE_RATE / samples
    assert spectral_peak_hz(fast[0, 0]) == pytest.approx(wanted_hz, rel=1e-4)
    assert purity_db(fast[0, 0, 3000:-3000], wanted_hz)[0] > 60


def test_a_change_of_speed_removes_what_would_be_aliased(tone):
    slow = resampled_to(tone(15_000.0), 22_050)
    assert float(slow[..., 2000:-2000].abs().max()) < 0.01


def test_repitch_changes_a_fifth_of_the_items_all_stems_alike(tone, seeded, spectral_peak_hz):
    sound = tone(440.0, seconds=0.5).expand(60, -1, -1)
    after = Repitch()({"bass": sound, "drums": sound, MIXTURE: 2 * sound}, seeded(1))
    kept = int(0.88 * sound.shape[-1])
    pitches_hz = []
    for item in range(60):
        bass, drums = after["bass"][item], after["drums"][item]
        torch.testing.assert_close(bass, drums, rtol=0, atol=1e-6)
        if not torch.equal(bass, sound[item, :, :kept]):
            pitches_hz.append(spectral_peak_hz(bass[0, 3000:-3000]))
    assert 5 <= len(pitches_hz) <= 20
    semitones = [12 * math.log2(pitch_hz / 440.0) for pitch_hz in pitches_hz]
    assert all(abs(value - round(value)) < 0.05 and abs(round(value)) <= 2 for value in semitones)
    assert len({round(value) for value in semitones}) >= 3
    torch.testing.assert_close(after[MIXTURE], after["bass"] + after["drums"])


def test_the_tempo_of_repitch_is_normal_and_drawn_back_to_twelve_percent(seeded):
    generator = seeded()
    draws = [Repitch()._draw(generator) for _ in range(3000)]
    tempos = torch.tensor([tempo for _, tempo in draws])
    assert {semitones for semitones, _ in draws} == {-2, -1, 0, 1, 2}
    assert float(tempos.min()) == pytest.approx(0.88)
    assert float(tempos.max()) == pytest.approx(1.12)
    assert float(tempos.std()) == pytest.approx(0.05, rel=0.05)


def test_time_stretch_keeps_the_pitch_and_cuts_to_the_shortest(tone, seeded, spectral_peak_hz):
    augmentation = TimeStretch()
    after = augmentation({stem: tone(440.0).expand(4, -1, -1) for stem in STEMS}, seeded(2))
    assert augmentation.kept_samples(SAMPLE_RATE) == round(0.85 * SAMPLE_RATE)
    for sound in after["vocals"]:
        assert spectral_peak_hz(sound[0, 5000:-5000]) == pytest.approx(440.0, rel=5e-4)


@pytest.mark.parametrize(
    "augmentation", [TimeStretch(duration_factors=(0.9, 1.1)), PitchShiftKeepingEnvelope(shift_cents=(-200.0, 100.0))]
)
def test_items_that_change_together_come_out_as_each_would_alone(augmentation, noise_batch, seeded):
    batch = noise_batch(items=6, samples=6000)
    together = augmentation({**batch, MIXTURE: total(batch)}, seeded(1))
    setting, choices = next((name, value) for name, value in vars(augmentation).items() if isinstance(value, tuple))
    picks = torch.randint(2, (6,), generator=seeded(1)).tolist()
    assert set(picks) == {0, 1}
    for item, pick in enumerate(picks):
        one = {stem: sound[item : item + 1] for stem, sound in batch.items()}
        alone = type(augmentation)(**{setting: (choices[pick],)})(one, seeded())
        for stem in STEMS:
            kept = together[stem].shape[-1]
            torch.testing.assert_close(together[stem][item], alone[stem][0, :, :kept], rtol=0, atol=1e-5)
    stems = {stem: together[stem] for stem in STEMS}
    torch.testing.assert_close(together[MIXTURE], total(stems), rtol=0, atol=2e-6)


def test_time_stretch_by_one_factor_moves_onsets_by_it(seeded):
    sound = clicks(11_025, 4)
    after = TimeStretch(duration_factors=(1.15,))({"drums": sound, "bass": 0.5 * sound}, seeded())
    spacing, count = onset_spacing(after["drums"][0, 0])
    assert count >= 3
    assert spacing == pytest.approx(1.15 * 11_025, rel=0.005)
    assert total(after).shape == sound.shape
