"""Songs to train with: from a dataset (`audio.datasets`) to seeded random chunks.

- `reading`: samples without decoding whole files; `cache`: what makes that possible for containers and other sample
  rates.
- `activity`: where each stem sounds; `plans`, `chunks`: which chunk comes when, and its samples.
- `checks`, `findings`: what is wrong with a dataset.
"""

from training.datasets.chunks import ChunkDataset, ChunkSampler
from training.datasets.plans import AlignedPlan, ChunkSettings, MixedPlan, Place

__all__ = ["AlignedPlan", "ChunkDataset", "ChunkSampler", "ChunkSettings", "MixedPlan", "Place"]
