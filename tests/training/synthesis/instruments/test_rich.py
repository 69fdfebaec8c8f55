"""The rich set: what it needs, what it says where that is missing, and what it plays where it is there."""

import re
from pathlib import Path

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.instruments.listening import cents_off, needs_packages, roughness
from training.synthesis.instruments import RichInstruments, packages
from training.synthesis.instruments.drums.one_shots import textures
from training.synthesis.instruments.drums.soundfont_drums import KEYS, random_soundfont_kit
from training.synthesis.instruments.fluidsynth import Key, presets, render
from training.synthesis.instruments.interfaces import JUDGEMENTS
from training.synthesis.instruments.levels import PEAK
from training.synthesis.instruments.packages import MissingSoundsError, require_packages
from training.synthesis.instruments.rich import OWN_SHARE, needed_files
from training.synthesis.instruments.soundfonts import (
    PROGRAMMES,
    SOUNDFONTS,
    SoundfontInstrument,
    random_soundfont_instrument,
)
from training.synthesis.scores import DRUMS, ROLES, Hit, Note

PACKAGES = (Path(__file__).parents[4] / "training" / "synthesis" / "debian-packages.txt").read_text()
TUNED = [
    role for role in ROLES if role not in ("effects", "mallet")
]  # bells have no harmonics: see the test of mallets


def note_of(role):
    return Note(0.1, 1.6, 38.0 if role == "bass" else 62.0)


def test_every_role_has_programmes_and_a_share_of_our_own():
    assert set(PROGRAMMES) == set(OWN_SHARE) == set(ROLES)
    assert set(KEYS) == set(DRUMS)
    assert all(0 <= number < 128 for numbers in PROGRAMMES.values() for number in numbers)


def test_free_sources_play_every_role():
    free = [font for font in SOUNDFONTS if font.judgement == "free"]
    assert all(any(set(PROGRAMMES[role]) - font.left_out for font in free) for role in ROLES)


def test_every_package_is_in_the_list_that_the_message_names():
    for package in {package for _, package in needed_files(JUDGEMENTS)} | {packages.FLUIDSYNTH_PACKAGE}:
        assert f"\n{package} " in PACKAGES


def test_missing_packages_are_named_together_with_the_next_step(monkeypatch, tmp_path):
    monkeypatch.setattr(packages, "fluidsynth_is_there", lambda: False)
    wanted = [(tmp_path, "present"), (tmp_path / "a", "hydrogen-data"), (tmp_path / "b", "hydrogen-data")]
    with pytest.raises(MissingSoundsError) as caught:
        require_packages(wanted)
    message = str(caught.value)
    assert "Missing: hydrogen-data libfluidsynth3." in message
    assert "apt-get install -y --no-install-recommends hydrogen-data libfluidsynth3" in message
    assert "pure set" in message


def test_free_sounds_ask_for_fewer_packages():
    free = {package for _, package in needed_files(("free",))}
    assert "timgm6mb-soundfont" not in free
    assert "fluid-soundfont-gm" in free


@pytest.mark.parametrize(
    ("judgements", "words"), [(("copyleft",), "must hold 'free'"), (("free", "stolen"), "Unknown: stolen")]
)
def test_judgements_that_cannot_be_played_are_refused(judgements, words):
    with pytest.raises(ValueError, match=words):
        RichInstruments.open(judgements)


@needs_packages
@pytest.mark.parametrize("role", ROLES)
def test_a_line_of_the_rich_set_is_stereo_finite_below_its_peak_reproducible_and_ends(role):
    sounds = RichInstruments.open()
    for seed in range(2):
        lines = []
        for _ in range(2):
            rng = np.random.default_rng(seed)
            instrument = sounds.instrument(role, rng)
            lines.append(instrument.play([note_of(role), Note(0.5, 0.9, 50.0, 0.4)], 5 * SAMPLE_RATE, rng))
        line = lines[0]
        assert instrument.sources
        assert line.shape == (2, 5 * SAMPLE_RATE)
        assert line.dtype == np.float32
        assert np.isfinite(line).all()
        assert 0.01 < np.abs(line).max() <= PEAK
        assert np.abs(line[:, 4 * SAMPLE_RATE :]).max() < 1e-4
        assert line.tobytes() == lines[1].tobytes()


