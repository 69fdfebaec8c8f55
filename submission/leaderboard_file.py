"""Write aicrowd.json for a leaderboard: the flags by which the challenge sorts submissions, and what is the user's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audio.atomic import write_text_atomically
from doctor.declaration_file import CHALLENGE_IDS, GPU, PLACEHOLDER_AUTHOR, REQUIRED_KEYS, read_declaration
from doctor.findings import Challenge, UnreadableError
from doctor.leaderboards import LEADERBOARDS
from submission.errors import SubmitError

_KEPT: Mapping[str, Any] = {"authors": [PLACEHOLDER_AUTHOR], "description": "music-demixing-kit"}
"""What belongs to the user, and what stands there until it is filled in."""
LEADERBOARD_NAMES: Mapping[str, tuple[Challenge, str]] = {
    f"{challenge.value}-{board.lower()}": (challenge, board)
    for challenge, boards in LEADERBOARDS.items()
    for board in boards
}
"""As the command line calls them, such as `sdx23-a`."""


def aicrowd_fields(leaderboard: str, earlier: Mapping[str, Any], *, gpu: bool = False) -> dict[str, Any]:
    """Return the content of aicrowd.json for a leaderboard.

    Args:
        leaderboard: A key of `LEADERBOARD_NAMES`.
        earlier: The file as it was: authors and description are kept.
        gpu: Ask for the machine with a GPU.

    Raises:
        SubmitError: There is no such leaderboard, or no GPU in its challenge.
    """
    if leaderboard not in LEADERBOARD_NAMES:
        raise SubmitError(f"The leaderboard must be one of {', '.join(LEADERBOARD_NAMES)}. Got '{leaderboard}'.")
    challenge, board = LEADERBOARD_NAMES[leaderboard]
    keys = REQUIRED_KEYS[challenge]
    if gpu and GPU not in keys:
        raise SubmitError(f"Only SDX23 has machines with a GPU. Got --gpu for '{leaderboard}'. Leave it out.")
    name = CHALLENGE_IDS[challenge]
    known = {"challenge_id": name, "grader_id": name, **LEADERBOARDS[challenge][board], GPU: gpu}
    kept = {key: earlier.get(key, default) for key, default in _KEPT.items()}
    return {key: value for key, value in {**known, **kept}.items() if key in keys}


def write_aicrowd_json(path: Path, leaderboard: str, *, gpu: bool = False) -> dict[str, Any]:
    """Write aicrowd.json for a leaderboard, authors and description as they were.

    Raises:
        SubmitError: As `aicrowd_fields`, or the file that is there is no JSON object.
        OSError: It cannot be written.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise SubmitError(
            f"aicrowd.json must be a file in a folder that is there. Got '{path}'. Run this in the clone, or name it."
        )
    try:
        earlier = read_declaration(path.read_text(encoding="utf-8")).content if path.exists() else {}
    except (UnreadableError, UnicodeDecodeError) as error:
        raise SubmitError(f"aicrowd.json must be a JSON object. Got '{path}': {error} Mend or remove it.") from error
    fields = aicrowd_fields(leaderboard, earlier, gpu=gpu)
    write_text_atomically(path, json.dumps(fields, indent=2, ensure_ascii=False) + "\n")
    return fields
