"""FluidSynth without a sound card: tones of soundfonts as float arrays, through ctypes.

A fresh synthesiser renders one batch of tones, one after another, each from silence: this gives the same bytes every
time, while a synthesiser that is used again does not (docs/sound_sources.md). Only the samples of the chosen preset are
read. Nothing lives on after a batch, so that processes may fork at any time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ctypes import c_char_p, c_double, c_float, c_int, c_void_p
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.interfaces import Sound

LIBRARY = "libfluidsynth.so.3"
"""Of Debian 12 and later; looked up by the system's loader."""
_BLOCK = 64
"""Notes start with the next block of so many samples."""
_BEND_SEMITONES = 2
_PROTOTYPES = {
    "new_fluid_settings": (c_void_p, []),
    "delete_fluid_settings": (None, [c_void_p]),
    "fluid_settings_setnum": (c_int, [c_void_p, c_char_p, c_double]),
    "fluid_settings_setint": (c_int, [c_void_p, c_char_p, c_int]),
    "new_fluid_synth": (c_void_p, [c_void_p]),
    "delete_fluid_synth": (None, [c_void_p]),
    "fluid_synth_sfload": (c_int, [c_void_p, c_char_p, c_int]),
    "fluid_synth_get_sfont_by_id": (c_void_p, [c_void_p, c_int]),
    "fluid_sfont_iteration_start": (None, [c_void_p]),
    "fluid_sfont_iteration_next": (c_void_p, [c_void_p]),
    "fluid_preset_get_name": (c_char_p, [c_void_p]),
    "fluid_preset_get_banknum": (c_int, [c_void_p]),
    "fluid_preset_get_num": (c_int, [c_void_p]),
    "fluid_synth_program_select": (c_int, [c_void_p, c_int, c_int, c_int, c_int]),
    "fluid_synth_noteon": (c_int, [c_void_p, c_int, c_int, c_int]),
    "fluid_synth_all_sounds_off": (c_int, [c_void_p, c_int]),
    "fluid_synth_pitch_bend": (c_int, [c_void_p, c_int, c_int]),
    "fluid_synth_pitch_wheel_sens": (c_int, [c_void_p, c_int, c_int]),
    "fluid_synth_set_gen": (c_int, [c_void_p, c_int, c_int, c_float]),
    "fluid_synth_write_float": (c_int, [c_void_p, c_int, c_void_p, c_int, c_int, c_void_p, c_int, c_int]),
    "fluid_set_log_function": (c_void_p, [c_int, c_void_p, c_void_p]),
}
_SWITCHES = {
    "synth.reverb.active": 0,
    "synth.chorus.active": 0,
    "synth.dynamic-sample-loading": 1,
    "synth.threadsafe-api": 0,
    "synth.lock-memory": 0,
}


@dataclass(frozen=True, order=True)
class Preset:
    """A sound of a soundfont; bank 128 holds drum kits."""

    font: Path
    bank: int
    programme: int
    name: str


@dataclass(frozen=True)
class Key:
    """One key that is struck and held."""

    pitch: float
    """In semitones as MIDI counts them, also between two keys."""
    velocity: float
    """From 0 to 1."""
    samples: int


@cache
def library() -> ctypes.CDLL:
    """Load FluidSynth and silence its log.

    Raises:
        OSError: The library is not there.
    """
    loaded = ctypes.CDLL(LIBRARY)
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(loaded, name)
        function.restype = result  # without it a 64-bit pointer is cut to 32 bits
        function.argtypes = arguments
    for level in range(5):
        loaded.fluid_set_log_function(level, None, None)
    return loaded


