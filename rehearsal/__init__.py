"""The rehearsal of a submission: a clean clone, a fresh environment, the grader's contract, a verdict.

- `folder`, `clone`, `committed_files`: the temporary folder; HEAD in it, with its LFS files; what is wrong with those.
- `build_files`, `pip_arguments`, `environment`, `docker`: what the grader would build, and building it.
- `image_context`, `view`, `preparation`: what of the clone and of this machine the submission gets to see.
- `stage`, `launch`, `child`, `isolation`, `outside_files`: the grader's files in place, and running what it runs.
- `events`, `outside_reports`, `verdict`: what the run told the grader, and what is wrong.
- `report`, `table`, `rehearse`: the result, how it is shown, and all steps in their order.
- `grader/`: stand-ins for the graders' own files.
"""
