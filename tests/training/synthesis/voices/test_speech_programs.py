"""Programs that speak, and what is said where they are missing."""

import shutil

import numpy as np
import pytest
import soundfile

from training.synthesis.voices.speakers import SPEAKERS, speakers_of
from training.synthesis.voices.speech_programs import FESTIVAL_VOICES, MissingProgramsError, require_programs, speak

FREE = speakers_of(["free"])


def test_missing_programs_are_named_with_their_debian_packages(tmp_path):
    with pytest.raises(MissingProgramsError) as caught:
        require_programs(FREE, find_program=lambda name: None, festival_voices=tmp_path)
    message = str(caught.value)
    assert "Not found: festival, flite, cmu_us_slt_arctic_hts, kal_diphone" in message
    assert "apt-get install -y --no-install-recommends festival flite festvox-us-slt-hts festvox-kallpc16k" in message


def test_a_program_without_its_voices_is_not_enough(tmp_path):
    (tmp_path / "english/kal_diphone").mkdir(parents=True)
    with pytest.raises(MissingProgramsError, match="Not found: cmu_us_slt_arctic_hts, ked_diphone, msu_ru_nsh_clunits"):
        require_programs(FREE, find_program=lambda name: f"/usr/bin/{name}", festival_voices=tmp_path)


def test_voices_without_programs_of_their_own_need_no_more(tmp_path):
    flite, asked = [speaker for speaker in FREE if speaker.engine == "flite"], []

    def find_program(name):
        asked.append(name)
        return f"/usr/bin/{name}"

    require_programs(flite, find_program=find_program, festival_voices=tmp_path)
    assert set(asked) == {"flite"}


@pytest.mark.parametrize("engine", ["flite", "festival", "espeak-ng"])
def test_a_voice_says_each_text_into_a_file(engine, tmp_path):
    if shutil.which(engine) is None:
        pytest.skip(f"the Debian package {engine} is not installed")
    installed = {folder.name for folder in FESTIVAL_VOICES.glob("*/*")}
    speaker = next((one for one in SPEAKERS if one.engine == engine and one.name in installed | {"slt", "m1"}), None)
    if speaker is None:
        pytest.skip("no voice of festival is installed")
    texts = ["love and fire", "river of light"]
    wavs = speak(speaker, speaker.languages[0], texts, tmp_path, np.random.default_rng(0))
    assert len(wavs) == 2
    for wav in wavs:
        sound, rate = soundfile.read(wav)
        assert 0.4 * rate < len(sound) < 6 * rate
        assert np.abs(sound).max() > 0.05


def test_nothing_to_say_gives_no_file(tmp_path):
    assert speak(FREE[0], "en", [], tmp_path, np.random.default_rng(0)) == []
