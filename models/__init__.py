"""Models: who can separate a song, where their weights come from, and one file for each network.

This package is a table of contents; importing it loads nothing heavy. Imports go down only (audio, transforms).

- `manifest.yaml`, `manifest`: one row for each model (licence, training data, scores, weight files) and its schema.
- `registry`: names to rows, rows to separators; a row names its builder as an import string, resolved on first use.
  `readiness`: can a model run here now.
- `network`, `single_network`: what a builder hands to the engine, and what the builders of single networks share.
- `files`: weight files, from their address to their tensors. `parts`: what networks of several families share.
- `conversion`, `export`, `export_formats`: networks in other formats. `scaffold`: the beginning of a new model.
- `mixtures`, `seeding`, `validation`, `errors`: what a separator may be given, random numbers that disturb nobody
  else's, one wording for every wrong name, key or value.
- All else is a family: its network, its config, and `..._files` where its publishers' files need reading. Networks that
  can be trained have a `TINY` config. `trained` builds what `mdx train` made.

To add a model: `mdx new-model NAME` (docs/add_a_model.md).
"""
