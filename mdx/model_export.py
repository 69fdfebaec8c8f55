"""`mdx models export`: a model's networks in formats that other programs read."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mdx.completion import model_names
from mdx.options import AsJson

if TYPE_CHECKING:
    from models.export import Exported
    from models.export_formats import Format


def export(
    name: Annotated[
        str, typer.Argument(metavar="NAME", autocompletion=model_names, help="A name from `mdx models list`.")
    ],
    safetensors: Annotated[
        Path | None, typer.Option(metavar="OUT", help="File or folder for tensors and the network's config.")
    ] = None,
    torchscript: Annotated[
        Path | None, typer.Option(metavar="OUT", help="File or folder for a traced network, for libtorch.")
    ] = None,
    onnx: Annotated[
        Path | None, typer.Option(metavar="OUT", help="File or folder for an ONNX graph (needs the extra 'onnx').")
    ] = None,
    random_weights: Annotated[bool, typer.Option("--random-weights", help="Try it without weight files.")] = False,
    chunk_seconds: Annotated[
        float | None,
        typer.Option("--seconds", metavar="SECONDS", help="Length of the chunk (default: the model's own)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Export a model's networks: one to a file, several into a folder.

    Each file is run beside the original. Exits with 1 when one does not agree by 60 dB; it is deleted then.

    Example: `mdx models export mdx --safetensors folder`. More: docs/models.md.
    """
    from models.export_formats import ONNX, SAFETENSORS, TORCHSCRIPT

    outputs = {SAFETENSORS: safetensors, TORCHSCRIPT: torchscript, ONNX: onnx}
    wanted = {written: output for written, output in outputs.items() if output is not None}
    if not wanted:
        raise typer.BadParameter(
            "Ask for a format and say where it goes.", param_hint="--safetensors, --torchscript, --onnx"
        )
    if chunk_seconds is not None and not (math.isfinite(chunk_seconds) and chunk_seconds > 0):
        raise typer.BadParameter(f"A chunk must be longer than 0 s. Got {chunk_seconds:g}.", param_hint="--seconds")
    report = _export(name, wanted, chunk_seconds, random_weights=random_weights, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(report, indent=2))
    if any("error" in done for done in report):
        raise typer.Exit(1)


def _export(
    name: str, wanted: dict[Format, Path], chunk_seconds: float | None, *, random_weights: bool, quiet: bool
) -> list[dict[str, Any]]:
    from models.export import ParityError, build_networks, export_member, facts_of, sources_of, targets_for
    from models.registry import model_entry

    entry = model_entry(name)
    bag = build_networks(entry, {}, random_weights=random_weights)
    facts = facts_of(entry, [] if random_weights else sources_of(entry))
    report = []
    for written, output in wanted.items():
        targets = targets_for(entry, len(bag.members), written, output)
        for member, target in zip(bag.members, targets, strict=True):
            try:
                done = _described(export_member(member, written, target, facts, chunk_seconds))
            except ParityError as error:
                done = {**_described(error.exported), "error": str(error)}
            report.append(done)
            if not quiet:
                _print(done, member.network.sample_rate)
    return report


def _described(exported: Exported) -> dict[str, Any]:
    decibels = exported.parity.decibels
    return {
        "file": str(exported.target),
        "format": exported.format,
        "bytes": exported.size_bytes,
        "chunk_samples": exported.chunk_samples,
        "max_abs_error": exported.parity.max_abs_error,
        # JSON has no infinity.
        "decibels": decibels if math.isfinite(decibels) else str(decibels),
    }


def _print(done: dict[str, Any], sample_rate: int) -> None:
    if "error" in done:
        typer.echo(f"FAILED {done['error']}", err=True)
        return
    agreement = "equal" if done["max_abs_error"] == 0 else f"agrees by {done['decibels']:.0f} dB"
    typer.echo(
        f"Wrote '{done['file']}' ({done['format']}, {done['bytes'] / 1e6:.1f} MB): {agreement} with the original, "
        f"largest error {done['max_abs_error']:.2g}, on {done['chunk_samples'] / sample_rate:.1f} s of noise."
    )
