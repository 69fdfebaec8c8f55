"""Weights of a blend from songs with known stems: fitted to the challenge's score, tried on songs that were left out.

- `members`, `songs`: what is blended, and its estimates on songs, each separated once.
- `products`: inner products of stems and estimates; the score of any weights follows from them without the audio.
- `solving`: the weights with the highest score.
- `fitting`: the fit of all stems, and its scores beside those of the members and of equal weights.
- `summary`, `table`, `fitted_plan`: the same as figures with error bars, as a table, as a plan with its evidence.
"""
