"""Four valid stems before the limit, whatever happens.

- `clock`: when a song must be done.
- `stem_stores`, `live_stems`: stems that are valid at every moment, and get better while there is time.
- `ladder`, `lighter`: from the cheapest separator to the planned one.
- `schedule`: which of them runs next, on which part of the song.
- `guard`: the threads, the set-up, and the song's report.
- `guard_plan`: the section `guard` of a plan.
"""
