"""The table of all checks in docs/submit.md; `python -m doctor.document docs/submit.md` writes it anew."""

from __future__ import annotations

import sys
from pathlib import Path

from audio.atomic import write_text_atomically
from doctor.catalogue import GROUPS
from doctor.findings import BOTH, Check

BEGIN, END = "<!-- checks: begin -->", "<!-- checks: end -->"


def check_table() -> str:
    """Return every check as a line of a Markdown table."""
    rows = ["| check | what must hold |", "| --- | --- |"]
    for group, checks in GROUPS.items():
        rows.append(f"| **{group}** | |")
        rows += [f"| `{check.name}` | {check.title}{_only(check)} |" for check in checks]
    return "\n".join(rows)


def with_table(document: str) -> str:
    """Return a document with the table between its two marks.

    Raises:
        ValueError: It has not both marks.
    """
    before, _, rest = document.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"The document must hold '{BEGIN}' and then '{END}'. Add them where the table goes.")
    return f"{before}{BEGIN}\n{check_table()}\n{END}{after}"


def main() -> None:
    """Write the table into the document that is named."""
    path = Path(sys.argv[1])
    write_text_atomically(path, with_table(path.read_text(encoding="utf-8")))


def _only(check: Check) -> str:
    return "" if check.challenges == BOTH else f" ({', '.join(one.name for one in check.challenges)} only)"


if __name__ == "__main__":
    main()
