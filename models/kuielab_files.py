"""Networks of KUIELab-MDX-Net from single ONNX files or out of the archive that the publisher put them in.

Single files are found and checked like all weight files. The archives (`onnx_A.zip` of Zenodo's record 5717356,
`onnx_B.zip` of 6513062) have no sha256 published for them, but their members have. Either way a network is read into
memory once, and the bytes that are hashed there are those that run; nothing is unpacked to disk.
"""

from __future__ import annotations

import hashlib
import lzma
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from models.errors import WeightError
from models.files.checkpoints import locate_weights
from models.files.weight_files import published_digest, recorded_sha256
from models.manifest import ModelEntry, WeightFile
from models.onnx_core import OnnxCore

_SIGNS_OF_ANOTHER_ARCHIVE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
"""What reading raises; RuntimeError is a member with a password, or (NotImplementedError) another compression."""
_OVER_APPROXIMATE = 1.5
_MOST_BYTES_OF_UNKNOWN = 1_000_000_000


def weight_file(entry: ModelEntry, role: str) -> WeightFile:
    """Return the file of a row that has a role.

    Raises:
        WeightError: The row has none.
    """
    for file in entry.weights:
        if file.role == role:
            return file
    raise WeightError(f"The row of the model '{entry.name}' must list a weight file of the role '{role}'. Got none.")


def load_onnx(entry: ModelEntry, stem: str, folder: str | None, archive: str | None) -> OnnxCore:
    """Load the published network of a stem.

    Args:
        entry: The model's row; the stem is the role of its file.
        stem: Name of the stem.
        folder: Searched first, as `models.files.checkpoints.locate_weights` says.
        archive: Take it out of this archive instead.

    Raises:
        WeightError: A file is missing, damaged, or another one.
        ModelUnavailableError: ONNX Runtime is missing.
    """
    file = weight_file(entry, stem)
    if archive is None:
        path = locate_weights(entry.name, file, folder)
        return OnnxCore(_read_file(path, file, entry.name), f"'{path}' of the model '{entry.name}'")
    origin = f"'{stem}.onnx' in '{archive}' of the model '{entry.name}'"
    return OnnxCore(_read_member(Path(archive).expanduser(), f"{stem}.onnx", file, entry.name), origin)


def _read_file(path: Path, file: WeightFile, model: str) -> bytes:
    """Return the bytes of a file, hashed after they were read: what was on disk before or after does not matter."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    for expected in (published_digest(path, file), recorded_sha256(path)):
        if expected is not None and not digest.startswith(expected):
            raise WeightError(
                f"The file '{path}' of the model '{model}' must have a sha256 that begins with {expected}. "
                f"Got {digest}: it was changed while the model was loaded. Load it again when nothing writes to it."
            )
    return content


def _read_member(archive: Path, name: str, file: WeightFile, model: str) -> bytes:
    """Return the one member of a name, in whatever folder of the archive, once its hash was checked."""
    subject = f"The archive '{archive}' of the model '{model}' must"
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if PurePosixPath(member.filename).name == name]
            if len(members) != 1:
                raise WeightError(
                    f"{subject} hold one file {name}. Got {len(members)} among {sorted(opened.namelist())}. "
                    "Take the archive of this submission."
                )
            size_bytes, most_bytes = members[0].file_size, _most_bytes(file)
            if size_bytes > most_bytes:
                raise WeightError(
                    f"{subject} hold a file {name} of at most {most_bytes} bytes. Got {size_bytes}. "
                    "Take the archive of this submission."
                )
            content = opened.read(members[0])
    except _SIGNS_OF_ANOTHER_ARCHIVE as error:
        reason = str(error) or type(error).__name__
        raise WeightError(f"{subject} be a readable zip file. Got: {reason}. Download it again.") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != file.sha256:
        raise WeightError(
            f"{subject} hold a file {members[0].filename} with the sha256 {file.sha256}. Got {digest}. "
            f"Take the archive of this submission, or leave the setting 'archive' out to use {file.name}."
        )
    return content


def _most_bytes(file: WeightFile) -> int:
    """Return how large a member may say it is; zipfile reads no more than it says."""
    known = file.approximate_bytes
    return _MOST_BYTES_OF_UNKNOWN if known is None else round(_OVER_APPROXIMATE * known)
