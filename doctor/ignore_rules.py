"""Which files a .dockerignore keeps out of an image.

Reference: https://docs.docker.com/build/concepts/context/#dockerignore-files. The last rule that fits decides; a rule
that fits a folder fits all in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DOCKERIGNORE = ".dockerignore"
_TOKENS = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]]*\]|.")
_MEANINGS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def ignoring_rule(path: str, rules: Iterable[str]) -> str | None:
    """Return the rule that keeps a file out, or None.

    Args:
        path: Relative, with slashes.
        rules: Lines of a .dockerignore.
    """
    decided = None
    for line in rules:
        rule = line.strip()
        if rule and not rule.startswith("#") and _fits(path, rule.removeprefix("!")):
            decided = None if rule.startswith("!") else rule
    return decided


def _fits(path: str, rule: str) -> bool:
    tokens = _TOKENS.findall(rule.removeprefix("./").strip("/"))
    try:
        pattern = re.compile("".join(map(_meaning, tokens)))
    except re.error:  # Docker refuses such a rule, too.
        return False
    parts = path.split("/")
    return any(pattern.fullmatch("/".join(parts[:count])) for count in range(1, len(parts) + 1))


def _meaning(token: str) -> str:
    return _MEANINGS.get(token) or (token if token.startswith("[") and len(token) > 1 else re.escape(token))
