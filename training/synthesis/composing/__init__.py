"""Compose songs: `compose` draws a `Score` of one of the `GENRES`.

- `dice`: chance; `scales`, `chords`, `meters`: pitch and time; `performing`: from steps to seconds.
- `genre`, `genres_*`: ranges and odds of each genre; `progressions`, `section_kinds`, `drum_patterns`,
  `comping_styles`, `bass_styles`, `vocal_rhythms`: what they choose from.
- `planning` with `forms`, `harmony` and `rests`: the plan that all players share.
- `drums` with `drum_groove` and `drum_fills`; `bass` with `bass_motions`; `band` with `comping`, `gestures`,
  `voicings`, `instrument_leads` and `effects`; `vocals` with `singing`, `group_singing`, `speech`, `melodies` and
  `vocal_ranges`: the players.
"""

from training.synthesis.composing.composer import compose
from training.synthesis.composing.genres import GENRES

__all__ = ["GENRES", "compose"]
