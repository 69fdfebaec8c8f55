"""Convert weight files from pickles to safetensors, once; from then on the pickles are never opened again.

A converted file holds the same tensors, bit by bit, and a description of all else that the pickle held
(`models.files.plain_content`), so that a loader gets the same object from either. The Demucs family has a safetensors
format of its publisher's: its files are converted to that one, and other programs read them too.

It lies beside the published file, or in the user's cache where that folder cannot be written.
`models.files.converted_files` says when it is trusted.
"""

from __future__ import annotations

import errno
import gzip
import json
import logging
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from torch import Tensor

from audio.atomic import atomic_path
from models.demucs_files import read_portable
from models.demucs_quantized import read_quantised
from models.demucs_v1 import read_package
from models.errors import ModelError, WeightError
from models.files.checkpoints import find_published, find_weights, locate_published, locate_weights, user_cache_folder
from models.files.converted_files import check_converted, is_converted, record_converted
from models.files.file_locks import locked
from models.files.plain_content import take_apart
from models.files.safetensors_files import SOURCES_KEY
from models.files.state_files import STRUCTURE_KEY, read_state, refuse_other_files
from models.files.tensor_files import read_tensors, require_storable, same_bytes, write_tensors
from models.files.weight_files import sha256_of
from models.manifest import CONVERTED_SUFFIX, ModelEntry, WeightFile

logger = logging.getLogger(__name__)

Parts: TypeAlias = tuple[dict[str, Tensor], dict[str, str]]
"""Tensors by name, and facts as text."""

_DEMUCS_BUILDER = "models.demucs_family"
_READERS: Mapping[str, Callable[[Path], Any]] = {
    "models.demucs_quantized": read_quantised,
    "models.demucs_v1": read_package,
}
"""Builders whose files are no pickles of the common kind -> what reads them."""

_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
_GZIP_START, _PICKLE_START = b"\x1f\x8b", b"\x80"


class ConversionError(ModelError):
    """A weight file holds what cannot be converted; it goes on being loaded as it is."""


@dataclass(frozen=True)
class Conversion:
    """What became of one weight file."""

    file: str
    """Name of the published file."""
    path: Path | None = None
    """The converted file; None where there was nothing to convert."""
    was_here: bool = False
    """It had been converted before."""
    reason: str = ""
    """Why there was nothing to convert."""


def convert_weights(entry: ModelEntry, file: WeightFile) -> Conversion:
    """Convert one weight file of a model, if it is here and a pickle. Nothing is downloaded.

    Args:
        entry: The row of the manifest.
        file: One of its files.

    Raises:
        ConversionError: The file holds other things than tensors and plain values.
        WeightError: The file is not here, is wrong, or holds something else than it should.
        OSError: The converted file cannot be written.
    """
    here, published = find_weights(file), find_published(file)
    if here is None:
        raise WeightError(
            f"The model '{entry.name}' must have its weight file {file.name} on this machine to convert it. Got none. "
            f"Run `mdx models fetch {entry.name}` first."
        )
    if published is None or is_converted(published, file):
        return Conversion(file.name, locate_weights(entry.name, file), was_here=True)
    former = here if is_converted(here, file) else None
    if former is not None and _is_good(former, published, file, entry.name):
        return Conversion(file.name, former, was_here=True)
    path = locate_published(entry.name, file)
    if not _is_pickle(path):
        return Conversion(file.name, reason="it is no pickle")
    tensors, facts = _read(path, entry)
    sha256 = sha256_of(path)
    facts |= {"model": entry.name, "licence": entry.licence}
    facts[SOURCES_KEY] = json.dumps([{"file": path.name, "sha256": sha256}])

    def write(target: Path) -> None:
        with locked(target), atomic_path(target) as temporary:
            _write((tensors, facts), temporary)
            record_converted(temporary, target, path, sha256)

    folders = [path.parent if former is None else former.parent, user_cache_folder()]
    return Conversion(file.name, _first_writable([folder / file.converted_name for folder in folders], write))


def _is_good(converted: Path, published: Path, file: WeightFile, model: str) -> bool:
    try:
        check_converted(converted, published, file, model)
    except WeightError as error:
        logger.warning("%s Making it again.", error)
        return False
    return True


def _is_pickle(path: Path) -> bool:
    """Say whether a file is what `torch.save` writes, in either of its formats, compressed or not."""
    if path.suffix == CONVERTED_SUFFIX:
        return False
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/data.pkl") for name in archive.namelist())
    with path.open("rb") as stream:
        start = stream.read(len(_GZIP_START))
    if start == _GZIP_START:
        with gzip.open(path, "rb") as inflated:
            start = inflated.read(1)
    return start.startswith(_PICKLE_START)


def _read(path: Path, entry: ModelEntry) -> Parts:
    builder = entry.builder.partition(":")[0]
    read: Callable[[Path], Any] = _READERS.get(builder, read_state)
    try:
        if builder == _DEMUCS_BUILDER:
            tensors, facts = read_portable(path, entry.name)
        else:
            with refuse_other_files(path, entry.name, "one network of this model"):
                content = read(path)
            structure, tensors = take_apart(content)
            facts = {STRUCTURE_KEY: json.dumps(structure)}
        require_storable(tensors)
    except TypeError as error:
        raise ConversionError(
            f"The file '{path}' of the model '{entry.name}' must hold tensors and plain values only to be converted. "
            f"Got an entry of another kind: {error}. It stays as it is and goes on being loaded."
        ) from error
    return tensors, facts


def _write(parts: Parts, path: Path) -> None:
    """Write a file, and read it again to prove it."""
    tensors, facts = parts
    write_tensors(path, tensors, facts)
    read, said = read_tensors(path)
    if said != facts or not same_bytes(read, tensors):
        raise OSError(f"'{path}' does not read as it was written")


def _first_writable(targets: Sequence[Path], write: Callable[[Path], None]) -> Path:
    """Write to the first target whose folder can be written."""
    *others, last = targets
    for target in others:
        try:
            write(target)
        except OSError as error:
            if error.errno not in _NOT_WRITABLE:
                raise
            logger.info("The folder '%s' cannot be written: %s", target.parent, error)
        else:
            return target
    write(last)
    return last
