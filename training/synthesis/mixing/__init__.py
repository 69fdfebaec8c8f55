"""The mixing desk of synthetic songs: effects, chains of them for every part and stem, and the master.

- `sounds`, `effect`, `envelopes`: what goes through the desk, what an effect is, levels over time.
- `equaliser`, `band_limit`, `compressor`, `limiter`, `saturation`, `crusher`, `codec`: colour and level.
- `rooms`, `reverb`, `convolution`, `delay`: space; `image`, `split`, `modulation`, `sweep`, `tremolo`: width, movement.
- `colours`, `spaces`, `treatment`, `vocal_chains`, `bass_chains`, `drum_chains`, `other_chains`: how settings
  are drawn.
- `ducking`, `fader_ride`, `noise`, `master`, `parts`, `desk`: how a song comes together; `dry`: without effects.
"""
