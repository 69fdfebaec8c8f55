"""The rehearsal of a submission: a clean clone, a fresh environment, the grader's contract, a verdict.

- `folder`, `clone`, `git`: the temporary folder; HEAD in it, with its LFS files.
- `build_files`, `environment`, `docker`: what the grader would build, and building it.
- `stage`, `launch`, `child`, `isolation`: put the grader's files in place, and run what it runs, as it runs it.
- `events`, `hints`, `verdict`: what the run told the grader, and what is wrong.
- `report`, `table`, `rehearse`: the result, how it is shown, and all steps in their order.
- `grader/`: stand-ins for the graders' own files.
"""
