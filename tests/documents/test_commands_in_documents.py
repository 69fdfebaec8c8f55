"""Commands are found where documents show them, and nothing else is taken for one."""

import json
import subprocess

import pytest

from tests.documents.command_table import Row, lost_words
from tests.documents.commands_in_documents import (
    ROOT,
    commands_in,
    documents,
    examples_in,
    languages_in,
    other_lines_in,
    read_document,
)

DOCUMENT = """
# Title
    make run          # a block may follow a heading
    .venv/bin/mdx tune SONGS \\
        --trials 2

Wide sentences name `mdx separate SONG
--stems vocals`, `predict.py` and `--json`.

    mdx score a b
    a table of results     1.0

    MDX SDR of another table

    WHERE="a place/b"
    unshare -n .venv/bin/python -m mdx data check "$WHERE" --layout $LAYOUT

```python
    a_piece_of_a_function()
```

- an item of a list:

      git push

| what | does |
| --- | --- |
| `mdx data check`, `stats`, `--json` | see `mdx data check` or `classical` |

```sh
sed s/a/b/ file
```
```console
$ mdx samples --tile 240 # a comment
Wrote 'data/tiled'
```
```yaml
# mdx is no command here
```
```python
print("mdx")
```
"""


def test_blocks_sentences_and_tables_give_their_commands():
    found = [(one.text, one.in_a_block) for one in commands_in(DOCUMENT, "a.md")]
    assert found == [
        ("sed s/a/b/ file", True),
        ("mdx samples --tile 240", True),
        ("make run", True),
        ("mdx tune SONGS --trials 2", True),
        ("mdx score a b", True),
        ('unshare -n python -m mdx data check "a place/b" --layout $LAYOUT', True),
        ("git push", True),
        ("mdx separate SONG --stems vocals", False),
        ("mdx data check", False),
        ("mdx data stats", False),
        ("mdx data check", False),
    ]
    assert [one.text for one in examples_in(DOCUMENT, "a.md")] == ['print("mdx")\n']
    assert other_lines_in(DOCUMENT) == ["a table of results     1.0", "MDX SDR of another table"]
    assert languages_in(DOCUMENT) == {"sh", "console", "yaml", "python"}


def test_a_notebook_is_read_without_its_code(tmp_path):
    cells = [{"cell_type": kind, "source": [f"`make {kind}`"]} for kind in ("markdown", "code")]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    assert read_document(tmp_path / "a.ipynb") == "`make markdown`"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="asks git; this tree is no repository")
def test_every_document_that_is_committed_is_read():
    listed = ["git", "ls-files", "*.md", "*.ipynb"]
    committed = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    assert {ROOT / name for name in committed} <= set(documents())


@pytest.mark.parametrize(
    ("runs_as", "lost"),
    [
        ("mdx tune few -o a --trials 2 --seed 1", []),
        ("mdx tune few --trials 2", ["-o"]),
        ("mdx tune few -o a --trial 2", ["--trials"]),
        ("mdx cost few -o a --trials 2", ["tune"]),
    ],
)
def test_a_row_that_drops_or_renames_a_word_is_told(runs_as, lost):
    assert lost_words(Row("mdx tune SONGS -o plan.yaml --trials 200", "many", runs_as)) == lost
