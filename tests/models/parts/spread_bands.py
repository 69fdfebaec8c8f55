"""The plain way from bands to bins, which the faster ones are compared with."""

import torch


def spread(bands, values):
    """Give each bin the value of its band, and those above the last band its value: axis -2."""
    groups = values.split([number for number, _ in bands.layout], dim=-2)
    parts = [group.repeat_interleave(width, -2) for group, (_, width) in zip(groups, bands.layout, strict=True)]
    rest = values[..., -1:, :].expand(*values.shape[:-2], bands.bins - bands.covered, values.shape[-1])
    return torch.cat([*parts, rest], dim=-2)
