"""Stems that can be handed in at any moment: better samples replace worse ones from left to right, in layers.

A layer is what one separator gives from some place on. It holds its last samples back, because where it stops for good
they fade into what was there before. `close` may come from another thread at any time: it waits for a second of sound
to be written at most, and from then on nothing changes any more.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Lock

import torch

from audio.stems import STEMS, Stems
from separation.deadline.stem_stores import StemStore

SEAM_SECONDS = 0.02
"""Over which a layer fades into the one below it."""
SLICE_SECONDS = 1.0
"""Of sound, written at a time."""

logger = logging.getLogger(__name__)


class OutOfTimeError(Exception):
    """The stems were handed in: whatever is still to come is dropped."""


class LiveStems:
    """The stems of one song."""

    def __init__(self, store: StemStore, sample_rate: int) -> None:
        """Take the stems.

        Args:
            store: Holds valid stems already.
            sample_rate: Of the song, in hertz.
        """
        self._store = store
        self._lock = Lock()
        self.closing = False
        """Whether nothing may be written any more; a slice that was begun still is."""
        self._closed = False
        self._slice_samples = max(1, round(SLICE_SECONDS * sample_rate))
        self.seam_samples = round(SEAM_SECONDS * sample_rate)
        self.layers: list[Layer] = []

    def layer(self, rung: int, start: int) -> Layer:
        """Begin a layer.

        Args:
            rung: How good it is: the higher, the better.
            start: Where it begins, in samples.
        """
        layer = Layer(rung, start, start)
        self.layers.append(layer)
        return layer

    def check_open(self) -> None:
        """Raise where nothing can change any more.

        Raises:
            OutOfTimeError: The stems were handed in.
        """
        if self.closing:
            raise OutOfTimeError

    def append(self, layer: Layer, block: Stems) -> None:
        """Continue a layer with the samples of all stems; its last ones are held back.

        Args:
            layer: What is continued.
            block: Stem name -> shape (2, samples), inside [-1, 1].

        Raises:
            OutOfTimeError: The stems were handed in, perhaps while this was under way.
            OSError: They cannot be written.
        """
        whole = {
            stem: torch.cat((layer.held[stem], block[stem]), dim=-1) if layer.held else block[stem] for stem in STEMS
        }
        ready = max(0, _length(whole) - self.seam_samples)
        if not ready:
            with self._open():
                layer.held = whole
        for first in range(0, ready, self._slice_samples):
            stop = min(first + self._slice_samples, ready)
            with self._open():
                self._write(layer, _cut(whole, first, stop))
                layer.held = _cut(whole, stop, stop + self.seam_samples)

    def finish(self, layer: Layer) -> None:
        """Write what a layer holds back: the song ends here.

        Raises:
            OutOfTimeError: The stems were handed in.
            OSError: They cannot be written.
        """
        with self._open():
            self._write(layer, layer.held)
            layer.held = {}

    def close(self) -> None:
        """Hand the stems in: seams are faded, files closed; once more does nothing."""
        # Before the lock: a writer that takes it between two slices finds the stems closed.
        self.closing = True
        with self._lock:
            if self._closed:
                return
            self._closed = True
            try:
                # The last layers lie below those that wait for them.
                for layer in reversed(self.layers):
                    self._fade(layer)
                self._store.close()
            except (OSError, RuntimeError):
                logger.exception("The end of a layer could not be faded; the stems are valid without it.")

    def shares(self, samples: int) -> dict[int, float]:
        """Return which share of a song of some length each rung gave."""
        places = sorted({0, samples, *(place for layer in self.layers for place in (layer.start, layer.settled))})
        shares: dict[int, float] = {}
        for start, stop in pairwise(places):
            best = max(
                (layer.rung for layer in self.layers if layer.start <= start and stop <= layer.settled), default=-1
            )
            shares[best] = shares.get(best, 0.0) + (stop - start) / samples
        return shares

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Hold the lock; the stems cannot be handed in meanwhile."""
        with self._lock:
            self.check_open()
            yield

    def _write(self, layer: Layer, block: Stems) -> None:
        for stem, samples in block.items():
            self._store.write(stem, layer.settled, samples)
        layer.settled += _length(block)

    def _fade(self, layer: Layer) -> None:
        samples = _length(layer.held)
        rise = torch.linspace(0.0, 1.0, samples + 2)[1:-1]
        for stem, held in layer.held.items():
            below = self._store.read(stem, layer.settled, layer.settled + samples)
            self._store.write(stem, layer.settled, held * (1 - rise) + below * rise)


@dataclass
class Layer:
    """What one separator gives, from some place on."""

    rung: int
    """How good it is: the higher, the better."""
    start: int
    """Where it begins, in samples."""
    settled: int
    """Where what was written ends, in samples; what is held back begins here."""
    held: Stems = field(default_factory=dict)
    """The samples after that, not written yet."""


def _cut(block: Stems, start: int, stop: int) -> Stems:
    return {stem: samples[:, start:stop] for stem, samples in block.items()}


def _length(block: Stems) -> int:
    return block[STEMS[0]].shape[-1] if block else 0
