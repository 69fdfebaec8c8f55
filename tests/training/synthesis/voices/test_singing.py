"""What singers do with lines, measured on the sound."""

import numpy as np
import pytest

from training.synthesis.scores import SINGING_STYLES, Note, VocalLine
from training.synthesis.voices.formant_singer import PureSingers
from training.synthesis.voices.pitch import midi_to_hz
from training.synthesis.voices.singing import MOST_WORDS, SeveralSets, VoiceSinger

SAMPLE_RATE = 44_100
SAMPLES = 4 * SAMPLE_RATE
PITCHED = [style for style in SINGING_STYLES if style not in ("rap", "shouted")]


def held(sound, number):
    """The middle of the given note of `long_notes`."""
    return sound[int((1.0 + 1.5 * number) * SAMPLE_RATE) : int((1.9 + 1.5 * number) * SAMPLE_RATE)]


def middles(singer, line, seeds):
    return [held(singer.sing(line, SAMPLES, np.random.default_rng(seed)), 0) for seed in seeds]


@pytest.mark.parametrize("style", PITCHED)
def test_held_notes_have_their_pitch_within_20_cents(style, singer, long_notes, measures):
    off = []
    for seed in range(3):
        sound = singer.sing(long_notes(style), SAMPLES, np.random.default_rng(seed))
        off += [measures.off_cents(held(sound, number), midi_to_hz(pitch)) for number, pitch in enumerate((57, 61))]
    assert np.median(np.abs(off)) <= 20


@pytest.mark.parametrize("style", SINGING_STYLES)
def test_sound_has_the_length_and_is_silent_outside_the_phrases(style, singer, two_phrases, rng, measures):
    sound = singer.sing(two_phrases(style), 9 * SAMPLE_RATE, rng)
    assert sound.shape == (9 * SAMPLE_RATE,)
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    # Consonants and a breath come before; consonants, and the sound in the throat, go on behind.
    for start, stop in ((0.0, 0.2), (3.4, 4.2), (7.4, 9.0)):
        assert measures.rms(sound[int(start * SAMPLE_RATE) : int(stop * SAMPLE_RATE)]) < 1e-5
    assert measures.rms(sound[int(1.1 * SAMPLE_RATE) : int(2.9 * SAMPLE_RATE)]) > 0.02


def test_a_line_longer_than_the_song_is_cut_and_one_without_notes_is_silent(singer, long_notes, rng):
    assert singer.sing(long_notes(), 30_000, rng).shape == (30_000,)
    assert not singer.sing(VocalLine("lead", "plain", ((),)), 1000, rng).any()


def test_a_line_that_starts_at_once_loses_only_its_first_consonant(singer, rng, measures):
    sound = singer.sing(VocalLine("lead", "plain", ((Note(0.0, 1.0, 57.0),),)), SAMPLE_RATE, rng)
    assert measures.rms(sound[4000:12_000]) > 0.02


@pytest.mark.parametrize("seed", range(16))
def test_whatever_is_written_can_be_sung(seed, singer):
    rng = np.random.default_rng(seed)
    phrases, seconds = [], -0.5
    for _ in range(3):
        notes = []
        for length in rng.choice((0.0, 0.001, 0.02, 0.1, 0.5, 2.0), rng.integers(0, 5)):
            end = seconds + length * rng.choice((0.0, 0.5, 1.0, 2.0))
            notes.append(Note(seconds, end, rng.uniform(20.0, 100.0), rng.uniform(0.0, 1.0)))
            seconds += length
        phrases.append(tuple(notes))
    line = VocalLine("lead", SINGING_STYLES[seed % len(SINGING_STYLES)], tuple(phrases))
    sound = singer.sing(line, 2 * SAMPLE_RATE, rng)
    assert sound.shape == (2 * SAMPLE_RATE,)
    assert np.abs(sound).max() < 5.0


def test_the_seed_decides_everything(two_phrases):
    def sung(seed):
        rng = np.random.default_rng(seed)
        return PureSingers().singer(rng).sing(two_phrases(), 3 * SAMPLE_RATE, rng)

    np.testing.assert_array_equal(sung(4), sung(4))
    assert not np.array_equal(sung(4), sung(5))


def test_effort_makes_the_spectrum_flatter(singer, long_notes, measures):
    def tilt_db(style, velocity=0.8):
        line = long_notes(style, velocity=velocity)
        low, high = np.mean(
            [measures.density(one, (150, 1000, 4000))[[0, -1]] for one in middles(singer, line, range(4))], 0
        )
        return high - low

    assert tilt_db("shouted") > tilt_db("plain") + 3.0
    assert tilt_db("belted") > tilt_db("plain") + 3.0
    assert tilt_db("falsetto") < tilt_db("plain") - 5.0
    assert tilt_db("plain", 1.0) > tilt_db("plain", 0.3)


def test_breathy_and_shouted_voices_are_noisier_than_tuned_ones(singer, long_notes, measures):
    def noisiness_db(style):
        line = long_notes(style)
        return np.mean([measures.noisiness_db(one, float(midi_to_hz(57.0))) for one in middles(singer, line, range(6))])

    assert noisiness_db("breathy") > noisiness_db("tuned") + 8.0
    assert noisiness_db("shouted") > noisiness_db("tuned") + 8.0


def test_loud_notes_are_louder(singer, long_notes, measures):
    levels = [
        np.mean([measures.rms(one) for one in middles(singer, long_notes(velocity=velocity), range(4))])
        for velocity in (0.3, 0.7, 1.0)
    ]
    assert levels == sorted(levels)
    assert levels[2] > 1.5 * levels[0]


def test_singers_of_several_sets_come_as_often_as_their_weights_say(singer, rng):
    class Only:
        def singer(self, rng):
            return singer

    both = SeveralSets((PureSingers(), Only()), (1.0, 3.0))
    share = np.mean([both.singer(rng) is singer for _ in range(400)])
    assert share == pytest.approx(0.75, abs=0.08)


def test_backing_voices_often_sing_one_vowel(singer, two_phrases):
    def colours(part, seed):
        voice = singer.perform(two_phrases("tuned", part), np.random.default_rng(seed)).phrases[0].voice
        loud = voice.bands_db.max(axis=1) > -20.0
        return voice.bands_db[loud][:, 10:40].std(axis=0).mean()

    words = [colours("lead", seed) for seed in range(12)]
    backing = [colours("choir", seed) for seed in range(12)]
    assert np.median(backing) < 0.8 * np.median(words)


def test_long_lines_repeat_some_of_their_words(singer):
    class Counting:
        asked = 0

        def phrase(self, rng):
            self.asked += 1
            return singer.source.phrase(rng)

    source = Counting()
    phrases = tuple((Note(2.0 * number, 2.0 * number + 0.3, 57.0),) for number in range(20))
    VoiceSinger("a man", 45.0, 65.0, source).perform(VocalLine("ad_lib", "plain", phrases), np.random.default_rng(0))
    assert source.asked == MOST_WORDS


def test_rap_moves_its_pitch_as_speech_does_within_the_notes(singer, two_phrases):
    def movement(style):
        moves = []
        for seed in range(4):
            performance = singer.perform(two_phrases(style), np.random.default_rng(seed))
            for phrase in performance.phrases:
                moves.append(np.abs(np.diff(12 * np.log2(phrase.voice.pitch_hz))))
        # Steps from note to note are few; the median sees what lies between them.
        return np.median(np.concatenate(moves))

    assert movement("rap") > 2.0 * movement("tuned")
