"""`mdx models pack` and `mdx models unpack`: carry weights to a machine without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mdx.model_files import Names, fetch_entries, named_entries
from mdx.options import AsJson


def pack(
    output: Annotated[Path, typer.Argument(metavar="OUT.tar", help="The pack to write.")],
    names: Names = None,
    as_json: AsJson = False,
) -> None:
    """Put the weights of some models into one file.

    With licences and checksums. What is missing is fetched first.

    Example: `mdx models pack weights.tar htdemucs umxhq`. More: docs/models.md.
    """
    from models.files.pack_index import PackError
    from models.files.packing import pack_weights, require_pack_name

    # First: whoever forgets the pack's name gives that of a model here, and perhaps no other.
    require_pack_name(output)
    if not names:
        raise typer.BadParameter("Say which models' weights go into the pack.", param_hint="NAME")
    entries = named_entries(names, everything=False)
    failed = [file["error"] for file in fetch_entries(entries, quiet=as_json) if "error" in file]
    if failed:
        raise PackError(failed[0])
    index = pack_weights(output, entries)
    if as_json:
        typer.echo(json.dumps({"pack": str(output), **index.model_dump(mode="json")}, indent=2))
        return
    for entry in entries:
        typer.echo(f"{entry.name}: licence {entry.licence}; trained on: {entry.training_data}")
    total_bytes = sum(file.size_bytes for file in index.files)
    typer.echo(f"Wrote '{output}': {len(index.files)} weight files, {total_bytes / 1e6:.1f} MB. On the other machine:")
    typer.echo(f"  mdx models unpack {output.name}")


def unpack(
    path: Annotated[Path, typer.Argument(metavar="PACK.tar", help="A file that `mdx models pack` wrote.")],
    folder: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Where the files go (default: the user's cache).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put the weights of a pack where models look for them.

    Every file is first checked against the pack's index and the manifest.

    Example: `mdx models unpack weights.tar`. More: docs/models.md.
    """
    from models.files.checkpoints import FOLDERS_VARIABLE, weight_folders
    from models.files.unpacking import unpack_weights
    from models.manifest import load_manifest

    files = unpack_weights(path, load_manifest(), folder)
    if as_json:
        unproven = [str(file.path) for file in files if not file.is_proven]
        typer.echo(json.dumps({"unpacked": [str(file.path) for file in files], "unproven": unproven}, indent=2))
        return
    for file in files:
        doubt = (
            "" if file.is_proven else ": no published hash confirms it; it is as trustworthy as whoever made the pack"
        )
        typer.echo(f"{file.path} ({file.path.stat().st_size / 1e6:.1f} MB){doubt}")
    if folder is not None and folder.resolve() not in [searched.resolve() for searched in weight_folders()]:
        typer.echo(f"Set {FOLDERS_VARIABLE}={folder.resolve()} so that models find them there.")
