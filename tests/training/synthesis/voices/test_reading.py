"""Syllables on notes."""

from dataclasses import replace

import numpy as np
import pytest

from training.synthesis.scores import Note
from training.synthesis.voices.bands import FRAME_SECONDS, seconds_to_frames
from training.synthesis.voices.delivery import draw_delivery
from training.synthesis.voices.phrases import SpokenPhrase, Syllable
from training.synthesis.voices.reading import held, read_phrase

SYLLABLES = tuple(Syllable(start, start + 15, start + 25, start + 40, start + 50) for start in range(0, 200, 50))
DELIVERY = replace(
    draw_delivery("plain", np.random.default_rng(0)), melisma_share=0.0, consonant_length=1.0, speech_rhythm=0.0
)


@pytest.fixture
def phrase():
    frames = 200
    return SpokenPhrase(
        "nobody", np.zeros((frames, 80), np.float32), np.zeros((frames, 10), np.float32), np.ones(frames), SYLLABLES
    )


def notes(*starts, seconds=0.98):
    return [Note(start, start + seconds, 60.0) for start in starts]


def test_vowels_begin_with_their_notes(phrase, rng):
    reading = read_phrase(notes(2.0, 3.0, 4.0), phrase, DELIVERY, rng)
    for start, onset in zip((2.0, 3.0, 4.0), reading.onsets, strict=True):
        assert reading.start_seconds + onset * FRAME_SECONDS == pytest.approx(start, abs=FRAME_SECONDS)
        assert reading.vowel[onset]
        assert not reading.vowel[onset - 1]


def test_consonants_have_the_length_that_they_have_in_speech(phrase, rng):
    reading = read_phrase(notes(2.0, 3.0, 4.0), phrase, DELIVERY, rng)
    assert reading.onsets[0] == 15
    steps = np.diff(reading.positions[reading.onsets[1] - 15 : reading.onsets[1]])
    np.testing.assert_allclose(steps, 1.0)


def test_consonants_leave_room_for_the_vowels_of_fast_notes(phrase, rng):
    reading = read_phrase(notes(*np.arange(2.0, 3.0, 0.1), seconds=0.1), phrase, DELIVERY, rng)
    assert reading.vowel.mean() > 0.3
    assert (np.diff(reading.onsets) > 0).all()


def test_a_held_vowel_stays_in_its_vowel_and_never_repeats_itself(rng):
    places = held(SYLLABLES[0], 700, 0.0, rng)
    assert places.min() >= 15
    assert places.max() < 40
    middle = places[100:600] - places[100:600].mean()
    echo = np.correlate(middle, middle, mode="full")[len(middle) :] / np.sum(middle**2)
    assert middle.std() > 0.5
    assert echo[40:].max() < 0.8


def test_a_vowel_shorter_than_spoken_is_read_faster(rng):
    places = held(SYLLABLES[0], 12, 0.0, rng)
    assert (places[0], places[-1]) == (15.0, 39.0)


def test_a_melisma_goes_on_with_the_vowel(phrase, rng):
    reading = read_phrase(notes(2.0, 3.0, 4.0), phrase, replace(DELIVERY, melisma_share=1.0), rng)
    assert reading.vowel[reading.onsets[0] : reading.onsets[2]].all()


def test_syllables_follow_one_another_as_in_speech(phrase, rng):
    reading = read_phrase(notes(2.0, 3.0, 4.0), phrase, DELIVERY, rng)
    spoken = [int(reading.positions[onset]) // 50 for onset in reading.onsets]
    assert np.diff(spoken).tolist() in ([1, 1], [-3, 1], [1, -3])


def test_there_is_silence_between_notes_far_apart(phrase, rng):
    reading = read_phrase(notes(2.0, 4.0), phrase, DELIVERY, rng)
    silent = ~reading.sounding
    assert silent.sum() * FRAME_SECONDS == pytest.approx(1.0 - 0.087, abs=0.05)


def test_rap_stretches_no_syllable_beyond_speech(phrase, rng):
    reading = read_phrase(notes(2.0, 5.0), phrase, replace(DELIVERY, speech_rhythm=1.0), rng)
    assert reading.sounding[: seconds_to_frames(3.0) - 15].sum() < 15 + 1.8 * 35 + 3
