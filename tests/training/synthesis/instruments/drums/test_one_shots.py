"""What a recorded drum is, told from its name, and how kits of recordings play."""

import numpy as np
import pytest
import soundfile

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.instruments.listening import needs_packages
from training.synthesis.instruments.drums import one_shots
from training.synthesis.instruments.drums.one_shots import (
    HYDROGEN,
    KITS,
    OneShot,
    RecordedDrum,
    Recording,
    drum_of,
    read_one_shot,
    retuned,
)
from training.synthesis.instruments.drums.recorded import random_recorded_kit
from training.synthesis.instruments.interfaces import JUDGEMENTS, Source
from training.synthesis.instruments.levels import PEAK
from training.synthesis.scores import DRUMS, Hit


@pytest.mark.parametrize(
    ("name", "drum"),
    [
        ("Closed HH", "closed_hat"),
        ("Hat Op Dirty", "open_hat"),
        ("Hi-Hat Semiopen (Paiste Alpha)", "open_hat"),
        ("f#3 - hi-hat closed", "closed_hat"),
        ("Pedal HH", "pedal_hat"),
        ("c3 - bass drum 1", "kick"),
        ("drum_bass_hard", "kick"),
        ("Snare Rimshot (Pearl)", "snare"),
        ("Pearl Side Stick", "rim"),
        ("Hand Clap", "clap"),
        ("Floor Tom", "low_tom"),
        ("Tom 1", "high_tom"),
        ("drum_tom_mid_soft", "mid_tom"),
        ("Ride Bell", "ride"),
        ("drum_cymbal_open", "open_hat"),
        ("drum_splash_hard", "crash"),
        ("Dununba1 Bell Mute", "cowbell"),
        ("tabla_ghe3", "conga"),
        ("Maraca", "shaker"),
        ("Snare Roll", None),
        ("Sabian Hat Choke", None),
        ("bass_dnb_f", None),
        ("17", None),
    ],
)
def test_the_drum_is_told_from_the_name(name, drum):
    assert drum_of(name) == drum


def test_the_file_tells_where_the_name_does_not():
    assert drum_of("Instrument 3", "EE_Kick_Low_1") == "kick"


def test_all_three_layouts_of_a_drumkit_are_read(tmp_path, monkeypatch):
    for stem in ("one", "two", "three"):
        soundfile.write(tmp_path / f"{stem}.wav", np.ones(100), SAMPLE_RATE)
    (tmp_path / "drumkit.xml").write_text(
        """<drumkit_info xmlns="http://example.org"><instrumentList>
        <instrument><name>Kick</name><filename>one.wav</filename></instrument>
        <instrument><name>Snare</name><layer><filename>two.wav</filename><min>0</min><max>0.5</max></layer>
        <layer><filename>three.wav</filename><min>0.5</min><max>1</max></layer></instrument>
        <instrument><name>Ride</name><instrumentComponent><layer><filename>three.wav</filename></layer>
        </instrumentComponent></instrument><instrument><name>Crash</name><filename>lost.wav</filename></instrument>
        </instrumentList></drumkit_info>"""
    )
    monkeypatch.setattr(one_shots, "HYDROGEN", tmp_path.parent)
    monkeypatch.setattr(one_shots, "SONIC_PI", tmp_path / "none")
    monkeypatch.setattr(one_shots, "KITS", {tmp_path.name: ("free", "package", "somebody")})
    found = {
        shot.drum: [(one.path.stem, one.lowest, one.highest) for one in shot.recordings]
        for shot in one_shots.one_shots.__wrapped__()
    }
    assert found == {
        "kick": [("one", 0.0, 1.0)],
        "snare": [("two", 0.0, 0.5), ("three", 0.5, 1.0)],
        "ride": [("three", 0.0, 1.0)],
    }


def test_a_file_is_read_from_where_it_sounds_at_our_rate_and_full_scale(tmp_path):
    late = np.concatenate((np.zeros(4800), 0.25 * np.ones(4800)))
    soundfile.write(tmp_path / "late.wav", late, 48_000, subtype="FLOAT")
    sound = read_one_shot(tmp_path / "late.wav")
    assert sound.shape[0] == 2
    assert sound.shape[1] == pytest.approx(0.1 * SAMPLE_RATE, abs=60)
    assert np.abs(sound).max() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="read-only"):
        sound[0, 0] = 1.0


def test_retuning_up_makes_a_sound_shorter():
    assert retuned(np.ones((2, 4410), np.float32), 2.0).shape[1] == pytest.approx(2205, abs=2)


def test_a_velocity_finds_its_recording(tmp_path):
    for stem, gain in (("soft", [1.0, 0.5]), ("hard", [1.0, -1.0])):
        soundfile.write(tmp_path / f"{stem}.wav", np.tile(gain, 100), SAMPLE_RATE, subtype="FLOAT")
    recordings = (Recording(tmp_path / "soft.wav", 0.0, 0.5), Recording(tmp_path / "hard.wav", 0.5, 1.0))
    drum = RecordedDrum(OneShot("snare", "test", recordings, Source("test", "free")))
    rng = np.random.default_rng(0)
    # Strokes are never twice the same, and these two are far apart.
    assert drum(0.2, rng)[0, 1] > 0.4
    assert drum(0.9, rng)[0, 1] < -0.7


def test_strokes_of_one_recording_differ_and_soft_ones_are_duller(tmp_path):
    noise = np.random.default_rng(1).uniform(-0.9, 0.9, 2048)
    soundfile.write(tmp_path / "only.wav", noise, SAMPLE_RATE, subtype="FLOAT")
    drum = RecordedDrum(OneShot("snare", "test", (Recording(tmp_path / "only.wav"),), Source("test", "free")))
    rng = np.random.default_rng(0)

    def highs(velocity):
        spectrum = np.abs(np.fft.rfft(drum(velocity, rng)[0])) ** 2
        return spectrum[512:].sum() / spectrum[:256].sum()

    loud = {float(highs(1.0)) for _ in range(6)}
    assert len(loud) == 6
    assert max(highs(0.2) for _ in range(6)) < 0.8 * min(loud)


@needs_packages
def test_the_installed_recordings_hold_every_drum_but_the_ghost_note():
    assert {shot.drum for shot in one_shots.one_shots()} == set(DRUMS) - {"ghost_snare"}
    assert {shot.kit for shot in one_shots.one_shots()} == {*KITS, "Sonic Pi"}


@needs_packages
def test_every_kit_that_is_installed_has_been_judged():
    assert {folder.name for folder in HYDROGEN.iterdir() if (folder / "drumkit.xml").is_file()} <= set(KITS)


@needs_packages
@pytest.mark.parametrize("seed", range(2))
def test_recorded_kits_play_every_drum_and_free_kits_only_free_ones(seed):
    hits = [Hit(0.1 * number, drum, 0.9) for number, drum in enumerate(DRUMS)]
    for judgements in (JUDGEMENTS, ("free",), ("free", "credit")):
        played = []
        for _ in range(2):
            rng = np.random.default_rng(seed)
            kit = random_recorded_kit(judgements, rng)
            assert {source.judgement for source in kit.sources} <= set(judgements)
            played.append(kit.play(hits, 4 * SAMPLE_RATE, rng))
        total = sum(played[0].values())
        assert np.isfinite(total).all()
        assert 0.05 < np.abs(total).max() <= PEAK
        assert all(played[0][bus].tobytes() == played[1][bus].tobytes() for bus in played[0])
