"""`mdx train`: a recipe in, a network with its row for the manifest out."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from mdx.completion import recipes


def train(
    recipe: Annotated[
        str,
        typer.Argument(metavar="RECIPE", autocompletion=recipes, help="A recipe of the kit, or a YAML file."),
    ],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a key, such as data.batch_size=8; may be repeated."),
    ] = None,
    run_folder: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where the run goes (default: runs/NAME).")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run that is in the folder.")] = False,
    tiny: Annotated[
        bool,
        typer.Option("--tiny", help="Try it: tiny network, few short epochs, the sample tracks, the CPU."),
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the whole recipe with all changes, and stop.")] = False,
) -> None:
    """Train a network, and export the best one.

    It is validated on whole songs. Ctrl-C saves; --resume goes on.

    Example: `mdx train umx --tiny`. More: docs/training.md.
    """
    from separation.host_memory import keep_freed_memory
    from training.extras import require_training_extra
    from training.recipe_files import load_recipe, recipe_text, with_changes

    if tiny:
        from training.tiny import prepare_songs, tiny_recipe

        loaded = with_changes(tiny_recipe(load_recipe(recipe)), changes or ())
    else:
        loaded = load_recipe(recipe, changes or ())
    if show:
        typer.echo(recipe_text(loaded))
        return
    require_training_extra()
    keep_freed_memory()
    if tiny:
        prepare_songs(loaded)
    from training import run
    from training.stopping import RunStopped

    # Importing Lightning sets a level: its remarks about devices and other products would hide ours. Warnings stay.
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)

    folder = run_folder or Path("runs", loaded.name)
    try:
        trainer = run.train(loaded, folder, resume=resume)
    except RunStopped as stop:
        typer.echo(f"{stop}\nGo on with: {_command(recipe, changes or (), folder, tiny=tiny)}", err=True)
        raise KeyboardInterrupt(stop.signal_number) from stop
    if trainer.is_global_zero:
        typer.echo(f"Done: {trainer.current_epoch} epochs, {trainer.global_step} steps. The best model is in:")
        for path in sorted((folder / "model").glob("*")):
            typer.echo(f"  {path}")
        typer.echo("docs/training.md says how it becomes a submission.")


def _command(recipe: str, changes: Iterable[str], folder: Path, *, tiny: bool) -> str:
    """Return what goes on with a run, as it is typed into a shell."""
    settings = [*(["--tiny"] if tiny else []), *(part for change in changes for part in ("--set", change))]
    return shlex.join(["mdx", "train", recipe, *settings, "--output", str(folder), "--resume"])