@contextmanager
def _synthesiser(font: Path) -> Iterator[tuple[ctypes.CDLL, int, int]]:
    """Yield the library, a fresh synthesiser and the number of the font in it."""
    fluid = library()
    settings = fluid.new_fluid_settings()
    fluid.fluid_settings_setnum(settings, b"synth.sample-rate", float(SAMPLE_RATE))
    fluid.fluid_settings_setnum(settings, b"synth.gain", 0.6)
    for switch, value in _SWITCHES.items():
        fluid.fluid_settings_setint(settings, switch.encode(), value)
    synthesiser = fluid.new_fluid_synth(settings)
    try:
        number = fluid.fluid_synth_sfload(synthesiser, str(font).encode(), 0)
        if number < 0:
            raise OSError(f"'{font}' must be a soundfont. FluidSynth cannot read it. Install its package again.")
        yield fluid, synthesiser, number
    finally:
        fluid.delete_fluid_synth(synthesiser)
        fluid.delete_fluid_settings(settings)


@cache
def presets(font: Path) -> tuple[Preset, ...]:
    """Return every preset of a soundfont.

    Raises:
        OSError: The library is not there, or the font cannot be read.
    """
    found = []
    with _synthesiser(font) as (fluid, synthesiser, number):
        handle = fluid.fluid_synth_get_sfont_by_id(synthesiser, number)
        fluid.fluid_sfont_iteration_start(handle)
        while preset := fluid.fluid_sfont_iteration_next(handle):
            name = fluid.fluid_preset_get_name(preset).decode("latin-1").strip()
            bank, programme = fluid.fluid_preset_get_banknum(preset), fluid.fluid_preset_get_num(preset)
            found.append(Preset(font, bank, programme, name))
    return tuple(sorted(found))


def render(preset: Preset, keys: Sequence[Key], generators: Mapping[int, float] | None = None) -> list[Sound]:
    """Return the sound of each key, (2, samples); values above 1 are not clipped.

    Args:
        preset: What plays.
        keys: They sound one after another, so that none hears another.
        generators: Offsets to the soundfont's own parameters, by their number in the SoundFont 2.04 specification,
            section 8.1.2: 8 is the filter's corner in cents.
    """
    channel = 9 if preset.bank == 128 else 0
    sounds = []
    with _synthesiser(preset.font) as (fluid, synthesiser, number):
        chosen = fluid.fluid_synth_program_select(synthesiser, channel, number, preset.bank, preset.programme)
        if chosen != 0:
            raise KeyError(f"'{preset.font}' must have bank {preset.bank}, programme {preset.programme}. It has not.")
        fluid.fluid_synth_pitch_wheel_sens(synthesiser, channel, _BEND_SEMITONES)
        for generator, offset in (generators or {}).items():
            fluid.fluid_synth_set_gen(synthesiser, channel, generator, offset)
        for key in keys:
            sounds.append(_struck(fluid, synthesiser, channel, key))
    return sounds


def _struck(fluid: ctypes.CDLL, synthesiser: int, channel: int, key: Key) -> Sound:
    nearest = int(np.clip(round(key.pitch), 0, 127))
    bend = round(8192 + 8192 * float(np.clip((key.pitch - nearest) / _BEND_SEMITONES, -1.0, 1.0)))
    fluid.fluid_synth_pitch_bend(synthesiser, channel, min(bend, 16383))
    fluid.fluid_synth_noteon(synthesiser, channel, nearest, int(np.clip(round(127 * key.velocity), 1, 127)))
    samples = -(-key.samples // _BLOCK) * _BLOCK
    sound = np.zeros((2, samples + _BLOCK), np.float32)
    _write(fluid, synthesiser, sound, 0, samples)
    fluid.fluid_synth_all_sounds_off(synthesiser, channel)
    _write(fluid, synthesiser, sound, samples, _BLOCK)  # the block in which the voices are taken away
    return sound[:, : key.samples]


def _write(fluid: ctypes.CDLL, synthesiser: int, sound: Sound, start: int, count: int) -> None:
    left, right = sound[0].ctypes.data, sound[1].ctypes.data
    fluid.fluid_synth_write_float(synthesiser, count, left, start, 1, right, start, 1)
