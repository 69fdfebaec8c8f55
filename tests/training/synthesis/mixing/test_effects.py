"""What all effects have in common: they change no input, keep the length, and give the same bytes twice."""

import json

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import noise
from training.synthesis.mixing.band_limit import BandLimit
from training.synthesis.mixing.compressor import Compressor, DeEsser
from training.synthesis.mixing.crusher import Crusher
from training.synthesis.mixing.delay import Delay
from training.synthesis.mixing.effect import Beside, Chain, Levelled, describe
from training.synthesis.mixing.equaliser import Band, Equaliser, low_pass
from training.synthesis.mixing.fader_ride import FaderRide
from training.synthesis.mixing.image import LateSide, Pan, Width
from training.synthesis.mixing.limiter import Clipper, Limiter
from training.synthesis.mixing.modulation import Chorus, Flanger, MicroPitch
from training.synthesis.mixing.reverb import Reverb
from training.synthesis.mixing.rooms import Room
from training.synthesis.mixing.saturation import CURVES, Saturation
from training.synthesis.mixing.split import AboveCrossover
from training.synthesis.mixing.sweep import Phaser, Sweep
from training.synthesis.mixing.tremolo import Chop, Tremolo

EFFECTS = [
    Equaliser((Band("peak", 1000.0, 6.0),)),
    Equaliser(()),
    BandLimit(16_000.0),
    Compressor(-20.0, 4.0),
    Compressor(-20.0, 4.0, mix=0.5),
    DeEsser(6000.0, -30.0),
    Limiter(-12.0),
    Clipper(-12.0),
    Clipper(-12.0, 0.0),
    *(Saturation(curve, 12.0, 0.2, 0.7) for curve in CURVES),
    Crusher(6.0, 3.3, 0.8),
    Reverb(Room(1, 0.4), -8.0),
    Reverb(Room(1, 0.4, shape="gated"), -8.0, dry=False),
    Reverb(Room(1, 0.4, shape="reversed", early_reflections=0), -8.0),
    Delay(0.05, 0.5, -6.0),
    Delay(0.05, 0.5, -6.0, ping_pong=True, dry=False),
    Chorus(0.8, 0.004),
    Chorus(0.8, 0.004, opposite=False),
    Flanger(0.5),
    MicroPitch(9.0, -6.0),
    Sweep("low_pass", 300.0, 5000.0, 0.5),
    Phaser(0.7),
    Tremolo(5.0, 0.7),
    Tremolo(5.0, 0.7, "square"),
    Tremolo(5.0, 0.7, "ramp", panning=True),
    FaderRide(0.02, (-3.0, 2.0, 0.0)),
    Chop(0.05, (True, False, True)),
    Width(1.7),
    Width(0.2, 500.0),
    Pan(0.4),
    LateSide(-0.01),
    Levelled(),
    Beside(Reverb(Room(2, 0.2), 0.0, dry=False), -10.0),
    AboveCrossover(MicroPitch(9.0, -6.0), 200.0),
    Chain((low_pass(2000.0), Compressor(-20.0, 3.0), Pan(-0.5))),
]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_an_effect_keeps_input_length_and_type_and_is_deterministic(effect, channels):
    sound = noise(0.3, channels)
    before = sound.copy()
    once, again = effect(sound), effect(sound)
    np.testing.assert_array_equal(sound, before)
    assert once.dtype == np.float32
    assert once.shape[-1] == sound.shape[-1]
    assert len(once) in (channels, 2)
    assert np.isfinite(once).all()
    np.testing.assert_array_equal(once, again)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_silence_stays_silence(effect):
    assert not effect(np.zeros((2, 5000), np.float32)).any()


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_one_sample_and_loud_sounds_do_no_harm(effect):
    assert effect(np.full((2, 1), 0.5, np.float32)).shape == (2, 1)
    assert np.isfinite(effect(100.0 * noise(0.1))).all()


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_what_an_effect_is_can_be_told_in_json(effect):
    told = json.loads(json.dumps(describe(effect)))
    assert told["kind"] == type(effect).__name__


def test_a_chain_applies_its_effects_in_order():
    first, second = Compressor(-30.0, 5.0), Pan(0.5)
    sound = noise(0.2)
    np.testing.assert_array_equal(Chain((first, second))(sound), second(first(sound)))


def test_settings_are_told_by_their_names():
    told = describe(Equaliser((Band("peak", 1234.5678, 6.0),)))
    band = {"kind": "Band", "shape": "peak", "frequency_hz": 1235.0, "gain_db": 6.0, "quality": 0.7071}
    assert told == {"kind": "Equaliser", "bands": [band]}
