"""Takes: other timing, other pitch, the same words."""

import numpy as np
import pytest

from training.synthesis.voices.bands import FRAME_SECONDS
from training.synthesis.voices.doubles import Take, draw_warp, interpolated, second_take, spread, warped
from training.synthesis.voices.pitch import midi_to_hz

SAMPLES = 4 * 44_100


def test_a_second_take_is_near_the_first_and_not_the_same(singer, long_notes, rng, measures):
    first = singer.perform(long_notes("tuned"), rng)
    second = second_take(first, Take(timing_seconds=0.01, pitch_cents=3.0, detune_cents=0.0), rng)
    sounds = [one.sound(SAMPLES, rng) for one in (first, second)]
    for sound in sounds:
        assert abs(measures.off_cents(sound[44_100:84_000], midi_to_hz(57.0))) <= 15
    levels = [[measures.rms(block) for block in sound.reshape(40, -1)] for sound in sounds]
    assert np.corrcoef(levels)[0, 1] > 0.9
    assert abs(np.corrcoef(sounds)[0, 1]) < 0.7
    assert abs(second.phrases[0].start_seconds - first.phrases[0].start_seconds) < 0.03
    assert second.formant_shift == pytest.approx(first.formant_shift, abs=0.03)


def test_a_detuned_take_is_off_by_so_many_cents(singer, long_notes, rng, measures):
    first = singer.perform(long_notes("tuned"), rng)
    take = second_take(first, Take(pitch_cents=0.0, detune_cents=30.0), rng)
    off = measures.off_cents(take.sound(SAMPLES, rng)[44_100:84_000], midi_to_hz(57.0))
    assert off == pytest.approx(30, abs=5)


def test_reading_at_whole_places_gives_the_sound_itself_and_silence_outside(rng):
    sound = rng.standard_normal(1000).astype(np.float32)
    np.testing.assert_allclose(interpolated(sound, np.arange(1000.0)), sound, atol=1e-6)
    assert not interpolated(sound, np.array([-50.0, -3.0, 1003.0, 2000.0])).any()


def test_reading_between_samples_follows_a_sine():
    sound = np.sin(0.3 * np.arange(1000)).astype(np.float32)
    places = np.arange(10.0, 900.0) + 0.37
    np.testing.assert_allclose(interpolated(sound, places), np.sin(0.3 * places), atol=2e-3)


def test_a_warp_moves_a_sound_by_milliseconds(rng):
    clicks = np.zeros(400_000, np.float32)
    clicks[5000::10_000] = 1.0
    moved = warped(clicks, Take(timing_seconds=0.005), rng)
    assert moved.shape == clicks.shape
    late = [np.abs(block).argmax() - 5000 for block in moved.reshape(-1, 10_000)]
    assert 0.001 * 44_100 < np.std(late) < 0.012 * 44_100


def test_drawn_warps_are_off_by_no_more_than_people_are():
    turns = np.exp(2j * np.pi * 440.0 / 44_100 * np.arange(SAMPLES))
    spreads = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        take, state = draw_warp(rng), rng.bit_generator.state
        halves = []
        for part in (turns.real, turns.imag):
            rng.bit_generator.state = state
            halves.append(warped(part.astype(np.float32), take, rng)[2000:-2000])
        steps = np.diff(np.unwrap(np.angle(halves[0] + 1j * halves[1])))
        spreads.append(np.std(1200.0 * np.log2(steps * 44_100 / (2 * np.pi * 440.0))))
    assert 4.0 < np.median(spreads) < 25.0
    assert max(spreads) < 50.0


def test_places_in_stereo_keep_the_power():
    take = np.ones(100, np.float32)
    for pan in (-1.0, -0.3, 0.0, 1.0):
        sound = spread([take], [pan], [0.5])
        np.testing.assert_allclose((sound**2).sum(axis=0), 0.25, rtol=1e-5)
    left = spread([take, 3 * take], [-1.0, 1.0], [1.0, 1.0])
    np.testing.assert_allclose(left[:, 0], (1.0, 3.0), atol=1e-6)


def test_frames_are_as_many_as_before(singer, long_notes, rng):
    first = singer.perform(long_notes(), rng)
    second = second_take(first, Take(), rng)
    lengths = [[len(phrase.voice.pitch_hz) * FRAME_SECONDS for phrase in one.phrases] for one in (first, second)]
    assert lengths[0] == lengths[1]
