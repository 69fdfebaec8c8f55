import subprocess
import sys

import numpy as np
import pytest
import soundfile

from audio import MIXTURE, SAMPLE_RATE, STEMS
from audio.sample_tracks import find_packaged_song, read_stem_container, write_sample_tracks, write_tiled_track


@pytest.fixture(scope="module")
def tracks(tmp_path_factory):
    return write_sample_tracks(tmp_path_factory.mktemp("data"))


def test_each_track_has_a_mixture_and_four_stems_as_the_challenge_has_them(tracks):
    assert len(tracks) == 3
    for track in tracks:
        infos = [soundfile.info(track / f"{name}.wav") for name in (MIXTURE, *STEMS)]
        assert {(info.samplerate, info.channels, info.subtype) for info in infos} == {(SAMPLE_RATE, 2, "PCM_16")}
        assert len({info.frames for info in infos}) == 1
        assert infos[0].duration > 5


def test_made_up_songs_are_the_sum_of_their_stems(tracks):
    for track in tracks[1:]:
        mixture, *stems = (soundfile.read(track / f"{name}.wav")[0] for name in (MIXTURE, *STEMS))
        assert np.abs(mixture - sum(stems)).max() <= 3 * 2**-15


def test_one_made_up_song_has_a_silent_stem(tracks):
    silent = [stem for track in tracks[1:] for stem in STEMS if not soundfile.read(track / f"{stem}.wav")[0].any()]
    assert len(silent) == 1


def test_the_streams_of_the_packaged_song_have_the_right_names():
    sounds = read_stem_container(find_packaged_song())
    assert set(sounds) == {MIXTURE, *STEMS}
    spectra = {stem: np.abs(np.fft.rfft(sounds[stem].samples.mean(0))) for stem in STEMS}
    low = round(120 * sounds["bass"].duration_seconds)

    def share_below_120_hz(stem):
        return (spectra[stem][:low] ** 2).sum() / (spectra[stem] ** 2).sum()

    # The kick is lowest, then the bass; the voice holds next to nothing down there.
    assert sorted(STEMS, key=share_below_120_hz) == ["vocals", "other", "bass", "drums"]


def test_a_tiled_track_repeats_the_track_to_the_sample(tracks, tmp_path):
    source, _ = soundfile.read(tracks[0] / "vocals.wav")
    tiled = write_tiled_track(tracks[0], 15.0, tmp_path / "long")
    vocals, _ = soundfile.read(tiled / "vocals.wav")
    assert len(vocals) == 15 * SAMPLE_RATE
    assert np.array_equal(vocals[len(source) : 2 * len(source)], source)
    assert sorted(file.name for file in tiled.iterdir()) == sorted(f"{name}.wav" for name in (MIXTURE, *STEMS))


def test_finding_the_song_does_not_import_stempeg():
    code = "import sys; from audio import sample_tracks as s; s.find_packaged_song(); print('stempeg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
