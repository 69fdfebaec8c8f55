"""The bundles: pure sounds need nothing; rich ones say what is missing."""

import numpy as np
import pytest

from audio.errors import KitError
from audio.stems import STEMS
from training.synthesis.mixing.treatment import LEANS
from training.synthesis.songs import SongSettings, make_song
from training.synthesis.sounds import pure_sounds, rich_name, rich_sounds


def test_pure_sounds_make_a_song_whose_bytes_depend_on_the_seed_alone():
    settings = SongSettings(seconds=2.0, silent_share=0.0)
    first = make_song(12, settings, pure_sounds())
    sounds = pure_sounds()
    make_song(13, settings, sounds)
    again = make_song(12, settings, sounds)
    for stem in STEMS:
        assert first.stems[stem].tobytes() == again.stems[stem].tobytes()
    assert first.facts["judgement"] == "free"
    assert any(first.stems[stem].any() for stem in STEMS)
    assert np.isfinite(sum(first.stems.values())).all()


def test_rich_sounds_without_voices_say_how_to_get_them(tmp_path):
    with pytest.raises(KitError, match="voices"):
        rich_sounds(tmp_path)


def test_songs_for_publishing_are_told_apart():
    assert rich_name(("free", "credit", "copyleft")) == "rich"
    assert rich_name(("free", "credit")) == "rich (credit, free)"


def test_all_genres_of_the_composer_lean_somewhere():
    from training.synthesis.composing import GENRES

    assert set(LEANS) == set(GENRES)
