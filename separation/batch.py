"""Separate many files: which songs, where their stems go, and one song after the other.

Everything that can be checked is checked before the first song is read: names of stems, container and encoding, inputs
that are missing, outputs that would overwrite each other, an input, or the stems that lie beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import soundfile

from audio import MIXTURE, STEMS, AudioError, read_audio
from audio.songs import at_rate, open_song
from audio.sources import SongSource, TensorSource
from audio.stems import ACCOMPANIMENT
from audio.writing import AudioWriter, container_for
from models.errors import SettingsError
from separation.at_rate import separate_at_rate
from separation.separator import Separator, StreamingSeparator
from separation.stem_files import StemFiles

OnProgress = Callable[[float], None]

AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".mp3", ".m4a", ".mp4", ".aif", ".aiff", ".aac", ".opus", ".wma"})
NO_NAMES = frozenset({"", ".", ".."})
DEFAULT_ENCODINGS = {"wav": "FLOAT", "flac": "PCM_24"}


@dataclass(frozen=True)
class BatchOptions:
    """What is written, and where."""

    output: Path
    stems: tuple[str, ...]
    container: str
    encoding: str
    rest_of: str | None = None
    """The stem whose rest of the song is the accompaniment; None where the separator gives all that is written."""

    @classmethod
    def from_text(
        cls, output: Path, stems: str | None, container: str, encoding: str | None, known: tuple[str, ...] = STEMS
    ) -> BatchOptions:
        """Read options as the command line takes them.

        Args:
            output: Folder of all outputs.
            stems: Names joined by commas, or None for all.
            container: wav or flac.
            encoding: As `audio.write_audio`, or None for the container's default.
            known: What can be written.

        Raises:
            AudioError: An unknown stem, container or encoding.
        """
        names = known if stems is None else tuple(name.strip() for name in stems.split(","))
        for name in names:
            if name not in known:
                raise AudioError(f"A stem must be one of {', '.join(known)}. Got '{name}' in --stems.")
        encoding = encoding or DEFAULT_ENCODINGS.get(container, "FLOAT")
        container_for(Path(f"stem.{container}"), encoding)
        return cls(output, names, container, encoding)

    @property
    def asked_stems(self) -> tuple[str, ...]:
        """What the separator is asked for."""
        return self.stems if self.rest_of is None else (self.rest_of,)

    def files(self, song: Song) -> dict[str, Path]:
        """Return the file of each stem of a song."""
        return {stem: song.target / f"{stem}.{self.container}" for stem in self.stems}


@dataclass(frozen=True)
class Song:
    """One input and the folder of its stems."""

    source: Path
    target: Path


def plan_songs(inputs: Sequence[Path], options: BatchOptions) -> list[Song]:
    """Find the songs among files and folders; a folder gives its audio files and its `<song>/mixture.wav`.

    Raises:
        AudioError: An input is missing, a folder holds no song, a file's name names no song, two songs would share an
            output folder, or stems would go to the folder of their own song or overwrite an input.
    """
    songs: dict[Path, Song] = {}
    for source in [song for path in inputs for song in _songs_in(path)]:
        song = Song(source, options.output / _song_name(source))
        other = songs.get(song.target)
        if other is not None and not other.source.samefile(source):
            raise AudioError(
                f"Every song must have its own output folder. Got '{other.source}' and '{source}', which both go to "
                f"'{song.target}'. Separate them into different folders with --output."
            )
        songs[song.target] = song
    _refuse_to_overwrite(songs.values(), options)
    return list(songs.values())


def duration_seconds(song: Song) -> float | None:
    """Read a song's length from its header, or return None where that is not possible without decoding it."""
    if not song.source.is_file():
        # A pipe would be waited for.
        return None
    try:
        info = soundfile.info(song.source)
    except soundfile.LibsndfileError:
        return None
    return float(info.frames / info.samplerate)


