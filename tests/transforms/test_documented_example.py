"""The example that users are shown runs."""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs/transforms.md"


def test_the_example_in_the_document_runs_and_its_claims_hold():
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "slicq.inverse(blocks, length=44100)" in example
    exec(compile(example, str(DOCUMENT), "exec"), {})
