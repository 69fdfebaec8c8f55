"""Which submission was it: a hash of predict.py and of everything in my_submission/ beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path


def fingerprint(predict_path: Path) -> str:
    """Hash the files that make up a submission; weights and the library are not among them.

    Returns:
        64 hexadecimal digits.
    """
    folder = predict_path.resolve().parent
    files = [path for path in (folder / "my_submission").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    digest = hashlib.sha256()
    # Where run.sh runs another program, and for SDX23, there is no predict.py.
    for path in [*filter(Path.is_file, [predict_path]), *sorted(files)]:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
