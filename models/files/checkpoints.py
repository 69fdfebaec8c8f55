"""Where weight files come from: a named folder, the repository, the user's cache, the network. In that order.

1. the setting `weights_folder` of the model, then the environment variable MDX_WEIGHTS_DIR (each may hold several
   folders, separated as PATH is);
2. `models/weights/` of this repository, which travels with a submission;
3. the user's cache, `~/.cache/music-demixing-kit/weights` (under XDG_CACHE_HOME where that is set);
4. the network, unless MDX_OFFLINE=1: downloaded into the cache under a temporary name, verified, then renamed; a
   download that broke off is continued (`models.files.downloads`).

The first folder that has the file decides: a wrong file there is an error, never skipped in silence.

In each of them the file that `mdx models convert` made (`models.files.converted_files`) comes before the published
one, and one in the cache, where it goes when the folder of the published one cannot be written, before that too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.user_cache import user_cache
from models.errors import WeightError
from models.files.converted_files import check_converted, is_converted
from models.files.downloads import OnProgress, Wanted, fetch, ignore_progress
from models.files.file_locks import locked
from models.files.weight_files import check_download, check_weight_file, published_digest, record_path, record_verified
from models.manifest import WeightFile

FOLDERS_VARIABLE = "MDX_WEIGHTS_DIR"
OFFLINE_VARIABLE = "MDX_OFFLINE"
REPOSITORY_FOLDER = Path(__file__).resolve().parents[1] / "weights"

_FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Located:
    """A verified weight file, with its hash, so that nobody has to hash it again."""

    path: Path
    sha256: str


class MissingWeightError(WeightError):
    """A weight file is in no folder and did not come over the network.

    Args:
        fact: Which one, for which model, and why.
        next_step: What to do about it; the same for all files of a model.
    """

    def __init__(self, fact: str, next_step: str) -> None:
        super().__init__(f"{fact} {next_step}")
        self.fact = fact


def user_cache_folder() -> Path:
    """Return the folder that downloads go to; it need not exist yet."""
    return user_cache("weights")


def weight_folders(explicit: str | None = None) -> tuple[Path, ...]:
    """Return the folders that are searched, in order.

    Args:
        explicit: The model's setting `weights_folder`: one folder, or several separated by `os.pathsep`.
    """
    named = [*_split_folders(explicit), *_split_folders(os.environ.get(FOLDERS_VARIABLE))]
    return tuple(dict.fromkeys([*named, REPOSITORY_FOLDER, user_cache_folder()]))


def network_is_allowed() -> bool:
    """Return False when MDX_OFFLINE is set to anything but 0, false, no or off."""
    return os.environ.get(OFFLINE_VARIABLE, "").strip().lower() in _FALSE_WORDS


def find_weights(file: WeightFile, explicit_folder: str | None = None) -> Path | None:
    """Return the local path that a weight file is loaded from, not yet verified, or None when no folder has it."""
    published = find_published(file, explicit_folder)
    folders = weight_folders(explicit_folder)
    if published is not None:
        folders = (*folders[: folders.index(published.parent) + 1], user_cache_folder())
    converted = (folder / file.converted_name for folder in folders)
    return next((path for path in converted if is_converted(path, file)), published)


def find_published(file: WeightFile, explicit_folder: str | None = None) -> Path | None:
    """Return the first local path of a weight file as it was published, not yet verified, or None."""
    for folder in weight_folders(explicit_folder):
        for name in (file.name, *file.also_accepted):
            if (folder / name).is_file():
                return folder / name
    return None


def locate_weights(
    model: str, file: WeightFile, explicit_folder: str | None = None, on_progress: OnProgress = ignore_progress
) -> Path:
    """Return the path of a verified weight file, converted or published, downloading it when no folder has it.

    Args:
        model: Name of the model, for messages.
        file: The row of the manifest.
        explicit_folder: As for `weight_folders`.
        on_progress: Told how far a download is.

    Raises:
        WeightError: The file is missing and cannot be downloaded, or it is not the published one. The message names
            the model, the file, the folders that were searched and the next step.
    """
    return locate_hashed(model, file, explicit_folder, on_progress).path


def locate_hashed(
    model: str, file: WeightFile, explicit_folder: str | None = None, on_progress: OnProgress = ignore_progress
) -> Located:
    """Return what `locate_weights` does, with its hash."""
    path = find_weights(file, explicit_folder)
    if path is not None and is_converted(path, file):
        return Located(path, check_converted(path, find_published(file, explicit_folder), file, model))
    return locate_published_hashed(model, file, explicit_folder, on_progress)


def locate_published(
    model: str, file: WeightFile, explicit_folder: str | None = None, on_progress: OnProgress = ignore_progress
) -> Path:
    """Return the path of a weight file as it was published: what `locate_weights` does without converted files."""
    return locate_published_hashed(model, file, explicit_folder, on_progress).path


def locate_published_hashed(
    model: str, file: WeightFile, explicit_folder: str | None = None, on_progress: OnProgress = ignore_progress
) -> Located:
    """Return what `locate_published` does, with its hash."""
    path = find_published(file, explicit_folder)
    if path is None:
        return _download(model, file, weight_folders(explicit_folder), on_progress)
    return _checked(path, model, file)


def how_to_get(models: Iterable[str], searched: Sequence[Path]) -> str:
    """Say what to do about missing weight files.

    Args:
        models: Names of the models that lack some.
        searched: The folders that were searched.
    """
    names = " ".join(models)
    if network_is_allowed():
        by_program = f"Run `mdx models fetch {names}` again when the network is there, or on a machine that has one"
    else:
        by_program = (
            f"Unset {OFFLINE_VARIABLE} and run `mdx models fetch {names}`, or run it on a machine with a network"
        )
    folders = ", ".join(f"'{folder}'" for folder in searched)
    return (
        f"{by_program} (`mdx models pack` makes a file to carry from there); or download each file from its address "
        f"and put it into '{searched[0]}', or set {FOLDERS_VARIABLE} to the folder that has it. "
        f"Folders searched: {folders}."
    )


def _split_folders(folders: str | None) -> list[Path]:
    return [Path(part).expanduser() for part in (folders or "").split(os.pathsep) if part.strip()]


def _download(model: str, file: WeightFile, searched: tuple[Path, ...], on_progress: OnProgress) -> Located:
    if not file.urls:
        raise _not_published(model, file, searched)
    if not network_is_allowed():
        reason = f"the network is switched off ({OFFLINE_VARIABLE}={os.environ[OFFLINE_VARIABLE]})"
        raise _missing(model, file, searched, reason)
    target = user_cache_folder() / file.name
    wanted = Wanted(
        urls=file.urls,
        target=target,
        check=lambda path, url: check_download(path, url, file, model),
        has_published_hash=file.published_digest is not None,
        approximate_bytes=file.approximate_bytes,
    )
    try:
        with locked(target):
            if target.is_file():  # Another process fetched it meanwhile.
                return _checked(target, model, file)
            logger.info("Downloading %s for the model %s", file.name, model)
            fetched = fetch(wanted, on_progress)
            _record(target, fetched.url, fetched.sha256, trusted_on_first_use=not wanted.has_published_hash)
    except OSError as error:
        raise _missing(model, file, searched, f"the download failed ({error})") from error
    return Located(target, fetched.sha256)


def _checked(path: Path, model: str, file: WeightFile) -> Located:
    sha256 = check_weight_file(path, file, model)
    if not record_path(path).exists():
        _keep_hash(path, file, sha256)
    return Located(path, sha256)


def _keep_hash(path: Path, file: WeightFile, sha256: str) -> None:
    """Record the hash of a file that somebody put there; only the cache is ours to write to."""
    unproven = published_digest(path, file) is None
    if path.parent == user_cache_folder():
        _record(path, None, sha256, trusted_on_first_use=unproven)
    elif unproven:
        logger.warning("No published hash confirms %s; it is taken as it is. Its sha256 is %s", path, sha256)


def _record(path: Path, url: str | None, sha256: str, *, trusted_on_first_use: bool) -> None:
    try:
        record_verified(path, url, sha256, trusted_on_first_use=trusted_on_first_use)
    except OSError as error:
        # A cache that cannot be written is no reason to refuse a file that was just verified.
        logger.warning("The hash of %s could not be recorded: %s", path, error)


def _not_published(model: str, file: WeightFile, searched: tuple[Path, ...]) -> MissingWeightError:
    fact = (
        f"The model '{model}' needs the weight file {file.name}, which comes with {file.source} and is not published "
        "elsewhere. It is in none of the folders searched."
    )
    folders = ", ".join(f"'{folder}'" for folder in searched)
    next_step = (
        f"Get it back with `git checkout -- models/weights/{file.name}`, or set {FOLDERS_VARIABLE} to the folder that "
        f"has it. Folders searched: {folders}."
    )
    return MissingWeightError(fact, next_step)


def _missing(model: str, file: WeightFile, searched: tuple[Path, ...], reason: str) -> MissingWeightError:
    fact = (
        f"The model '{model}' needs the weight file {file.name} from {file.source}. "
        f"It is in none of the folders searched, and {reason}."
    )
    return MissingWeightError(fact, how_to_get([model], searched))
