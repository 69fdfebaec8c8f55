"""Recorded drums: which kits may be used, what each of their files is, and how a file becomes a stroke.

Kits are Hydrogen's (one folder each with a drumkit.xml, in three layouts) and the CC0 samples of Sonic Pi. Names are
free text, so that the drum is guessed from the name, then from the file's. docs/sound_sources.md holds the licences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.drums.kits import Stroke, struck_again
from training.synthesis.instruments.interfaces import Judgement, Rng, Sound, Source
from training.synthesis.instruments.signals import fading
from training.synthesis.scores import Drum

HYDROGEN = Path("/usr/share/hydrogen/data/drumkits")
SONIC_PI = Path("/usr/share/sonic-pi/samples")
KITS_PACKAGE = "hydrogen-drumkits"
DATA_PACKAGE = "hydrogen-data"
SONIC_PI_PACKAGE = "sonic-pi-samples"

_RUMPF = '"rumpf_kit_z01" by Emanuel Rumpf'
KITS: Mapping[str, tuple[Judgement, str, str]] = {
    "Audiophob": ("free", KITS_PACKAGE, ""),
    "ColomboAcousticDrumkit": ("free", KITS_PACKAGE, ""),
    "rumpf_kit_z01_h2": ("credit", KITS_PACKAGE, _RUMPF),
    "ElectricEmpireKit": ("copyleft", KITS_PACKAGE, ""),
    "HardElectro1": ("copyleft", KITS_PACKAGE, ""),
    "VariBreaks": ("copyleft", KITS_PACKAGE, ""),
    "Millo-Drums_v.1": ("copyleft", KITS_PACKAGE, ""),
    "Millo_MultiLayered2": ("copyleft", KITS_PACKAGE, ""),
    "Millo_MultiLayered3": ("copyleft", KITS_PACKAGE, ""),
    "The Black Pearl 1.0": ("copyleft", KITS_PACKAGE, ""),
    "Gimme A Hand 1.0": ("copyleft", KITS_PACKAGE, ""),
    "ForzeeStereo": ("copyleft", KITS_PACKAGE, ""),
    "BJA_Pacific": ("copyleft", KITS_PACKAGE, "Luc Tanguay, Bransin James Anderson"),
    "circAfrique v4": ("copyleft", KITS_PACKAGE, "Jim Harney"),
    "GMRockKit": ("copyleft", DATA_PACKAGE, ""),
    "TR808EmulationKit": ("copyleft", DATA_PACKAGE, ""),
}
"""For each of Hydrogen's kits its judgement, its package and who is to be named."""
_LEFT_OUT_OF_SONIC_PI = ("loop_", "misc_", "mehackit_")

_PATTERNS: tuple[tuple[Drum | None, str], ...] = (
    (None, r"roll|choke|flink|zap|\bfx\b|whistle|glass|empty|robot|vinyl|^guit|^ambi|^bass |glitch bass"),
    ("clap", r"clap|snap"),
    ("snare", r"rim ?shot|snare|\bsn\b"),
    ("rim", r"rim|stick|clave|block|\btick\b|\bwood\b|\bblip|\bplip\b"),
    ("kick", r"kick|bass ?drum|drum bass|thump|\bbd\b"),
    ("tambourine", r"tambourine|jingle"),
    ("cowbell", r"cowbell|agogo|triangle|elec bell|perc bell|(sangban|dununba|kenkeni).*bell"),
    ("open_hat", r"(hat|hh|cymbal).*(open|\bop\b|semi|swish|free)|open.*(hat|hh)|\bohh\b"),
    ("pedal_hat", r"(hat|hh|cymbal).*(pedal|foot|\bpd\b)|pedal.*(hat|hh)"),
    ("closed_hat", r"hat|\bhh\b|\bchh\b|cymbal closed"),
    ("ride", r"ride|\bbell\b"),
    ("crash", r"crash|cymbal|splash|china"),
    ("shaker", r"shaker|maraca|cabasa|swash"),
    ("low_tom", r"(low|floor|\blo\b).*tom|tom.*(low|floor|\blo\b)"),
    ("high_tom", r"(high|\bhi\b).*tom|tom ?(hi|1)"),
    ("mid_tom", r"tom"),
    ("conga", r"conga|bongo|djembe|dununba|sangban|kenkeni|cajon|tabla"),
)
"""The first that fits decides; None leaves the file out."""
_LONGEST_SECONDS = 4.0


@dataclass(frozen=True)
class Recording:
    """A file, and the velocities from 0 to 1 that it is for."""

    path: Path
    lowest: float = 0.0
    highest: float = 1.0


@dataclass(frozen=True)
class OneShot:
    """One drum of one kit."""

    drum: Drum
    kit: str
    recordings: tuple[Recording, ...]
    source: Source


