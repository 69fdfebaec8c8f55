"""What a competitor edits.

- `plan.yaml`: which model separates, with which settings.
- `predictor.py`: the MDX21 adapter (files in, files out); `user_config.py`: the SDX23 adapter (arrays in, arrays out).
- `song_predictor.py`, `demixing.py`, `time_limits.py`: the core that both share.
"""
