"""Let flite, festival and espeak-ng say texts into WAV files. No sound card is touched.

They are programs of Debian, run as processes of their own (docs/sound_sources.md: pitfalls of each). festival ends
well after most errors, so what counts is whether the file can be read.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import numpy as np

from audio.errors import KitError
from training.synthesis.voices.speakers import Engine, Speaker

ENGINE_SECONDS = 300.0
"""A program that says nothing for so long is stopped."""
FESTIVAL_VOICES = Path("/usr/share/festival/voices")
PACKAGE_LIST = "training/synthesis/debian-packages.txt"


class MissingProgramsError(KitError):
    """Text-to-speech programs or voices are not installed."""

    def __init__(self, missing: Sequence[str], packages: Sequence[str]) -> None:
        super().__init__(
            f"The bank of voices needs speech programs and voices that must be installed. Not found: "
            f"{', '.join(missing)}. Install the Debian packages: apt-get install -y --no-install-recommends "
            f"{' '.join(packages)} ({PACKAGE_LIST} lists all), or ask for fewer voices."
        )


def require_programs(
    speakers: Iterable[Speaker],
    find_program: Callable[[str], str | None] = shutil.which,
    festival_voices: Path = FESTIVAL_VOICES,
) -> None:
    """Look whether programs and voices are there.

    Args:
        speakers: Those that shall speak.
        find_program: Returns where a program is, or None.
        festival_voices: Folder of festival's voices.

    Raises:
        MissingProgramsError: Some are not; the message names the Debian packages.
    """
    speakers = list(speakers)
    missing: dict[str, str] = {
        name: name for name in sorted({one.engine for one in speakers}) if find_program(name) is None
    }
    installed = {folder.name for folder in festival_voices.glob("*/*")}
    for speaker in speakers:
        if speaker.engine == "festival" and speaker.name not in installed:
            missing[speaker.name] = speaker.package
    if missing:
        raise MissingProgramsError(list(missing), list(dict.fromkeys(missing.values())))


def _run(command: Sequence[str]) -> None:
    # A failure, and a program that was stopped, show in the file that is not there.
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(command, capture_output=True, timeout=ENGINE_SECONDS, check=False)


def _flite(speaker: Speaker, language: str, wavs: Mapping[Path, str], rng: np.random.Generator) -> None:
    for wav, text in wavs.items():
        pace = f"duration_stretch={rng.uniform(0.95, 1.5):.2f}"
        _run(["flite", "-voice", speaker.name, "--setf", pace, "-t", text, "-o", str(wav)])


def _espeak(speaker: Speaker, language: str, wavs: Mapping[Path, str], rng: np.random.Generator) -> None:
    for wav, text in wavs.items():
        # Some timbres clip at full level.
        settings = ["-a", "60", "-s", str(rng.integers(100, 165)), "-p", str(rng.integers(25, 85))]
        _run(["espeak-ng", "-v", f"{language}+{speaker.name}", *settings, "-w", str(wav), text])


def _festival(speaker: Speaker, language: str, wavs: Mapping[Path, str], rng: np.random.Generator) -> None:
    script = [f"(voice_{speaker.name})"]
    for wav, text in wavs.items():
        script.append(f"(Parameter.set 'Duration_Stretch {rng.uniform(0.95, 1.4):.2f})")
        script.append(f'(utt.save.wave (SynthText "{text}") "{wav}" \'riff)')
    path = next(iter(wavs)).with_suffix(".scm")
    path.write_text("\n".join(script) + "\n", encoding=speaker.encoding, errors="ignore")
    _run(["festival", "-b", str(path)])


_ENGINES: Mapping[Engine, Callable[[Speaker, str, Mapping[Path, str], np.random.Generator], None]] = MappingProxyType(
    {"flite": _flite, "festival": _festival, "espeak-ng": _espeak}
)


def speak(speaker: Speaker, language: str, texts: Sequence[str], folder: Path, rng: np.random.Generator) -> list[Path]:
    """Say texts, each into a WAV file of its own, at a random pace.

    Args:
        speaker: Whose voice.
        language: Of the texts.
        texts: What to say; without quotation marks and backslashes.
        folder: Absolute path of a folder that exists.
        rng: Random numbers.

    Returns:
        The files that were written, in the order of the texts.
    """
    wavs = {folder / f"{speaker.label}-{language}-{number}.wav": text for number, text in enumerate(texts)}
    if wavs:
        _ENGINES[speaker.engine](speaker, language, wavs, rng)
    return [wav for wav in wavs if wav.is_file()]