@dataclass(frozen=True)
class RecordedDrum:
    """A drum for a kit: a one-shot, retuned and shortened; see drums.kits.DrumVoice."""

    one_shot: OneShot
    tuning: float = 1.0
    """Above 1 is higher and shorter."""
    decay_seconds: float | None = None
    """Makes it shorter where it is given: time to fall by another 60 dB."""

    def __call__(self, velocity: float, rng: Rng) -> Stroke:
        """Return a stroke (2, samples): one of the recordings for this velocity."""
        fitting = [one for one in self.one_shot.recordings if one.lowest <= velocity <= one.highest]
        choices = fitting or list(self.one_shot.recordings)
        sound = retuned(read_one_shot(choices[int(rng.integers(len(choices)))].path), self.tuning)
        if self.decay_seconds is not None:
            sound = sound * fading(sound.shape[1], self.decay_seconds)
        # Several recordings are duller by themselves where they are softer.
        return struck_again(sound, velocity if len(self.one_shot.recordings) == 1 else 1.0, rng)


def drum_of(*names: str) -> Drum | None:
    """Guess the drum from an instrument's name, then from its file's; None where no name tells.

    Args:
        names: The best one first.
    """
    for name in names:
        plain = re.sub(r"[_\-.]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).lower()
        for drum, pattern in _PATTERNS:
            if re.search(pattern, plain):
                return drum
    return None


@cache
def one_shots() -> tuple[OneShot, ...]:
    """Return every usable one-shot that is installed, in a fixed order."""
    return (*_hydrogen(), *_sonic_pi())


def _hydrogen() -> Iterator[OneShot]:
    for kit, (judgement, package, credit) in KITS.items():
        folder = HYDROGEN / kit
        if (folder / "drumkit.xml").is_file():
            source = Source(f"{kit} ({package})", judgement, credit)
            for name, recordings in _instruments(folder):
                drum = drum_of(name, recordings[0].path.stem)
                if drum is not None:
                    yield OneShot(drum, kit, recordings, source)


def _instruments(folder: Path) -> Iterator[tuple[str, tuple[Recording, ...]]]:
    """Yield the name and the files of each instrument of a kit."""
    root = ElementTree.parse(folder / "drumkit.xml").getroot()
    for element in root.iter():
        element.tag = element.tag.rsplit("}", 1)[-1]  # some kits have an XML namespace, some have none
    for instrument in root.iter("instrument"):
        found = []
        for layer in (*instrument.iter("layer"), instrument):
            path = folder / (layer.findtext("filename") or "").strip()
            if path.is_file():
                found.append(Recording(path, float(layer.findtext("min") or 0), float(layer.findtext("max") or 1)))
        if found:
            yield (instrument.findtext("name") or "").strip(), tuple(found)


def _sonic_pi() -> Iterator[OneShot]:
    source = Source(f"Sonic Pi samples ({SONIC_PI_PACKAGE})", "free")
    for path in sorted(SONIC_PI.glob("*.flac")):
        drum = None if path.name.startswith(_LEFT_OUT_OF_SONIC_PI) else drum_of(path.stem)
        if drum is not None:
            yield OneShot(drum, "Sonic Pi", (Recording(path),), source)


def textures() -> list[Path]:
    """Return the long and odd sounds of Sonic Pi in which nobody sings or speaks, for effects; all are free."""
    kept = ("ambi_", "glitch_", "perc_", "vinyl_", "elec_", "guit_")
    voices = ("ambi_choir", "glitch_robot")
    named = (path for path in sorted(SONIC_PI.glob("*.flac")) if path.name.startswith(kept))
    return [path for path in named if not path.name.startswith(voices)]


@lru_cache(maxsize=128)
def read_one_shot(path: Path) -> Sound:
    """Return a file as (2, samples) at 44.1 kHz, from where it begins to sound, its peak 1, at most 4 s; read-only."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    sound = np.ascontiguousarray(samples[: round(_LONGEST_SECONDS * rate), :2].T)
    sound = np.repeat(sound, 2, axis=0) if len(sound) == 1 else sound
    if rate != SAMPLE_RATE:
        sound = _resampled(sound, rate)
    loudness = np.abs(sound).max(axis=0)
    peak = float(loudness.max(initial=0.0))
    if peak > 0.0:
        start = max(0, int(np.argmax(loudness > 0.01 * peak)) - 20)
        sound = sound[:, start:] / np.float32(peak)
    sound.flags.writeable = False
    return sound


def retuned(sound: Sound, tuning: float) -> Sound:
    """Return the sound played faster by a factor, its pitch higher by as much."""
    return sound if tuning == 1.0 else _resampled(sound, SAMPLE_RATE * tuning)


def _resampled(sound: Sound, rate: float) -> Sound:
    import soxr

    # "MQ" is 16-bit quality; these are drums.
    return np.ascontiguousarray(soxr.resample(np.ascontiguousarray(sound.T), rate, SAMPLE_RATE, "MQ").T, np.float32)
