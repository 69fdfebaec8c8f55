"""Train separators: songs in, a network with its weights out.

- `datasets`: songs on disk as tracks, checks, caches, random chunks.
- `augment`, `losses`, `parts`: what changes a batch and what judges it, by name.
- `recipe`, `recipe_files`: what decides a run, as YAML; `architectures`: networks by name.
- `songs`, `loading`, `data_module`: a recipe's chunks as batches that a resumed run goes on with.
- `module`, `optimisers`, `seeds`: one training step for every architecture.
- `assembly`, `run`, `callbacks`: all of it in Lightning's Trainer; `export`: the best model as a row of the manifest.
"""
