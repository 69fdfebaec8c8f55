"""Build a bank of voices: every text-to-speech voice says some phrases, which are analysed and kept in a file.

It is made once (some minutes); `SpokenSingers.open` then draws singers from it. Each file is complete when it appears
under its name, and says which settings it was made with, so a build that was stopped goes on where it was.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile

from training.synthesis.scores import random_stream
from training.synthesis.voices.analysis import analyse, import_world
from training.synthesis.voices.bank_files import BankError, VoiceFacts, file_facts, speech_pitch, write_voice
from training.synthesis.voices.phrases import SpokenPhrase
from training.synthesis.voices.speakers import JUDGEMENTS, Judgement, Speaker, speakers_of
from training.synthesis.voices.speech_programs import require_programs, speak
from training.synthesis.voices.texts import draw_text

LONGEST_PHRASE_SECONDS = 12.0


@dataclass(frozen=True)
class BankSettings:
    """What a bank holds."""

    phrases_per_voice: int = 12
    """How many phrases each voice says."""
    seed: int = 0
    """Of the words and their pace."""
    judgements: tuple[Judgement, ...] = JUDGEMENTS
    """Which voices: see speakers.py."""
    jobs: int = 1
    """Processes at once."""

    def __post_init__(self) -> None:
        if self.phrases_per_voice < 1 or self.jobs < 1:
            raise BankError(
                f"A bank must have at least 1 phrase for each voice and 1 job. Got "
                f"{self.phrases_per_voice} phrases and {self.jobs} jobs."
            )

    def mark(self, speaker: Speaker) -> str:
        """Return what a speaker's file depends on."""
        return f"{speaker.label}, {self.phrases_per_voice} phrases, seed {self.seed}"


Recorder = Callable[[Speaker, BankSettings], "list[SpokenPhrase]"]
"""Gives the phrases of a speaker; may give fewer than asked for."""


def record(speaker: Speaker, settings: BankSettings) -> list[SpokenPhrase]:
    """Let a speaker say random words, and return the analysed phrases."""
    rng = random_stream(settings.seed, "bank of voices", speaker.label)
    languages = rng.choice(np.array(speaker.languages), settings.phrases_per_voice)
    phrases = []
    with tempfile.TemporaryDirectory(prefix="voices-") as folder:
        for language in sorted(set(languages)):
            texts = [draw_text(language, rng) for _ in range(int((languages == language).sum()))]
            for wav in speak(speaker, language, texts, Path(folder), rng):
                phrases += _phrases_of(wav, speaker.label)
    return phrases


def _phrases_of(wav: Path, voice: str) -> list[SpokenPhrase]:
    try:
        sound, rate = soundfile.read(wav, dtype="float64", always_2d=True)
    except soundfile.LibsndfileError:
        return []
    mono = sound[: int(LONGEST_PHRASE_SECONDS * rate), 0]
    phrase = analyse(mono, rate, voice) if len(mono) > rate // 4 else None
    return [phrase] if phrase is not None else []


def _record_to_file(path: Path, speaker: Speaker, settings: BankSettings, recorder: Recorder) -> str:
    phrases = recorder(speaker, settings)
    if not phrases:
        return f"{speaker.label}: nothing could be analysed; left out"
    facts = VoiceFacts(speaker.label, speaker.judgement, settings.mark(speaker), speech_pitch(phrases))
    write_voice(path, phrases, facts)
    return f"{speaker.label}: {len(phrases)} phrases"


def _is_done(path: Path, mark: str) -> bool:
    try:
        return path.is_file() and file_facts(path).mark == mark
    except BankError:
        return False


def _messages(work: Sequence[tuple[Path, Speaker, BankSettings, Recorder]], jobs: int) -> Iterator[str]:
    if jobs == 1:
        for task in work:
            yield _record_to_file(*task)
        return
    # Fresh processes: WORLD and the reader of sound files know nothing of locks held elsewhere.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_record_to_file, *task) for task in work]):
            yield future.result()


def build_bank(
    folder: Path,
    settings: BankSettings | None = None,
    progress: Callable[[int, int, str], None] = lambda done, total, message: None,
    recorder: Recorder = record,
) -> list[Path]:
    """Make a bank of voices, or what is missing of it.

    Args:
        folder: Where; made if it is not there.
        settings: What it holds.
        progress: Called after each voice with how many are done, of how many, and a sentence.
        recorder: Who speaks; must be a function that processes can share.

    Returns:
        The files of all voices, in the order of the speakers.

    Raises:
        MissingProgramsError: Speech programs or voices are not installed.
        MissingExtraError: WORLD is not installed.
    """
    settings = settings or BankSettings()
    speakers = speakers_of(settings.judgements)
    if recorder is record:
        require_programs(speakers)
        import_world()
    folder.mkdir(parents=True, exist_ok=True)
    paths = {speaker: folder / f"{speaker.label}.safetensors" for speaker in speakers}
    todo = [one for one in speakers if not _is_done(paths[one], settings.mark(one))]
    done = len(speakers) - len(todo)
    work = [(paths[speaker], speaker, settings, recorder) for speaker in todo]
    for number, message in enumerate(_messages(work, settings.jobs), start=done + 1):
        progress(number, len(speakers), message)
    return [path for path in paths.values() if path.is_file()]
