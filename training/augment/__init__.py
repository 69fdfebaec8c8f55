"""Augmentations: pure, seeded, batched changes of stems, with the published ranges as defaults."""
