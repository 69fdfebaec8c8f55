"""Two models that share a file, and their weights in a folder, for the tests of packing and unpacking."""

from __future__ import annotations

import hashlib

from models.manifest import Manifest

CONTENT = {"bass.pth": b"bass" * 1000, "drums.pth": b"drums" * 1000, "voice.pth": b"voice" * 1000}
HASHES = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}


def manifest():
    """Rows `one` (bass, drums) and `two` (drums, and a voice without a published hash)."""
    files = {
        name: {
            "role": name.removesuffix(".pth"),
            "name": name,
            "urls": [f"https://example.org/{name}"],
            **({} if name == "voice.pth" else {"sha256_prefix": HASHES[name][:8]}),
        }
        for name in CONTENT
    }
    row = {"builder": "models.tiny:build", "summary": "For tests.", "leaderboards": []}
    one = {"name": "one", "licence": "MIT", "training_data": "none", "weights": [files["bass.pth"], files["drums.pth"]]}
    two = {"name": "two", "licence": "CC BY-NC 4.0", "training_data": "private", "paper": "https://example.org/paper"}
    two["weights"] = [files["drums.pth"], files["voice.pth"]]
    bare = {"name": "bare", "licence": "MIT", "training_data": "none"}
    return Manifest.model_validate({"models": [{**row, **one}, {**row, **two}, {**row, **bare}]})


def put_weights(folder):
    """Write the weight files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in CONTENT.items():
        (folder / name).write_bytes(content)
