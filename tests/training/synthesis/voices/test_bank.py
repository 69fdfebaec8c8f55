"""Banks: built by parts, read back, refused when wrong. A made-up voice stands in for the speech programs."""

import shutil

import numpy as np
import pytest
from safetensors.numpy import save

from training.parts import MissingExtraError
from training.synthesis.voices.analysis import import_world
from training.synthesis.voices.bank import BankSettings, build_bank, record
from training.synthesis.voices.bank_files import BankError, BankVoice, VoiceFacts, file_facts, write_voice
from training.synthesis.voices.formant_singer import draw_throat
from training.synthesis.voices.speakers import speakers_of
from training.synthesis.voices.spoken_singers import SpokenSingers

SETTINGS = BankSettings(phrases_per_voice=2, judgements=("free",))


def stand_in(speaker, settings):
    """Phrases of a made-up throat that depends on the speaker's name; kal16 says nothing."""
    if speaker.name == "kal16":
        return []
    rng = np.random.default_rng(len(speaker.label))
    throat = draw_throat(speaker.label, 1.0, 120.0, rng)
    return [throat.phrase(rng) for _ in range(settings.phrases_per_voice)]


def test_every_voice_that_speaks_gets_a_file(tmp_path):
    messages = []
    paths = build_bank(tmp_path / "bank", SETTINGS, lambda *step: messages.append(step), stand_in)
    assert len(paths) == 7
    assert sorted(path.name for path in (tmp_path / "bank").iterdir()) == sorted(path.name for path in paths)
    assert [step[:2] for step in messages] == [(number, 8) for number in range(1, 9)]
    assert messages[0][2] == "flite-slt: 2 phrases"
    assert messages[3][2] == "flite-kal16: nothing could be analysed; left out"


def test_a_build_goes_on_where_it_was_stopped(tmp_path):
    recorded = []

    def stops(speaker, settings):
        recorded.append(speaker.name)
        if len(recorded) == 3:
            raise KeyboardInterrupt
        return stand_in(speaker, settings)

    with pytest.raises(KeyboardInterrupt):
        build_bank(tmp_path, SETTINGS, recorder=stops)
    assert len(list(tmp_path.iterdir())) == 2
    build_bank(tmp_path, SETTINGS, recorder=stops)
    assert recorded[:4] == ["slt", "rms", "awb", "awb"]
    assert len(list(tmp_path.iterdir())) == 7


def test_other_settings_and_damaged_files_are_made_anew(tmp_path):
    paths = build_bank(tmp_path, SETTINGS, recorder=stand_in)
    before = [path.read_bytes() for path in paths]
    paths[0].write_bytes(b"damaged")
    done = []
    build_bank(tmp_path, SETTINGS, lambda *step: done.append(step[2]), stand_in)
    assert [path.read_bytes() for path in paths] == before
    assert done[0] == "flite-slt: 2 phrases"
    build_bank(tmp_path, BankSettings(3, judgements=("free",)), recorder=stand_in)
    assert all(file_facts(path).mark.endswith("3 phrases, seed 0") for path in paths)


@pytest.mark.slow  # each process imports all anew
def test_several_processes_make_the_same_bank(tmp_path):
    alone = build_bank(tmp_path / "alone", SETTINGS, recorder=stand_in)
    several = BankSettings(2, judgements=("free",), jobs=2)
    together = build_bank(tmp_path / "together", several, recorder=_picklable)
    assert [path.read_bytes() for path in alone] == [path.read_bytes() for path in together]


def _picklable(speaker, settings):
    return stand_in(speaker, settings)


