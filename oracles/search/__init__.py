"""The search for the best sliCQ (`mdx oracle search`): which bands let an oracle come nearest to the true stems.

- `space`: what a sliCQ may be; `songs`: what it is tried on; `request`: what is asked for, and what a study shares.
- `trials`: one trial and what draws it; `run`: all of them; `outcome`: what they found.
- `table`, `document`, `figures`, `page`: the finding, for eyes and for programs.

The idea and the usual bounds are those of Hanssian, "Music demixing with the sliCQ transform", Music Demixing Workshop
at ISMIR, 2021, https://arxiv.org/abs/2112.05509. optuna is an extra (`tuning`), which only `trials`, `run`, `outcome`
and the package `studies` import.
"""
