"""Separation: from a name or a plan to an object that turns a mixture into stems.

- `separator`: the protocol that every separator follows.
- `plan`, `plan_writing`: the YAML file that says which model or blend, which settings, which device.
- `factory`: `create_separator(name_or_plan, ...)`, the one way to get a separator.
- `engine`, `chunks`, `variants`: networks over songs of any length, in bounded memory.
- `blend` and its parts, `published_blends`: several separators as one; `band_weighted`: weights by frequency band.
- `cost` and its parts: what a song takes, predicted from clips; `cost_measuring` measures them.
- `batch`, `at_rate`: many files, any sample rate.
"""

from separation.factory import create_separator
from separation.plan import Plan, PlanError, load_plan
from separation.separator import Separator

__all__ = ["Plan", "PlanError", "Separator", "create_separator", "load_plan"]