def test_phrases_come_back_as_they_were_but_for_float16(tmp_path, throat, rng):
    said = [throat.phrase(rng) for _ in range(3)]
    facts = VoiceFacts("a man", "free", "mark", 45.0)
    write_voice(tmp_path / "voice.safetensors", said, facts)
    assert file_facts(tmp_path / "voice.safetensors") == facts
    voice = BankVoice(tmp_path / "voice.safetensors", facts)
    read = [voice.phrase(np.random.default_rng(seed)) for seed in range(20)]
    for phrase in read:
        same = next(one for one in said if one.syllables == phrase.syllables)
        np.testing.assert_allclose(phrase.bands_db, same.bands_db, atol=0.1)
        np.testing.assert_allclose(phrase.noise, same.noise, atol=1e-3)
        np.testing.assert_allclose(phrase.pitch_hz, same.pitch_hz, rtol=1e-6)
    assert len({phrase.syllables for phrase in read}) == 3


def test_a_real_voice_is_recorded():
    if shutil.which("flite") is None:
        pytest.skip("the Debian package flite is not installed")
    try:
        import_world()
    except MissingExtraError as error:
        pytest.skip(str(error))
    phrases = record(speakers_of(["free"])[0], SETTINGS)
    assert len(phrases) == 2
    for phrase in phrases:
        assert phrase.voice == "flite-slt"
        assert len(phrase.syllables) >= 5
        assert 130.0 < np.median(phrase.pitch_hz[phrase.pitch_hz > 0]) < 220.0


def test_a_bank_has_at_least_one_phrase_and_one_job():
    with pytest.raises(BankError, match=r"at least 1 phrase for each voice and 1 job\. Got 0 phrases and 1 jobs\."):
        BankSettings(0)


def test_a_file_of_another_format_is_named(tmp_path):
    path = tmp_path / "voice.safetensors"
    path.write_bytes(save({"bands_db": np.zeros(3)}, metadata={"phrases of a voice, 0": "{}"}))
    with pytest.raises(BankError, match=r"must have the format '.*, 1'\. '.*' has 'phrases of a voice, 0'\. Remove it"):
        file_facts(path)


@pytest.mark.parametrize("content", [b"", b"no tensors here"])
def test_a_file_that_is_no_voice_is_named(content, tmp_path):
    path = tmp_path / "voice.safetensors"
    path.write_bytes(content)
    with pytest.raises(BankError, match=r"must be a safetensors file\. '.*voice\.safetensors' is not .*Remove it\."):
        file_facts(path)


def test_singers_come_from_the_bank_and_can_be_free_alone(tmp_path, two_phrases, rng):
    build_bank(tmp_path, SETTINGS, recorder=stand_in)
    bank = SpokenSingers.open(tmp_path, ["free"])
    assert {voice.facts.voice for voice in bank.voices} <= {speaker.label for speaker in speakers_of(["free"])}
    singers = [bank.singer(rng) for _ in range(20)]
    assert {singer.judgement for singer in singers} == {"free"}
    assert len({singer.formant_shift for singer in singers}) == 20
    assert all(38.0 <= singer.low_pitch < singer.high_pitch <= 84.0 for singer in singers)
    sound = singers[0].sing(two_phrases(), 4 * 44_100, np.random.default_rng(1))
    assert np.abs(sound[50_000:120_000]).mean() > 0.01


def test_high_voices_sing_as_often_as_low_ones_and_recorded_ones_more_often(tmp_path):
    facts = [("flite-a", 45.0), ("flite-b", 46.0), ("espeak-ng-c", 44.0), ("flite-d", 57.0)]
    bank = SpokenSingers(
        tuple(BankVoice(tmp_path / name, VoiceFacts(name, "free", "", pitch)) for name, pitch in facts)
    )
    shares = bank.shares()
    assert shares.sum() == pytest.approx(1.0)
    assert shares[3] == pytest.approx(0.5)
    assert shares[0] == shares[1] > 3.0 * shares[2] > 0.0


def test_a_bank_without_voices_of_a_judgement_is_refused(tmp_path):
    build_bank(tmp_path, SETTINGS, recorder=stand_in)
    with pytest.raises(BankError, match=r"must hold voices judged copyleft\. Got 7 voices, none of these.*build_bank"):
        SpokenSingers.open(tmp_path, ["copyleft"])
