"""Parts that networks of several families are made of, and the checks of what they are given.

Nothing here knows a family. It imports of `models` only `errors`.

- `batches`, `config_checks`: what a network and its config refuse.
- `attention`, `cropping`, `dilated_stacks`, `gradient_reversal`: layers.
- `frequency_bands`, `stereo_masks`: spectra in bands, masks that add up. `mu_law_classes`: sound as classes.
"""
