"""Oracles: what a separation would score that knew the true stems, for one way of using them and one transform.

They tell which representation is worth its cost: a network that estimates a mask cannot beat the best mask.

- `transform`, `published_transforms`, `gabor_transforms`: what an oracle asks of a transform, and STFT, sliCQ, NSGT;
  `band_layouts`, `transform_names`: where their bands lie, and how people write that.
- `ratio_masks`, `binary_masks`, `phase_sensitive_mask`, `complex_ratio_mask`, `mixture_phase`, `wiener_filter`,
  `even_wiener_filter`: one oracle each, with its definition; `masking` and `bins` are what they share.
- `definitions`: the oracles by name, as defined here and as published code computes them.
- `search`: which sliCQ an oracle does best with.
- `study`: oracles on songs. `table`, `document`, `figures`, `page`: what it found, for eyes and for programs.
"""
