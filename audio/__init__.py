"""Audio in and out, the bottom of the project: everything above imports it, it imports nothing of ours.

- `stems`: the names of the stems and the sample rate.
- `reading`, `decoding`: any file to finite stereo float32.
- `codecs`: MP3 and AAC in memory.
- `resampling`: another rate, an exact length.
- `sources`, `riff`: songs read piece by piece; WAV files that were cut off.
- `writing`, `atomic`: whole files or none.
- `datasets`: songs as the datasets of the field hold them on disk.
- `sample_tracks`, `made_up_songs`, `made_up_instruments`: songs to try everything on.
"""

from audio.errors import AudioError, KitError
from audio.reading import Audio, as_stereo, read_audio
from audio.resampling import fit_length, resample
from audio.stems import MIXTURE, SAMPLE_RATE, STEMS, Stems
from audio.writing import ENCODINGS, write_audio

__all__ = [
    "ENCODINGS",
    "MIXTURE",
    "SAMPLE_RATE",
    "STEMS",
    "Audio",
    "AudioError",
    "KitError",
    "Stems",
    "as_stereo",
    "fit_length",
    "read_audio",
    "resample",
    "write_audio",
]
