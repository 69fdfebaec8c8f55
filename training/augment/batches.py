"""What all augmentations do with a batch: check it, draw random numbers for it, keep its mixture consistent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import torch
from torch import Tensor

from audio.errors import KitError
from audio.stems import MIXTURE, Stems

Change: TypeAlias = Callable[[Tensor], Tensor]
"""Sounds, shape (sounds, channels, samples) -> as many changed ones, maybe of another length."""

_SOUNDS_AT_ONCE_ON_CPU = 2
_SOUNDS_AT_ONCE = 16


class BatchError(KitError):
    """A batch of stems is not of the kind that an augmentation works on."""


def sources_of(stems: Stems) -> Stems:
    """Check a batch and return its stems without the mixture.

    Raises:
        BatchError: There is no stem, or a shape differs or is not (batch, channels, samples).
    """
    shapes = {name: tuple(sound.shape) for name, sound in stems.items()}
    sources = {name: sound for name, sound in stems.items() if name != MIXTURE}
    if not sources or len(set(shapes.values())) != 1 or any(len(shape) != 3 for shape in shapes.values()):
        raise BatchError(
            f"A batch must hold one stem or more, all of one shape (batch, channels, samples). Got {shapes}. "
            "Check the dataset that it comes from."
        )
    return sources


def batch_shape(stems: Stems) -> tuple[int, int, int]:
    """Return the number of items, channels and samples of a checked batch."""
    items, channels, samples = next(iter(stems.values())).shape
    return items, channels, samples


def mixture_of(stems: Stems) -> Tensor:
    """Return the mixture of a batch: the one that it holds, else the sum of its stems."""
    return stems[MIXTURE] if MIXTURE in stems else total(stems)


def total(sources: Stems) -> Tensor:
    """Return the sum of stems, in their order."""
    return torch.stack(list(sources.values())).sum(dim=0)


def resummed(stems: Stems, sources: Stems, changed: Tensor) -> Stems:
    """Return changed stems, with a mixture if there was one: the new sum in changed items, as it was in the others.

    Args:
        stems: The batch as it was.
        sources: Its stems after the augmentation, of the same length.
        changed: Which items any stem of was changed in, shape (batch,), bool.
    """
    if MIXTURE not in stems:
        return sources
    mixture = stems[MIXTURE]
    where = changed.to(mixture.device).view(-1, 1, 1)
    return {**sources, MIXTURE: torch.where(where, total(sources), mixture)}


def with_items_changed(stems: Stems, kept: int, changes: Sequence[tuple[list[int], Change]]) -> Stems:
    """Change some items, all stems of an item alike, and cut every item to one length.

    Args:
        stems: The batch.
        kept: Samples of the new batch.
        changes: Numbers of items, each in one place at most, and what makes sounds of at least `kept` samples of their
            stems. A mixture is summed again in these items, and cut in the others.
    """
    sources = sources_of(stems)
    after = {name: sound[..., :kept].clone() for name, sound in stems.items()}
    for numbers, change in changes:
        sounds = torch.cat([sound[numbers] for sound in sources.values()])
        parts = changed_in_parts(sounds, change)[..., :kept].split(len(numbers))
        changed = dict(zip(sources, parts, strict=True))
        if MIXTURE in stems:
            changed[MIXTURE] = total(changed)
        for name, sound in changed.items():
            after[name][numbers] = sound
    return after


def changed_in_parts(sounds: Tensor, change: Change) -> Tensor:
    """Change sounds a few at a time, since changes that work on spectra need many times the memory of a sound.

    On a CPU few are also up to three times faster: large tensors get their memory from the system anew each time. On
    other devices many are, for each call costs as much as its work.
    """
    count = _SOUNDS_AT_ONCE_ON_CPU if sounds.device.type == "cpu" else _SOUNDS_AT_ONCE
    return torch.cat([change(part) for part in sounds.split(count)])


def items_by_draw(draws: Sequence[float], neutral: float) -> Iterator[tuple[float, list[int]]]:
    """Yield each value that items drew, with their numbers; not the one that leaves them as they are."""
    for value in dict.fromkeys(draws):
        if value != neutral:
            yield value, [item for item, drawn in enumerate(draws) if drawn == value]


def coins(shape: Sequence[int], probability: float, generator: torch.Generator) -> Tensor:
    """Return bool, true with a probability, on the CPU."""
    return torch.rand(tuple(shape), generator=generator) < probability


def uniform(shape: Sequence[int], low: float, high: float, generator: torch.Generator) -> Tensor:
    """Return float32 between two ends, all equally likely, on the CPU."""
    return low + (high - low) * torch.rand(tuple(shape), generator=generator)


def choices(count: int, options: Sequence[float], generator: torch.Generator) -> list[float]:
    """Return so many of some options, each drawn anew with equal odds."""
    return [options[index] for index in torch.randint(len(options), (count,), generator=generator).tolist()]
