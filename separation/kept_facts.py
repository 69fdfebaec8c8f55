"""Facts that were measured once and hold until something changes: one JSON file for each kind, in the user's cache.

A fact's key says all that it depends on. A file that is missing, damaged or cannot be written costs a new measurement
and nothing else.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from audio.atomic import write_text_atomically
from audio.user_cache import user_cache

logger = logging.getLogger(__name__)


def facts_path(kind: str) -> Path:
    """Return the file of a kind of facts; it need not exist yet."""
    return user_cache(f"{kind}.json")


def read_facts(kind: str) -> dict[str, Any]:
    """Return key -> fact; nothing where there is no readable file."""
    try:
        facts = json.loads(facts_path(kind).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def keep_fact(kind: str, key: str, fact: Any) -> None:
    """Add a fact, anything that JSON can hold; a folder that cannot be written is warned of."""
    try:
        write_text_atomically(facts_path(kind), json.dumps({**read_facts(kind), key: fact}, indent=2) + "\n")
    except OSError as error:
        logger.warning("What was measured could not be kept in '%s': %s", facts_path(kind), error)
