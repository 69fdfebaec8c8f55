"""The table of voices agrees with the document that judges them, and with the texts."""

from pathlib import Path

import numpy as np
import pytest

from training.synthesis.voices.speakers import SPEAKERS, speakers_of
from training.synthesis.voices.texts import SUNG_SYLLABLES, WORDS, draw_text

ROOT = Path(__file__).parents[4]


def table_rows():
    document = (ROOT / "docs/sound_sources.md").read_text(encoding="utf-8")
    voices = document.partition("## Voices")[2].partition("\n## ")[0]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in voices.splitlines()]
    return {row[0]: row for row in rows if len(row) > 8}


@pytest.mark.parametrize("speaker", [one for one in SPEAKERS if one.engine != "espeak-ng"], ids=lambda one: one.label)
def test_a_voice_is_judged_as_in_the_document(speaker):
    row = table_rows()[speaker.name]
    assert (row[1], row[-1]) == (speaker.package, speaker.judgement)


def test_all_packages_are_in_the_list():
    listed = (ROOT / "training/synthesis/debian-packages.txt").read_text(encoding="utf-8")
    names = {line.split("#")[0].strip() for line in listed.splitlines()}
    assert {speaker.package for speaker in SPEAKERS} <= names


def test_labels_are_unique_and_every_language_has_words():
    assert len({speaker.label for speaker in SPEAKERS}) == len(SPEAKERS)
    assert {language for speaker in SPEAKERS for language in speaker.languages} <= set(WORDS)


def test_free_voices_can_be_had_alone():
    free = speakers_of(["free"])
    assert len(free) == 8
    assert {speaker.judgement for speaker in free} == {"free"}
    with pytest.raises(ValueError, match=r"Judgements must be among free, credit, copyleft\. Got 'stolen'\."):
        speakers_of(["stolen"])


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_text_is_a_few_words_of_its_language(language):
    texts = [draw_text(language, np.random.default_rng(seed)) for seed in range(10)]
    assert len(set(texts)) == 10
    for text in texts:
        words = text.split()
        assert 5 <= len(words) <= 9
        assert set(words) <= set(WORDS[language]) | set(SUNG_SYLLABLES)


@pytest.mark.parametrize("speaker", [one for one in SPEAKERS if one.engine == "festival"], ids=lambda one: one.label)
def test_words_can_be_written_in_the_charset_of_festivals_voice(speaker):
    for language in speaker.languages:
        words = " ".join(WORDS[language])
        assert words.encode(speaker.encoding).decode(speaker.encoding) == words
