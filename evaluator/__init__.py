"""The challenge, replayed: contract, local runner, output audit, scores.

- `music_demixing`, `aicrowd_helpers`: the contract that a submission builds on; the grader overwrites them.
- `tracks`, `limits`: which songs, how long each may take.
- `child`, `contract_events`, `network_guard`: what runs inside the process that executes predict.py.
- `process`, `watch`, `process_tree`: start that process, watch it, kill it with all that it started.
- `runner`, `workspace`, `fingerprint`: a new process after a failure, the folders of a run, which submission it was.
- `audit`, `metrics`, `scoring`: look at what it wrote, and score it.
- `frame_scores`: BSSEval scores frame by frame, in the files of museval.
- `metric_catalogue`, `other_metrics`, `bsseval_files`: every metric under a name of its own, and those beside MDX SDR.
- `aggregation`, `significance`: from songs to one number, and how sure it is.
- `score_files`, `comparison`: keep scores; set systems side by side, and beside what others published.
- `results`, `table`, `metric_table`, `evaluate`: results.json, the tables, and the whole run.
- `blend_fit`: weights of blends, fitted to songs with known stems.
- `faults`, `writable`: what a message says of files that cannot be read, and of folders that cannot be written.
- `report`: one page that shows a run and plays it.
"""
