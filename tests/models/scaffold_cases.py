"""What docs/add_a_model.md has a reader write into the files of a new model."""

from __future__ import annotations

from models.scaffold import REPOSITORY

DOCUMENT = (REPOSITORY / "docs" / "add_a_model.md").read_text(encoding="utf-8")


def documented(language):
    """The first block of a language in the document."""
    return DOCUMENT.partition(f"```{language}\n")[2].partition("```")[0]


def write_forward(network):
    """Write what the document gives as an example."""
    forward = documented("python")
    head, _, _ = network.read_text().partition(forward.splitlines()[0])
    network.write_text(head.replace("from models.errors import ModelError\n", "") + forward)
