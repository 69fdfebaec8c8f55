"""Songs to train with, from a folder on disk to seeded random chunks.

- `tracks`: what a track and a dataset are; `layouts`, `musdb_objects`: who finds them on disk.
- `opening`: a folder to a `Dataset`, in one call; `validation`: the validation songs of the field.
- `headers`, `reading`: lengths and samples, without decoding whole files; `cache`: what makes that possible for
  containers and other sample rates.
- `activity`: where each stem sounds; `plans`, `chunks`: which chunk comes when, and its samples.
- `checks`, `findings`, `songs`: what is wrong with a dataset.
"""

from training.datasets.chunks import ChunkDataset, ChunkSampler
from training.datasets.errors import DatasetError
from training.datasets.opening import open_dataset
from training.datasets.plans import AlignedPlan, ChunkSettings, MixedPlan, Place
from training.datasets.tracks import Dataset, StemFile, Track

__all__ = [
    "AlignedPlan",
    "ChunkDataset",
    "ChunkSampler",
    "ChunkSettings",
    "Dataset",
    "DatasetError",
    "MixedPlan",
    "Place",
    "StemFile",
    "Track",
    "open_dataset",
]
