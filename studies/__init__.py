"""Searches that are kept: studies of optuna in SQLite files, which go on where they were left.

- `storage`: a study on disk, which knows what its trials share and refuses to go on with anything else.
- `filling`: trials, each drawn by its place in the study, until there are as many as were asked for.
- `errors`: what can be wrong about that. optuna is an extra (`tuning`), which only `storage` and `filling` import.
"""
