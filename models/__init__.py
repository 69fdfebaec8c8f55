"""Models: who can separate a song, where their weights come from, and one file for each family.

This package is a table of contents; importing it loads nothing heavy. Imports go down only (audio, transforms).

- `manifest.yaml`, `manifest`: one row for each model (licence, training data, scores, weight files) and its schema.
- `readiness`: can a model run here now.
- `registry`: names to rows, rows to separators; a row names its builder as an import string, resolved on first use.
- `checkpoints`, `weight_files`: finding a weight file (folders, cache, network) and proving that it is the right one.
- `validation`, `errors`: one wording for every wrong name, key or value.
- `mixtures`, `seeding`: what a separator may be given, and random numbers that disturb nobody else's.
- `network`, `single_network`: what a builder hands to the engine, and what the builders of single networks share.
- `umx`: the Open-Unmix family. `demucs_family`, `demucs_files`: Demucs 3 and 4 and their two file formats.
- `demucs_v2`, `demucs_quantized`, `demucs_resampling`, `conv_tasnet`, `state_files`: Demucs 1 and 2 and Conv-TasNet.
- `spleeter`, `spleeter_unet`, `wave_u_net`, `wave_u_net_doubling`, `batches`, and the reader of their checkpoints,
  `tensorflow_checkpoint`, `tensorflow_table`, `tensorflow_variables`, `crc32c`.
- `xumx`, `xumx_files`, `xumx_nnabla`: X-UMX and its two file formats.
- `tdf_v3`, `tdf_v3_files`: TFC-TDF U-Net v3 ("MDX23C") and its file format.
- To train: `umx_joint` (Open-Unmix for all stems), `demucs_modules` (HDemucs, HTDemucs), `wavenet_end_to_end`,
  `mu_law_wavenet`, `music_translation` and `spectrum_wavenet`, which share `dilated_stacks`, `mu_law_classes` and
  `gradient_reversal`. Every file of a network has a `TINY` config for tests.
- `classical`, `mixture_quarter`: the separators without weights. `repet`, `repet_sim`, `fourier_2d`, `hpss` and `rpca`,
  which share `mask_separator`: the known methods for one stem.

To add a model: write `models/<family>.py` with `build(entry, options)`, add a row to `manifest.yaml`, and add its small
settings to `tests/separation/test_separator_contract.py`.
"""
