"""Stems that can be handed in at any moment: better samples replace worse ones from left to right, in layers.

A layer is what one separator gives from some place on. It holds its last samples back, because where it stops for good
they fade into what was there before. `close` may come from another thread at any time: it waits for a second of sound
to be written at most, and from then on nothing changes any more.
"""

from __future__ import annotations

from itertools import pairwise
from threading import Lock

import torch

from audio.stems import STEMS, Stems
from separation.deadline.stem_stores import StemStore

SEAM_SECONDS = 0.02
"""Over which a layer fades into the one below it."""
SLICE_SECONDS = 1.0
"""Of sound, written at a time."""


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
        layer = Layer(self, rung, start)
        self.layers.append(layer)
        return layer

    def check_open(self) -> None:
        """Raise where nothing can change any more.

        Raises:
            OutOfTimeError: The stems were handed in.
        """
        if self._closed:
            raise OutOfTimeError

    def replace(self, start: int, block: Stems) -> None:
        """Replace samples of all stems.

        Args:
            start: Where, in samples.
            block: Stem name -> shape (2, samples).

        Raises:
            OutOfTimeError: The stems were handed in, perhaps while this was under way.
            OSError: They cannot be written.
        """
        samples = block[STEMS[0]].shape[-1]
        for first in range(0, samples, self._slice_samples):
            with self._lock:
                self.check_open()
                for stem in STEMS:
                    self._store.write(stem, start + first, block[stem][:, first : first + self._slice_samples])

    def close(self) -> None:
        """Hand the stems in: seams are faded, files closed; once more does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            try:
                # The last layers lie below those that wait for them.
                for layer in reversed(self.layers):
                    self._fade(layer)
            finally:
                self._store.close()

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

    def _fade(self, layer: Layer) -> None:
        held = layer.held
        samples = held[STEMS[0]].shape[-1] if held else 0
        if not samples:
            return
        rise = torch.linspace(0.0, 1.0, samples + 2)[1:-1]
        for stem in STEMS:
            below = self._store.read(stem, layer.settled, layer.settled + samples)
            self._store.write(stem, layer.settled, held[stem] * (1 - rise) + below * rise)


class Layer:
    """What one separator gives, from some place on."""

    def __init__(self, live: LiveStems, rung: int, start: int) -> None:
        self._live = live
        self.rung = rung
        self.start = start
        self.settled = start
        """Where what was written ends, in samples; what is held back begins here."""
        self.held: Stems = {}
        """The last samples, not written yet."""

    def add(self, block: Stems) -> None:
        """Append samples of all stems, shape (2, samples) each, inside [-1, 1].

        Raises:
            OutOfTimeError: The stems were handed in.
            OSError: They cannot be written.
        """
        if self.held:
            block = {stem: torch.cat((self.held[stem], block[stem]), dim=-1) for stem in STEMS}
        ready = max(0, block[STEMS[0]].shape[-1] - self._live.seam_samples)
        self._settle({stem: block[stem][:, :ready] for stem in STEMS})
        self.held = {stem: block[stem][:, ready:] for stem in STEMS}

    def finish(self) -> None:
        """Write what was held back: the song ends here.

        Raises:
            OutOfTimeError: The stems were handed in.
            OSError: They cannot be written.
        """
        if self.held:
            self._settle(self.held)
            self.held = {}

    def _settle(self, block: Stems) -> None:
        self._live.replace(self.settled, block)
        self.settled += block[STEMS[0]].shape[-1]
