"""Train separators: songs in, a network with its weights out.

- `datasets`: songs on disk as tracks, checks, caches, random chunks; `synthesis`: songs made from scores.
- `augment`, `losses`, `penalties`, `parts`: what changes a batch and what judges it and the network, by name.
- `recipe`, `recipe_files`: what decides a run, as YAML; `tiny`: a recipe made small; `architectures`: networks by name.
- `songs`, `domains`, `loading`, `data_module`: a recipe's chunks as batches that a resumed run goes on with.
- `module`, `windows`, `views`, `optimisers`, `seeds`: one training step for every architecture.
- `agreement`: whether a recipe's parts fit each other; `statistics`, `quantisation`: what some networks need too.
- `assembly`, `run`, `callbacks`: all of it in Lightning's Trainer; `stopping`, `checkpoint_files`: nothing is lost.
- `export`: the best model as a row of the manifest.
"""
