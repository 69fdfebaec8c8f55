"""`mdx new-model`: the beginning of a network of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the model and its file, such as my_network.")],
) -> None:
    """Begin a model: its file, its row in the manifest, and a test.

    The test fails until the network is written.

    Example: `mdx new-model mine`. More: docs/add_a_model.md.
    """
    from models.errors import ScaffoldError
    from models.scaffold import REPOSITORY, scaffold_model
    from separation.published_blends import published_blend_names

    if not Path.cwd().is_relative_to(REPOSITORY.resolve()):
        raise ScaffoldError(
            f"A new model must be begun inside the clone whose `mdx` this is, '{REPOSITORY}'. Got the folder "
            f"'{Path.cwd()}': go there, or run `make run` in the clone that you mean and take its `mdx`."
        )
    new = scaffold_model(name, REPOSITORY, published_blend_names())
    network, test, manifest = (path.relative_to(REPOSITORY) for path in (new.network, new.test, new.manifest))
    typer.echo(
        f"Wrote '{network}' and '{test}', and a row at the end of '{manifest}'.\n"
        f"Next: write `forward` in '{network}', until this passes: python -m pytest {test}\n"
        f"Then: mdx separate SONG --model {name} --random-weights, and docs/add_a_model.md on training it."
    )