def separate_song(
    separator: Separator, song: Song, options: BatchOptions, on_progress: OnProgress = lambda share: None
) -> list[Path]:
    """Separate one song and write its stems at the song's own sample rate and length.

    Where the separator can stream, no song is ever held whole.

    Args:
        separator: Any separator.
        song: The input and its output folder.
        options: What is written.
        on_progress: Called with the share of the work that is done, where the separator tells it.

    Returns:
        The files.

    Raises:
        AudioError: The song is unreadable.
        OSError: A stem cannot be written.
    """
    if isinstance(separator, StreamingSeparator):
        return _separate_in_blocks(separator, song, options, on_progress)
    mixture = read_audio(song.source)
    separated = separate_at_rate(separator, mixture.samples, mixture.sample_rate)
    whole = TensorSource(mixture.samples, mixture.sample_rate)
    with _open_files(whole, song, options, mixture.sample_rate) as files:
        files.write({stem: separated[stem] for stem in options.asked_stems})
        files.finish()
    return list(options.files(song).values())


def two_stem_names(known: Sequence[str], stem: str) -> tuple[str, ...]:
    """Return the names of a stem and of the rest.

    Args:
        known: What the model gives.
        stem: The asked one.

    Raises:
        SettingsError: The model does not give it.
    """
    names = [name for name in known if name != ACCOMPANIMENT]
    if stem not in names:
        raise SettingsError(
            f"The stem of --two-stems must be one that the model gives: {', '.join(names)}. Got '{stem}'."
        )
    return stem, ACCOMPANIMENT


def _separate_in_blocks(
    separator: StreamingSeparator, song: Song, options: BatchOptions, on_progress: OnProgress
) -> list[Path]:
    with (
        open_song(song.source) as source,
        at_rate(source, separator.sample_rate) as heard,
        _open_files(source, song, options, separator.sample_rate) as files,
    ):
        for _, block in separator.separate_stream(heard, options.asked_stems, on_progress):
            files.write(block)
        files.finish()
    return list(options.files(song).values())


@contextmanager
def _open_files(source: SongSource, song: Song, options: BatchOptions, sample_rate: int) -> Iterator[StemFiles]:
    """Open the files of a song's stems; they get their names when the block ends without an error."""
    with ExitStack() as opened:
        writers = {
            stem: opened.enter_context(AudioWriter(file, source.sample_rate, options.encoding, source.samples))
            for stem, file in options.files(song).items()
        }
        yield StemFiles(writers, source, sample_rate, options.rest_of)


def _songs_in(path: Path) -> list[Path]:
    if not path.is_dir():
        if not path.exists():
            raise AudioError(f"An input must be an audio file or a folder. Got '{path}', which does not exist.")
        return [path]
    files = [entry for entry in sorted(path.iterdir()) if entry.suffix.lower() in AUDIO_SUFFIXES and entry.is_file()]
    mixtures = [entry / f"{MIXTURE}.wav" for entry in sorted(path.iterdir()) if (entry / f"{MIXTURE}.wav").is_file()]
    own_mixture = path / f"{MIXTURE}.wav"
    songs = [own_mixture] if own_mixture in files else files + mixtures
    if not songs:
        raise AudioError(f"A folder of songs must hold audio files, or folders with {MIXTURE}.wav. Got '{path}'.")
    return songs


def _song_name(source: Path) -> str:
    """Name a song after its file, without `.stem.mp4` and the like, or after its folder when the file is a mixture.

    Raises:
        AudioError: Nothing is left of the name, or something that means a folder.
    """
    folder = Path(os.path.abspath(source)).parent.name
    name = folder if source.stem == MIXTURE and folder else source.name.removesuffix(source.suffix)
    name = name.removesuffix(".stem")
    if name in NO_NAMES:
        raise AudioError(f"A song must have a name, for the folder of its stems. Got '{source}'. Rename the file.")
    return name


def _refuse_to_overwrite(songs: Iterable[Song], options: BatchOptions) -> None:
    """Refuse stems in the folder of their own song, where its true stems may be, and stems in place of an input."""
    inputs = {_identity(song.source) for song in songs}
    for song in songs:
        if song.target.is_dir() and song.target.samefile(song.source.parent):
            raise AudioError(
                f"Stems must go to another folder than their song's, which may hold its true stems. Got the song "
                f"'{song.source}' and the output folder '{song.target}'. Name another folder with --output."
            )
        for file in options.files(song).values():
            if file.exists() and _identity(file) in inputs:
                raise AudioError(
                    f"Stems must not overwrite an input. Got '{file}', which is both. "
                    "Name another folder with --output."
                )


def _identity(path: Path) -> tuple[int, int]:
    """Tell a file from all others, whatever path leads to it."""
    status = path.stat()
    return status.st_dev, status.st_ino