@needs_packages
@pytest.mark.parametrize("role", TUNED)
def test_a_note_of_a_soundfont_is_in_tune_within_30_cents_and_ends_without_a_click(role):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        note = note_of(role)
        line = random_soundfont_instrument(role, JUDGEMENTS, rng).play([note], 3 * SAMPLE_RATE, rng)
        mono = line.sum(axis=0)
        assert abs(cents_off(mono[round(0.2 * SAMPLE_RATE) : round(1.5 * SAMPLE_RATE)], note.pitch)) < 30.0
        assert roughness(line[:, round(1.58 * SAMPLE_RATE) :]) <= 1.5 * roughness(line[:, : round(1.58 * SAMPLE_RATE)])


@needs_packages
@pytest.mark.parametrize("programme", [8, 10, 11, 12, 13])
def test_mallets_of_a_soundfont_sound_the_pitch_that_was_asked_for(programme):
    preset = next(one for one in presets(SOUNDFONTS[0].path) if (one.bank, one.programme) == (0, programme))
    (sound,) = render(preset, [Key(62.0, 0.8, SAMPLE_RATE)])
    assert abs(cents_off(sound.sum(axis=0)[4000:], 62.0)) < 30.0


@needs_packages
def test_presets_that_sway_below_hearing_are_made_still():
    preset = next(one for one in presets(SOUNDFONTS[0].path) if (one.bank, one.programme) == (0, 63))
    line = SoundfontInstrument(preset, ()).play([note_of("brass")], 3 * SAMPLE_RATE, np.random.default_rng(0))
    power = np.abs(np.fft.rfft(line.mean(axis=0))) ** 2
    assert power[: 3 * 15].sum() < 0.03 * power.sum()


@needs_packages
def test_nobody_sings_in_what_belongs_to_the_instruments():
    played = {number for numbers in PROGRAMMES.values() for number in numbers}
    names = [one.name for font in SOUNDFONTS for one in presets(font.path) if one.bank == 0 and one.programme in played]
    names += [path.stem for path in textures()]
    assert len(names) > 350
    assert not [name for name in names if re.search(r"choir|chorus aah|voice|vox|aah|ooh|robot", name, re.IGNORECASE)]


@needs_packages
def test_a_pitch_between_two_keys_is_played_between_them():
    preset = next(one for one in presets(SOUNDFONTS[0].path) if (one.bank, one.programme) == (0, 73))
    (sound,) = render(preset, [Key(69.4, 0.8, SAMPLE_RATE)])
    assert abs(cents_off(sound[0, 8000:], 69.4)) < 15.0


@needs_packages
def test_a_preset_that_a_font_has_not_is_refused():
    preset = presets(SOUNDFONTS[0].path)[0]
    with pytest.raises(KeyError, match="bank 99"):
        render(type(preset)(preset.font, 99, 3, "none"), [])


@needs_packages
def test_free_instruments_name_free_sources_only():
    sounds = RichInstruments.open(("free",))
    for seed in range(12):
        rng = np.random.default_rng(seed)
        player = sounds.drum_kit("rock", rng) if seed % 2 else sounds.instrument(ROLES[seed % len(ROLES)], rng)
        assert {source.judgement for source in player.sources} == {"free"}


@needs_packages
@pytest.mark.parametrize("seed", range(2))
def test_kits_of_soundfonts_play_every_drum(seed):
    hits = [Hit(0.1 * number, drum, 0.9) for number, drum in enumerate(DRUMS)]
    played = []
    for _ in range(2):
        rng = np.random.default_rng(seed)
        played.append(random_soundfont_kit(JUDGEMENTS, rng).play(hits, 4 * SAMPLE_RATE, rng))
    assert 0.05 < np.abs(sum(played[0].values())).max() <= PEAK
    assert all(played[0][bus].tobytes() == played[1][bus].tobytes() for bus in played[0])
