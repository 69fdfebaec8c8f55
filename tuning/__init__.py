"""Search models, blends and settings for the best score that fits a time limit (`mdx tune`).

- `model_facts`, `search_space`: what a candidate may be; `songs`, `quality`: how good it is; `costs`: what it costs.
- `objective`, `study`: one trial, and the study that keeps them; `outcome`, `gain`: the front, and the pick.
- `run`, `finish`: all of these together; `plan_file`, `evidence`: the plan; `table`, `figure`, `page`: what is shown.

optuna is an extra (`tuning`), which only `study`, `objective` and the package `studies` import.
"""
