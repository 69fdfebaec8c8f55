"""Datasets of songs as they lie on disk: found, told apart, opened by their headers.

- `tracks`: what a track and a dataset are; `layouts`, `musdb_objects`: who finds them on disk.
- `opening`: a folder to a `Dataset`, in one call; `validation`: the validation songs of the field.
- `headers`, `decoding`: the length of a stem without decoding it, and the whole of it; `wav_copies`: as WAV files.
"""

from audio.datasets.errors import DatasetError
from audio.datasets.opening import open_dataset
from audio.datasets.tracks import Dataset, StemFile, Track

__all__ = ["Dataset", "DatasetError", "StemFile", "Track", "open_dataset"]
