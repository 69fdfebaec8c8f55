"""Scores that tests of comparisons share."""

import pytest

from audio import STEMS


@pytest.fixture
def songs():
    """Return a function: scores of the songs number first to last, one dB apart from song to song and stem to stem."""

    def make(first, last, shift=0.0):
        return {
            f"Song {index:02}": {stem: index + order + shift for order, stem in enumerate(STEMS)}
            for index in range(first, last + 1)
        }

    return make
