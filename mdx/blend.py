"""`mdx blend`: blends that others have published, ready to be used or taken as a start, and fitted ones."""

from __future__ import annotations

import json
import textwrap
from typing import Annotated

import typer

from mdx.blend_fit import fit
from mdx.completion import blend_names
from mdx.help_pages import App
from mdx.options import AsJson

_TEXT_WIDTH = 76

blend = App(help="List or show published blends of models, or fit one to songs.\n\nMore: docs/add_a_blend.md.")
blend.command("fit")(fit)


@blend.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the published blends: what each is, which models it runs.

    Example: `mdx blend list`. More: docs/add_a_blend.md.
    """
    from separation.published_blends import load_published_blend, published_blend_names

    found = {name: load_published_blend(name) for name in published_blend_names()}
    if as_json:
        typer.echo(json.dumps({name: one.model_dump(mode="json") for name, one in found.items()}, indent=2))
        return
    for name, one in found.items():
        models = ", ".join(member.model for member in one.blend.members)
        typer.echo(name)
        for text in (one.summary, f"models: {models}"):
            typer.echo(textwrap.indent(textwrap.fill(text, _TEXT_WIDTH), "    "))
    typer.echo("\nSeparate with one: mdx separate SONG --plan NAME. `mdx blend show NAME` prints its weights.")


@blend.command("show")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", autocompletion=blend_names, help="A name from `mdx blend list`.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show a published blend, as the section to copy into a plan.

    With where it is from, and in what it differs.

    Example: `mdx blend show danna_sep`. More: docs/add_a_blend.md.
    """
    import yaml

    from models.validation import did_you_mean
    from separation.plan import PlanError
    from separation.published_blends import load_published_blend, published_blend_names

    names = published_blend_names()
    if name not in names:
        raise PlanError(
            f"A published blend must be one of {', '.join(names)}. Got '{name}'.{did_you_mean(name, names)}"
        )
    content = load_published_blend(name).model_dump(mode="json", exclude_defaults=True)
    typer.echo(
        json.dumps(content, indent=2)
        if as_json
        else yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)
    )
