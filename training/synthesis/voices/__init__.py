"""Singers: spoken phrases, or phrases made from formants, sung on the notes of a score.

Read in this order: `bands` (the grid), `phrases` (what is sung), `reading`, `pitch` and `delivery` (how notes and words
come together), `performance` (a sung line, not yet sound), `excitation` and `source_filter` (its sound), `singing`
(singers). Phrases come from `formant_singer`, or from the `bank` of analysed text-to-speech voices, which
`spoken_singers` opens. `parts` arranges doubles, choirs, vocoders and chops in stereo.
"""
