"""`mdx synth`: make songs to train with, from nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.completion import one_of
from mdx.progress import progress_bar

if TYPE_CHECKING:
    from training.synthesis.crew import OpenSounds
    from training.synthesis.instruments.interfaces import Judgement
    from training.synthesis.writing import DatasetSettings, PlannedSong

PAGE = "listen.html"


def synth(
    songs: Annotated[int, typer.Option("--songs", metavar="NUMBER", help="How many songs there shall be.")],
    folder: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where the dataset goes; songs that are there are kept.")
    ],
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="NUMBER", min=1, help="Of processes (default: one a core).")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="Other seeds give other songs.")] = 0,
    seconds: Annotated[float, typer.Option(metavar="SECONDS", help="Length of every song.")] = 20.0,
    sounds: Annotated[
        str,
        typer.Option(
            metavar="<pure|rich>",
            autocompletion=one_of("pure", "rich"),
            help="pure needs nothing else; rich needs Debian packages.",
        ),
    ] = "rich",
    voices: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Voices of the rich sounds, made if missing (default: in the cache)."),
    ] = None,
    publishable: Annotated[
        bool, typer.Option("--publishable", help="Only sources whose sound may be published under any licence.")
    ] = False,
    valid_share: Annotated[float, typer.Option("--valid", metavar="SHARE", help="Of songs for validation.")] = 0.05,
    remix_share: Annotated[
        float, typer.Option("--remix", metavar="SHARE", help="Of songs whose stems come from different ones.")
    ] = 0.08,
    file_format: Annotated[
        str,
        typer.Option("--format", metavar="<wav|flac>", autocompletion=one_of("wav", "flac"), help="Both have 16 bits."),
    ] = "wav",
    listen: Annotated[int, typer.Option(metavar="NUMBER", min=0, help=f"Write {PAGE} with so many of the songs.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much there is to do.")] = False,
) -> None:
    """Make songs to train with: composed, played, sung and mixed.

    It goes on where it was stopped.

    Example: `mdx synth --songs 50 --out songs --sounds pure --listen 3`. More: docs/synthesis.md.
    """
    from audio.user_cache import user_cache
    from training.synthesis.songs import SongSettings
    from training.synthesis.writing import DatasetSettings, check_room, missing_songs

    song = SongSettings(seconds, remix_share)
    settings = DatasetSettings(folder, songs, seed, valid_share, file_format, song)  # type: ignore[arg-type]  # checked
    processes = jobs or os.cpu_count() or 1
    bank = voices or user_cache("voices")
    open_sounds, sounds_name = _choose_sounds(sounds, publishable, bank)
    missing = missing_songs(settings, sounds_name)
    _tell(len(missing), settings)
    if dry_run:
        return
    check_room(len(missing), settings)
    if missing:
        if sounds == "rich":
            _complete_voices(bank, _judgements(publishable), processes)
        _make(missing, settings, open_sounds, processes)
    if listen:
        _write_page(settings, listen)


def _tell(missing: int, settings: DatasetSettings) -> None:
    from training.synthesis.writing import size_bytes

    typer.echo(
        f"{settings.songs} songs of {settings.song.seconds:g} s in '{settings.folder}': {settings.songs - missing} are "
        f"there, {missing} to make, {size_bytes(missing, settings) / 1e9:.2f} GB."
    )


def _choose_sounds(sounds: str, publishable: bool, bank: Path) -> tuple[OpenSounds, str]:
    """Return what opens the sounds in each process, and the name that song.json tells."""
    from training.synthesis.songs import SynthesisError
    from training.synthesis.sounds import pure_sounds, rich_name, rich_sounds

    if sounds == "pure":
        return pure_sounds, "pure"
    if sounds == "rich":
        judgements = _judgements(publishable)
        return partial(rich_sounds, bank, judgements), rich_name(judgements)
    raise SynthesisError(f"--sounds must be pure or rich. Got '{sounds}'.")


def _judgements(publishable: bool) -> tuple[Judgement, ...]:
    from training.synthesis.instruments.interfaces import JUDGEMENTS

    return ("free", "credit") if publishable else JUDGEMENTS


def _complete_voices(folder: Path, judgements: tuple[Judgement, ...], jobs: int) -> None:
    from training.synthesis.instruments.rich import RichInstruments
    from training.synthesis.voices.bank import BankSettings, build_bank

    # A missing package should be known before minutes of speech, not after.
    RichInstruments.open(judgements)
    with progress_bar(quiet=False) as bar:
        task = bar.add_task("Recording voices", total=None)
        build_bank(
            folder,
            BankSettings(judgements=judgements, jobs=jobs),
            lambda done, total, _: bar.update(task, completed=done, total=total),
        )


def _make(songs: Sequence[PlannedSong], settings: DatasetSettings, open_sounds: OpenSounds, jobs: int) -> None:
    from training.synthesis.crew import write_songs

    with progress_bar(quiet=False) as bar:
        task = bar.add_task("Making songs", total=len(songs))
        for _ in write_songs(songs, settings, open_sounds, jobs):
            bar.advance(task)
    typer.echo(f"Done. A recipe trains with it: --set data.folder='{settings.folder}'")


def _write_page(settings: DatasetSettings, count: int) -> None:
    from training.synthesis.listening_page import write_listening_page
    from training.synthesis.writing import written_songs

    page = settings.folder / PAGE
    write_listening_page(page, written_songs(settings)[:count])
    typer.echo(f"Listen: {page}")
