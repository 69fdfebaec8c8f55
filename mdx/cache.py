"""`mdx cache`: the kept estimates of models on songs, which fitting and tuning make (`separation.prediction_cache`)."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Annotated

import typer

from mdx.completion import model_names
from mdx.help_pages import App
from mdx.options import AsJson

cache = App(help="Show or delete the kept estimates of models on songs.\n\nMore: docs/add_a_blend.md.")


@cache.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List by model how many songs are kept, and the space they take.

    Example: `mdx cache list`. More: docs/add_a_blend.md.
    """
    from separation.prediction_cache import PredictionCache

    kept = PredictionCache()
    sizes: dict[str, list[int]] = defaultdict(list)
    for entry in kept.entries():
        sizes[str(entry.facts.get("model"))].append(entry.size_bytes)
    total = sum(map(sum, sizes.values()))
    if as_json:
        models = {model: {"entries": len(parts), "bytes": sum(parts)} for model, parts in sizes.items()}
        typer.echo(json.dumps({"folder": str(kept.folder), "bytes": total, "models": models}, indent=2))
        return
    for model, parts in sorted(sizes.items(), key=lambda item: -sum(item[1])):
        typer.echo(f"{sum(parts) / 1e6:9.1f} MB  {len(parts):5} songs  {model}")
    typer.echo(f"{total / 1e6:9.1f} MB in all in '{kept.folder}'. `mdx cache clear` deletes them.")


@cache.command("clear")
def clear(
    model: Annotated[
        str | None, typer.Option(metavar="NAME", autocompletion=model_names, help="Only the estimates of this model.")
    ] = None,
) -> None:
    """Delete kept estimates.

    They are made again when they are needed.

    Example: `mdx cache clear --model umxhq`. More: docs/add_a_blend.md.
    """
    from models.registry import model_entry
    from separation.prediction_cache import PredictionCache

    freed = PredictionCache().clear(None if model is None else model_entry(model).name)
    typer.echo(f"Freed {freed / 1e6:.1f} MB.")
