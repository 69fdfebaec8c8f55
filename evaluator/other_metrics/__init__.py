"""Metrics beside the challenge's own, one file each; `evaluator.metric_catalogue` names them all.

- `si_sdr`: the ratio that forgives a wrong level.
- `stft_distance`: how far two spectra are apart, at three resolutions.
"""
