"""Weight files: where they come from, what proves them right, how their contents are read without running anything.

Nothing here knows an architecture. It imports of `models` only `manifest`, `errors` and `validation`.

- `checkpoints`: finding a file (folders, cache, network). `downloads`, `trusted_addresses`: the network.
- `weight_files`, `verification`, `converted_files`, `lfs_pointers`: proof that a file is what it should be.
- `state_files`, `published_states`, `plain_content`, `legacy_pickles`: torch's formats, old and new, as plain data.
- `safetensors_files`, `tensor_files`, `quantised_files`, `diffq_states`: safetensors, also of few bits.
- `tensorflow_checkpoint`, `tensorflow_table`, `tensorflow_variables`, `crc32c`: TensorFlow's checkpoints without it.
- `packing`, `unpacking`, `pack_index`: many files as one, for a machine without a network. `file_locks`: one at a time.
"""
