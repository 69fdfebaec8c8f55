"""The page holds everything itself, with escaped facts."""

import base64
import re

import pytest

from audio.codecs import MP3, decode
from tests.training.synthesis.mixing.signals import rms_db
from tests.training.synthesis.stand_in_sounds import open_stand_ins
from training.synthesis.listening_page import write_listening_page
from training.synthesis.songs import SongSettings
from training.synthesis.writing import DatasetSettings, missing_songs, write_song


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("songs")
    settings = DatasetSettings(tmp_path, 2, song=SongSettings(2.0, 0.0, silent_share=1.0))
    for song in missing_songs(settings, "stand-ins"):
        write_song(song, settings, open_stand_ins())
    folders = sorted((tmp_path / "train").iterdir())
    facts = folders[0] / "song.json"
    facts.write_text(facts.read_text().replace("someone", "<b>someone</b> & co"))
    write_listening_page(tmp_path / "listen.html", folders)
    return (tmp_path / "listen.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_elsewhere(page):
    assert set(re.findall(r'src="(data:[a-z/]+;base64,)?', page)) == {
        "data:audio/mpeg;base64,",
        "data:image/png;base64,",
    }
    assert "http" not in page


def test_mixture_and_stems_of_every_song_can_be_heard_and_seen(page):
    assert page.count("<h2>") == 2
    assert page.count("<h3>") == 10
    assert page.count("<audio") == page.count("<img") == 10 - page.count("Silent.")
    audio = base64.b64decode(re.findall(r"data:audio/mpeg;base64,([^\"]+)", page)[0])
    assert rms_db(decode(audio, MP3)) > -60.0


def test_facts_are_escaped_and_copyleft_is_told(page):
    assert "&lt;b&gt;someone&lt;/b&gt; &amp; co" in page
    assert "<b>someone" not in page
    assert "keep this page to yourself" in page


def test_it_suits_small_screens_and_dark_ones(page):
    assert 'name="viewport" content="width=device-width' in page
    assert "prefers-color-scheme: dark" in page
