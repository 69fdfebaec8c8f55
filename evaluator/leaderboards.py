"""aicrowd.json for each leaderboard: the flags by which the challenge sorts submissions.

MDX21: A allows MUSDB18-HQ's training songs alone, B any data. SDX23: A is for training with label noise, B with
bleeding, C for anything; its machine has a GPU only where the file says so (the starter kits of both).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from audio import KitError
from audio.atomic import write_text_atomically

_MDX21_ID = "evaluations-api-music-demixing"
_MDX21 = {"challenge_id": _MDX21_ID, "grader_id": _MDX21_ID}
_SDX23 = {"challenge_id": "music-demixing-track-mdx-23"}

LEADERBOARDS: dict[str, dict[str, Any]] = {
    "mdx21-a": {**_MDX21, "external_dataset_used": False},
    "mdx21-b": {**_MDX21, "external_dataset_used": True},
    "sdx23-a": {**_SDX23, "labelnoise": True, "bleeding": False, "external_dataset_used": False},
    "sdx23-b": {**_SDX23, "labelnoise": False, "bleeding": True, "external_dataset_used": False},
    "sdx23-c": {**_SDX23, "labelnoise": False, "bleeding": False, "external_dataset_used": True},
}
_KEPT = {"authors": ["your-aicrowd-user-name"], "description": "music-demixing-kit"}
"""What belongs to the user, and what stands there until it is filled in."""


class LeaderboardError(KitError):
    """No such leaderboard, or an aicrowd.json that cannot be taken over."""


def aicrowd_fields(leaderboard: str, earlier: dict[str, Any], *, gpu: bool = False) -> dict[str, Any]:
    """Return the content of aicrowd.json for a leaderboard.

    Args:
        leaderboard: A key of `LEADERBOARDS`.
        earlier: The file as it was: authors and description are kept.
        gpu: Ask for the machine with a GPU.

    Raises:
        LeaderboardError: There is no such leaderboard, or no GPU in its challenge.
    """
    if leaderboard not in LEADERBOARDS:
        raise LeaderboardError(f"The leaderboard must be one of {', '.join(LEADERBOARDS)}. Got '{leaderboard}'.")
    is_sdx23 = leaderboard.startswith("sdx23")
    if gpu and not is_sdx23:
        raise LeaderboardError(f"Only SDX23 has machines with a GPU. Got --gpu for '{leaderboard}'. Leave it out.")
    kept = {name: earlier.get(name, default) for name, default in _KEPT.items()}
    return {**LEADERBOARDS[leaderboard], **({"gpu": gpu} if is_sdx23 else {}), **kept}


def write_aicrowd_json(path: Path, leaderboard: str, *, gpu: bool = False) -> dict[str, Any]:
    """Write aicrowd.json for a leaderboard, authors and description as they were.

    Raises:
        LeaderboardError: As `aicrowd_fields`, or the file that is there is no JSON object.
        OSError: It cannot be written.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise LeaderboardError(
            f"aicrowd.json must be a file in a folder that is there. Got '{path}'. Run this in the clone, or name it."
        )
    try:
        earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        raise LeaderboardError(f"aicrowd.json must be JSON. Got '{path}' ({error}). Mend or remove it.") from error
    if not isinstance(earlier, dict):
        raise LeaderboardError(f"aicrowd.json must be a JSON object. Got '{path}'. Mend or remove it.")
    fields = aicrowd_fields(leaderboard, earlier, gpu=gpu)
    write_text_atomically(path, json.dumps(fields, indent=2, ensure_ascii=False) + "\n")
    return fields
