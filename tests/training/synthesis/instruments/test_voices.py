"""What each of the synthesisers promises beside its pitch."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.instruments.listening import cents_off
from training.synthesis.instruments.amplifier import Amplifier
from training.synthesis.instruments.bars import RATIOS, Bar
from training.synthesis.instruments.ensemble import Ensemble
from training.synthesis.instruments.envelopes import Envelope
from training.synthesis.instruments.expression import Vibrato
from training.synthesis.instruments.fm import FrequencyModulation, Operator, Stack
from training.synthesis.instruments.gliding import Gliding
from training.synthesis.instruments.organ import DrawbarOrgan, RotatingSpeaker
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.plucked import PluckedString
from training.synthesis.instruments.signals import hertz
from training.synthesis.instruments.sound_effects import SoundEffect
from training.synthesis.instruments.sub_bass import SubBass
from training.synthesis.instruments.subtractive import Subtractive, Unison, Wobble
from training.synthesis.instruments.wavetables import Filter, Wave
from training.synthesis.scores import Note

TONE = Tone(57.0, 0.9, 1.0)  # 220 Hz


def rng():
    return np.random.default_rng(7)


def level(sound):
    return float(np.sqrt(np.mean(np.square(sound))))


def strength(mono, frequency_hz):
    """Magnitude near a frequency."""
    padded = 8 * len(mono)
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), padded))
    place = round(frequency_hz * padded / SAMPLE_RATE)
    return float(spectrum[max(0, place - 8) : place + 9].max())


def test_the_parameters_of_a_voice_are_never_changed_by_playing():
    voice = PluckedString()
    np.testing.assert_array_equal(voice(TONE, rng()), voice(TONE, rng()))


def test_a_string_plucked_in_its_middle_has_no_even_harmonics():
    middle = PluckedString(place=0.5, pick_gain=0.0, stiffness=0.0)
    # The player's hand moves by a tenth: even harmonics are weak beside those of a pluck near the bridge.
    near = PluckedString(place=0.1, pick_gain=0.0, stiffness=0.0)
    ratios = [strength(voice(TONE, rng()), 440.0) / strength(voice(TONE, rng()), 220.0) for voice in (middle, near)]
    assert ratios[0] < 0.5 * ratios[1]


def test_a_stiff_string_runs_sharp():
    stiff = PluckedString(stiffness=1e-3, pick_gain=0.0, damping=0.01)(TONE, rng())
    tenth = 2200.0 * np.sqrt((1.0 + 1e-3 * 100.0) / (1.0 + 1e-3))
    assert strength(stiff, tenth) > 20.0 * strength(stiff, 2200.0)


def test_low_strings_ring_longer_than_high_ones():
    tails = [level(PluckedString()(Tone(pitch, 0.9, 1.5), rng())[-4000:]) for pitch in (36.0, 84.0)]
    assert tails[0] > 2.0 * tails[1]


@pytest.mark.parametrize("kind", sorted(RATIOS))
def test_a_bar_sounds_its_modes(kind):
    sound = Bar(kind, ring_seconds=3.0, hardness=0.9)(TONE, rng())
    assert strength(sound, 220.0) > 10.0 * strength(sound, 240.0)


def test_the_index_of_fm_adds_side_bands():
    plain, bright = (
        FrequencyModulation((Stack(Operator(), (Operator(2.0, index),)),))(TONE, rng()) for index in (0.0, 3.0)
    )
    assert strength(bright, 660.0) > 50.0 * strength(plain, 660.0)


def test_fm_keeps_high_notes_free_of_aliases():
    voice = FrequencyModulation((Stack(Operator(), (Operator(7.0, 8.0),)),))
    sound = voice(Tone(100.0, 1.0, 1.0), rng())
    assert strength(sound, hertz(100.0)) > 0.5 * np.abs(np.fft.rfft(sound * np.hanning(len(sound)))).max()


def test_drawbars_are_sines_at_their_ratios():
    organ = DrawbarOrgan((0.0, 0.0, 8.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.0), click_gain=0.0)(TONE, rng())
    assert strength(organ, 220.0) == pytest.approx(strength(organ, 660.0), rel=0.05)
    assert strength(organ, 440.0) < 0.01 * strength(organ, 220.0)


def test_a_rotating_speaker_makes_both_ears_differ():
    sound = np.ones((2, 1), np.float32) * DrawbarOrgan((8.0,) * 9)(TONE, rng())
    heard = RotatingSpeaker()(sound, rng())
    assert level(heard[0] - heard[1]) > 0.05 * level(heard)


def test_more_players_cost_nothing_and_beat():
    for players in (1, 7):
        sound = Ensemble(players=players, detune_cents=40.0)(TONE, rng())
        assert sound.shape == (2, TONE.samples)
        assert abs(cents_off(sound[0, 4000:], 57.0)) < 25.0


def test_an_ensemble_without_width_is_mono():
    mono, wide = (Ensemble(width=width)(TONE, rng()) for width in (0.0, 1.0))
    np.testing.assert_array_equal(mono[0], mono[1])
    assert level(wide[0] - wide[1]) > 0.3 * level(wide)


def test_unison_with_width_is_stereo_and_keeps_its_level():
    single = Subtractive(wave=Wave("saw"))(TONE, rng())
    wide = Subtractive(wave=Wave("saw"), unison=Unison(3, 20.0, 1.0))(TONE, rng())
    assert single.ndim == 1
    assert wide.shape[0] == 2
    assert level(wide) == pytest.approx(level(single), rel=0.35)


def test_a_filter_envelope_darkens_a_note():
    voice = Subtractive(
        tone_filter=Filter(200.0, 9000.0), brightness=Envelope(0.001, 0.4, 0.0), loudness=Envelope(0.001, 1.0, 1.0)
    )
    sound = voice(TONE, rng())
    assert strength(sound[:8000], 2200.0) > 10.0 * strength(sound[-8000:], 2200.0)


def test_vibrato_of_a_voice_moves_its_pitch():
    straight, moving = (Subtractive(vibrato=Wobble(6.0, cents)) for cents in (0.0, 80.0))
    sounds = [voice(TONE, rng()) for voice in (straight, moving)]
    assert strength(sounds[0], 220.0) > 1.3 * strength(sounds[1], 220.0)


def test_a_sub_bass_falls_to_its_pitch():
    sound = SubBass(drop_semitones=12.0, drop_seconds=0.05, drive=0.2, click_gain=0.0)(Tone(33.0, 0.9, 2.0), rng())
    assert abs(cents_off(sound[SAMPLE_RATE // 2 :], 33.0)) < 10.0


def test_a_gliding_lead_plays_one_key_at_a_time_and_slides():
    lead = Gliding("lead", glide_seconds=0.3, vibrato=Wobble())
    line = lead.play([Note(0.0, 1.0, 57.0), Note(1.0, 3.0, 69.0)], 3 * SAMPLE_RATE, rng())[0]
    assert abs(cents_off(line[: SAMPLE_RATE - 2000], 57.0)) < 5.0
    assert abs(cents_off(line[2 * SAMPLE_RATE :], 69.0)) < 5.0
    sliding = line[SAMPLE_RATE : SAMPLE_RATE + 6000]
    assert strength(sliding, 440.0) < strength(line[2 * SAMPLE_RATE : 2 * SAMPLE_RATE + 6000], 440.0)


def test_of_two_keys_at_once_a_lead_plays_the_higher():
    line = Gliding("lead", vibrato=Wobble()).play([Note(0.0, 1.0, 57.0), Note(0.0, 1.0, 64.0)], SAMPLE_RATE, rng())[0]
    assert strength(line, hertz(64.0)) > 20.0 * strength(line, hertz(57.0))


def test_an_amplifier_makes_sums_and_differences_of_a_chord():
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    fifth = (np.sin(2 * np.pi * 220.0 * time) + np.sin(2 * np.pi * 330.0 * time)).astype(np.float32)
    driven = Amplifier(drive=30.0, tight_hz=40.0)(np.stack((fifth, fifth)), rng())
    assert strength(driven[0], 550.0) > 100.0 * strength(fifth, 550.0)
    assert strength(driven[0], 110.0) > 100.0 * strength(fifth, 110.0)


def test_a_cabinet_ends_the_band():
    noise = rng().standard_normal((2, SAMPLE_RATE)).astype(np.float32)
    heard = Amplifier(drive=1.0, high_hz=4000.0)(noise, rng())[0]
    assert strength(heard, 14_000.0) < 0.02 * strength(heard, 1000.0)


def test_an_amplifier_without_input_is_silent():
    assert not Amplifier()(np.zeros((2, 1000), np.float32), rng()).any()


def test_driven_highs_fold_back_by_less_than_40_db():
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 3000.0 * time).astype(np.float32)
    driven = Amplifier(drive=3.0, asymmetry=0.0, high_hz=20_000.0)(np.stack((tone, tone)), rng())[0]
    assert strength(driven, 3000.0) > 100.0 * strength(driven, SAMPLE_RATE - 13 * 3000.0)


def test_vibrato_of_a_line_keeps_its_length_and_its_mean_pitch():
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 440.0 * time).astype(np.float32)
    moved = Vibrato(5.0, 20.0)(np.stack((tone, tone)), rng())
    assert moved.shape == (2, 2 * SAMPLE_RATE)
    assert abs(cents_off(moved[0], 69.0)) <= 20.0
    assert strength(moved[0], 440.0) < 0.95 * strength(tone, 440.0)


@pytest.mark.parametrize("kind", ["riser", "fall", "wind", "drone", "impact", "sweep"])
def test_sound_effects_are_stereo_and_finite(kind):
    sound = SoundEffect(kind)(TONE, rng())
    assert sound.shape == (2, TONE.samples)
    assert np.isfinite(sound).all()


def test_risers_grow_and_impacts_die():
    riser, impact = (SoundEffect(kind)(Tone(57.0, 0.9, 2.0), rng()) for kind in ("riser", "impact"))
    quarter = riser.shape[1] // 4
    assert level(riser[:, -quarter:]) > 3.0 * level(riser[:, :quarter])
    assert level(impact[:, :quarter]) > 3.0 * level(impact[:, -quarter:])
