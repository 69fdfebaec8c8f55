"""REPET-SIM: similar frames are peaks of likeness a distance apart, and their median leaves what is heard once."""

import numpy as np
import pytest

from models.repet_sim import RepetSimSettings, repeating_model, similar_frames, similarity_matrix, voice_mask

ALIKE = RepetSimSettings(least_similarity=0.9, distance_seconds=0.5, voice_lowest_hz=0.0)


def test_likeness_is_the_cosine_between_frames_and_silence_is_like_none_but_itself():
    magnitude = np.random.default_rng(0).uniform(size=(2, 5, 6)).astype(np.float32)
    magnitude[..., 3] = 0.0
    likeness = similarity_matrix(magnitude)
    first, second = magnitude[..., 1].ravel(), magnitude[..., 4].ravel()
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    np.testing.assert_allclose(likeness[1, 4], cosine, rtol=1e-6)
    assert likeness[3].tolist() == [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    assert (np.diag(likeness) == 1.0).all()


def test_similar_frames_are_peaks_at_least_the_distance_apart_best_first():
    likeness = np.zeros((1, 200))
    likeness[0, [10, 20, 60, 100, 150]] = [0.9, 1.0, 0.3, 0.8, 0.1]
    settings = RepetSimSettings(distance_seconds=0.5, least_similarity=0.2, most_frames=2)
    assert settings.frames(0.5) == 22
    assert similar_frames(likeness, settings)[0].tolist() == [20, 100]


def test_two_peaks_are_farther_apart_than_the_distance_and_frames_that_sound_equal_keep_it_too():
    likeness = np.zeros((3, 200))
    likeness[0, [50, 71]] = [0.8, 0.9]
    likeness[1, [50, 73]] = [0.8, 0.9]
    likeness[2, 30:120] = 1.0
    settings = RepetSimSettings(distance_seconds=0.5, least_similarity=0.2)
    assert [frames.tolist() for frames in similar_frames(likeness, settings)] == [[71], [73, 50], [30, 53, 76, 99]]


@pytest.mark.filterwarnings("error")
def test_a_frame_is_similar_to_itself_even_where_nothing_less_than_equal_counts_and_in_silence():
    magnitude = np.random.default_rng(2).uniform(size=(2, 40, 300)).astype(np.float32)
    magnitude[..., 100:110] = 0.0
    settings = RepetSimSettings(least_similarity=1.0)
    np.testing.assert_array_equal(repeating_model(magnitude, settings), magnitude)
    assert not voice_mask(magnitude, settings).any()


def test_repetition_without_a_period_is_found():
    rng = np.random.default_rng(1)
    chord, rest = rng.uniform(size=(2, 2, 40, 30)).astype(np.float32)
    order = [chord, rest, chord, rest[..., :23], chord, rest, chord, chord, rest]
    magnitude = np.concatenate(order, axis=-1)
    sung = magnitude.copy()
    sung[:, 5, 70] += 0.5
    assert voice_mask(magnitude, ALIKE).max() < 1e-6
    np.testing.assert_allclose(voice_mask(sung, ALIKE) * sung, sung - magnitude, atol=1e-6)


def test_a_song_in_which_nothing_is_alike_is_its_own_model():
    magnitude = np.eye(50, dtype=np.float32)[None].repeat(2, axis=0)
    np.testing.assert_array_equal(repeating_model(magnitude, RepetSimSettings(least_similarity=0.5)), magnitude)
