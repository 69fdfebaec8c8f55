"""Networks of KUIELab-MDX-Net from single ONNX files or out of the archive that the publisher put them in.

Single files are found and checked like all weight files. The archive (`onnx_A.zip` of Zenodo's record 5717356) has no
sha256 published for it, but its members have: they are read into memory and checked there; nothing is unpacked to disk.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path, PurePosixPath

from models.checkpoints import locate_weights
from models.errors import WeightError
from models.manifest import ModelEntry, WeightFile
from models.onnx_core import OnnxCore


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
        folder: Searched first, as `models.checkpoints.locate_weights` says.
        archive: Take it out of this archive instead.

    Raises:
        WeightError: A file is missing, damaged, or another one.
        ModelUnavailableError: ONNX Runtime is missing.
    """
    file = weight_file(entry, stem)
    if archive is None:
        path = locate_weights(entry.name, file, folder)
        return OnnxCore(path.read_bytes(), f"'{path}' of the model '{entry.name}'")
    origin = f"'{stem}.onnx' in '{archive}' of the model '{entry.name}'"
    return OnnxCore(_read_member(Path(archive), f"{stem}.onnx", file, entry.name), origin)


def _read_member(archive: Path, name: str, file: WeightFile, model: str) -> bytes:
    """Return the one member of a name, in whatever folder of the archive, once its hash was checked."""
    subject = f"The archive '{archive}' of the model '{model}' must"
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.namelist() if PurePosixPath(member).name == name]
            if len(members) != 1:
                raise WeightError(
                    f"{subject} hold one file {name}. Got {len(members)} among {sorted(opened.namelist())}. "
                    "Take the archive of this submission."
                )
            content = opened.read(members[0])
    except (OSError, zipfile.BadZipFile) as error:
        raise WeightError(f"{subject} be a readable zip file. Got: {error}. Download it again.") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != file.sha256:
        raise WeightError(
            f"{subject} hold a file {members[0]} with the sha256 {file.sha256}. Got {digest}. "
            f"Take the archive of this submission, or leave the setting 'archive' out to use {file.name}."
        )
    return content
