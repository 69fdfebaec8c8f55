"""aicrowd.json: what a submission says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doctor.findings import Challenge, UnreadableError

DECLARATION = "aicrowd.json"
CHALLENGE_IDS: Mapping[Challenge, str] = {
    Challenge.MDX21: "evaluations-api-music-demixing",
    Challenge.SDX23: "music-demixing-track-mdx-23",
}
EXTERNAL, LABEL_NOISE, BLEEDING, GPU = "external_dataset_used", "labelnoise", "bleeding", "gpu"
_SHARED_KEYS: Mapping[str, type] = {"challenge_id": str, "authors": list, "description": str, EXTERNAL: bool}
REQUIRED_KEYS: Mapping[Challenge, Mapping[str, type]] = {
    Challenge.MDX21: {**_SHARED_KEYS, "grader_id": str},
    Challenge.SDX23: {**_SHARED_KEYS, LABEL_NOISE: bool, BLEEDING: bool, GPU: bool},
}
OPTIONAL_KEYS: Mapping[str, type] = {"debug": bool, "grader_id": str, GPU: bool}
PLACEHOLDER_AUTHOR = "your-aicrowd-user-name"
"""Where the kit writes the file."""
PLACEHOLDER_AUTHORS = frozenset({PLACEHOLDER_AUTHOR, "your-aicrowd-username", "aicrowd-bot"})


@dataclass(frozen=True)
class Declaration:
    """What the file holds."""

    content: Mapping[str, Any]
    repeated: tuple[str, ...]
    """Keys that stand there more than once; the last one counts."""

    def says(self, flag: str) -> bool:
        """Tell whether a flag is set; a value that is no flag counts as not set and is another check's finding."""
        return self.content.get(flag) is True

    def challenge(self) -> Challenge:
        """Return the challenge that its keys speak of; MDX21 where they say nothing."""
        by_id = {name: challenge for challenge, name in CHALLENGE_IDS.items()}
        named = self.content.get("challenge_id")
        if isinstance(named, str) and named in by_id:
            return by_id[named]
        return Challenge.SDX23 if {LABEL_NOISE, BLEEDING} & set(self.content) else Challenge.MDX21


def read_declaration(text: str) -> Declaration:
    """Read the file's text.

    Raises:
        UnreadableError: It is no JSON object.
    """
    repeated: list[str] = []

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        repeated.extend(sorted({name for name in names if names.count(name) > 1}))
        return dict(pairs)

    try:
        content = json.loads(text, object_pairs_hook=keep)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(DECLARATION, f"It is no valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise UnreadableError(DECLARATION, f"It must hold keys and values. It holds {type(content).__name__}.")
    return Declaration(content, tuple(repeated))
