"""Every role and every drum of the pure set: in tune, ending, finite, below its peak, reproducible, without clicks."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.instruments.listening import cents_off, roughness
from training.synthesis.instruments import PureInstruments
from training.synthesis.instruments.drums.kits import BUS_OF
from training.synthesis.instruments.interfaces import BUSES
from training.synthesis.instruments.levels import PEAK
from training.synthesis.instruments.patches import basses
from training.synthesis.instruments.pure import FAMILIES
from training.synthesis.scores import DRUMS, ROLES, Hit, Note

# A family that plays several roles is heard once, and once more as a bass.
FAMILY_CASES = list({(role == "bass", family): (role, family) for role in ROLES for family in FAMILIES[role]}.values())
TUNED = [(role, family) for role, family in FAMILY_CASES if role != "effects"]


def name_of(value):
    return value if isinstance(value, str) else value.__name__


def note_of(role):
    return Note(0.1, 1.6, 38.0 if role == "bass" else 62.0)


def test_every_role_has_families():
    assert set(FAMILIES) == set(ROLES)


@pytest.mark.parametrize(("role", "family"), TUNED, ids=name_of)
def test_notes_are_in_tune_within_30_cents_and_next_to_nothing_lies_below_20_hz(role, family):
    note = note_of(role)
    for seed in (1, 2, 3):
        rng = np.random.default_rng(seed)
        line = family(rng).play([note], 2 * SAMPLE_RATE, rng)
        assert abs(cents_off(line.sum(axis=0)[round(0.2 * SAMPLE_RATE) : round(1.5 * SAMPLE_RATE)], note.pitch)) < 30.0
        power = np.abs(np.fft.rfft(line.mean(axis=0))) ** 2
        assert power[: 2 * 20].sum() < 0.03 * power.sum()


@pytest.mark.parametrize(("role", "family"), FAMILY_CASES, ids=name_of)
def test_a_line_is_reproducible_stereo_float32_below_its_peak_and_ends_in_silence(role, family):
    notes = [
        Note(0.1 + 0.1 * step, 0.2 + 0.1 * step, note_of(role).pitch + step % 3, 0.3 + 0.2 * (step % 4))
        for step in range(6)
    ]
    lines = []
    for _ in range(2):
        rng = np.random.default_rng(11)
        lines.append(family(rng).play(notes, 3 * SAMPLE_RATE, rng))
    line = lines[0]
    assert line.tobytes() == lines[1].tobytes()
    assert line.shape == (2, 3 * SAMPLE_RATE)
    assert line.dtype == np.float32
    assert np.isfinite(line).all()
    assert 0.01 < np.abs(line).max() <= PEAK
    assert np.abs(line[:, round(2.8 * SAMPLE_RATE) :]).max() < 1e-4


@pytest.mark.parametrize(("role", "family"), FAMILY_CASES, ids=name_of)
def test_a_note_ends_without_a_click(role, family):
    rng = np.random.default_rng(3)
    line = family(rng).play([Note(0.1, 0.6, note_of(role).pitch)], 2 * SAMPLE_RATE, rng)
    held = line[:, round(0.1 * SAMPLE_RATE) : round(0.58 * SAMPLE_RATE)]
    ending = line[:, round(0.58 * SAMPLE_RATE) :]
    assert roughness(ending) <= 1.5 * roughness(held) + 1e-4


def test_some_synthesised_basses_reach_far_above_250_hz_and_some_do_not():
    shares = []
    for seed in range(10):
        for family in (basses.analogue_bass, basses.acid_bass, basses.reese_bass, basses.fm_bass, basses.layered_bass):
            rng = np.random.default_rng(seed)
            power = np.abs(np.fft.rfft(family(rng).play([Note(0.0, 0.5, 33.0)], SAMPLE_RATE // 2, rng)[0])) ** 2
            shares.append(power[125:].sum() / power.sum())
    assert np.percentile(shares, 30) < 0.1
    assert np.percentile(shares, 80) > 0.3


@pytest.mark.parametrize("role", ROLES)
def test_two_draws_of_a_role_differ(role):
    lines = []
    for seed in (1, 2):
        rng = np.random.default_rng(seed)
        lines.append(PureInstruments().instrument(role, rng).play([note_of(role)], SAMPLE_RATE, rng))
    assert np.abs(lines[0] - lines[1]).max() > 0.01


@pytest.mark.parametrize("drum", DRUMS)
def test_every_drum_sounds_on_its_bus_and_dies(drum):
    rng = np.random.default_rng(4)
    buses = PureInstruments().drum_kit("rock", rng).play([Hit(0.1, drum, 0.9)], 6 * SAMPLE_RATE, rng)
    assert list(buses) == [BUS_OF[drum]]
    (sound,) = buses.values()
    assert sound.shape == (2, 6 * SAMPLE_RATE)
    assert sound.dtype == np.float32
    assert 0.01 < np.abs(sound).max() <= PEAK
    assert np.abs(sound[:, : round(0.09 * SAMPLE_RATE)]).max() == 0.0
    assert np.abs(sound[:, 5 * SAMPLE_RATE :]).max() < 1e-5


def test_a_kit_gives_the_same_bytes_from_the_same_generator():
    hits = [Hit(0.1 * number, drum, 0.3 + 0.04 * number) for number, drum in enumerate(DRUMS)]
    played = []
    for _ in range(2):
        rng = np.random.default_rng(9)
        played.append(PureInstruments().drum_kit("house", rng).play(hits, 3 * SAMPLE_RATE, rng))
    assert set(played[0]) == set(BUSES)
    assert all(played[0][bus].tobytes() == played[1][bus].tobytes() for bus in BUSES)
    assert np.abs(sum(played[0].values())).max() <= PEAK
