"""Estimates of models on songs, kept on disk: what fits blends or searches settings runs each model once for each song.

An estimate is found again by all that decides it: the model, its settings, the sha256 of its weights, seed, device, the
version of torch, and the samples of the song. Stems are kept as float16: its relative error of 2 ** -12 is the same for
loud and for quiet stems, costs less than 0.0001 dB of SDR, and samples beyond full scale stay what they are, which
16-bit FLAC would clip.

An entry is two files, `<key>.npy` (stems, 2, samples) and `<key>.json` (what it is). The second is written last, so
that what a crash leaves is no entry.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from audio.atomic import atomic_path, write_text_atomically
from audio.stems import Stems
from audio.user_cache import user_cache

LAYOUT = 1
"""Raised when a change of this program changes estimates or how they are kept."""

Facts = Mapping[str, Any]
"""What decides an estimate, as plain values for JSON."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """Estimates of one model on one song."""

    key: str
    facts: Facts
    size_bytes: int


class PredictionCache:
    """A folder of estimates."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take a folder, which need not exist; None is that of the user."""
        self.folder = folder or user_cache("predictions")

    def estimates(self, facts: Facts, mixture: Tensor, separate: Callable[[Tensor], Stems]) -> Stems:
        """Return what is kept, or separate and keep it.

        Args:
            facts: What decides the estimates, but for the song.
            mixture: Shape (2, samples).
            separate: Called where nothing is kept.

        Returns:
            Stem name -> shape (2, samples), float32, with the rounding of what is kept also at the first time.
        """
        facts = {**facts, "layout": LAYOUT, "song": _hash_of(mixture), "samples": mixture.shape[-1]}
        key = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
        kept = self._read(key)
        if kept is None:
            stems = separate(mixture)
            kept = {stem: samples.detach().cpu().to(torch.float16) for stem, samples in stems.items()}
            self._write(key, facts, kept)
        return {stem: samples.float().to(mixture.device) for stem, samples in kept.items()}

    def entries(self) -> list[Entry]:
        """List what is kept, the largest first."""
        found = [
            Entry(path.stem, facts, path.stat().st_size + self._samples(path.stem).stat().st_size)
            for path, facts in self._described()
        ]
        return sorted(found, key=lambda entry: -entry.size_bytes)

    def clear(self, model: str | None = None) -> int:
        """Delete the entries of a model, or all of them with what crashes left; returns how many bytes that freed."""
        if model is None:
            files = [path for path in self.folder.glob("*") if path.suffix in (".json", ".npy", ".part")]
        else:
            paths = [path for path, facts in self._described() if facts.get("model") == model]
            # The description first: an entry is never described without its samples.
            files = [file for path in paths for file in (path, self._samples(path.stem))]
        freed = sum(file.stat().st_size for file in files)
        for file in files:
            file.unlink(missing_ok=True)
        return freed

    def _described(self) -> Iterator[tuple[Path, Facts]]:
        for path in sorted(self.folder.glob("*.json")):
            with suppress(OSError, ValueError):
                content = json.loads(path.read_text(encoding="utf-8"))
                if isinstance(content, dict) and self._samples(path.stem).is_file():
                    yield path, content.get("facts", {})

    def _samples(self, key: str) -> Path:
        return self.folder / f"{key}.npy"

    def _read(self, key: str) -> Stems | None:
        """Read an entry; one that is damaged is none."""
        try:
            names = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))["stems"]
            rows = torch.from_numpy(np.load(self._samples(key)))
            return dict(zip(names, rows, strict=True))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            logger.warning("The kept estimates '%s' are damaged and made anew: %s", self._samples(key), error)
            return None

    def _write(self, key: str, facts: Facts, stems: Stems) -> None:
        """Keep an entry; a full disk is told and stops nothing."""
        try:
            # numpy would add a suffix to a path without its own.
            with atomic_path(self._samples(key)) as temporary, temporary.open("wb") as file:
                np.save(file, torch.stack(list(stems.values())).numpy())
            content = {"facts": facts, "stems": list(stems)}
            write_text_atomically(self.folder / f"{key}.json", json.dumps(content, indent=2, default=str) + "\n")
        except OSError as error:
            logger.warning("The estimates could not be kept in '%s': %s", self.folder, error)


def _hash_of(mixture: Tensor) -> str:
    samples = mixture.detach().cpu().float().contiguous()
    return hashlib.sha256(samples.numpy().data).hexdigest()
