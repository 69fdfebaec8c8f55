"""Instruments and drum kits: our own synthesisers, General MIDI soundfonts and sampled kits."""

from training.synthesis.instruments.interfaces import DrumKit, Instrument, InstrumentSet
from training.synthesis.instruments.pure import PureInstruments
from training.synthesis.instruments.rich import RichInstruments

__all__ = ["DrumKit", "Instrument", "InstrumentSet", "PureInstruments", "RichInstruments"]
