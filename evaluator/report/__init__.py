"""The report: one HTML page that shows and plays what a run gave, and opens without a network.

- `run`: what the report takes from results.json and from the frame scores beside it.
- `sounds`, `embedding`: which files the page plays, as links or as MP3 inside the page.
- `waveforms`, `spectrograms`: what the player draws, made here so that the browser need not read whole songs.
- `player_data`: all that the player needs to know of each song.
- `worst`, `figures`: the worst songs and seconds, the box plots.
- `assets`: what other pages are made of too: templates, style sheets, scripts, plotly.
- `page`, `writing`: the parts put together with the templates in `templates/` and `static/`.
"""
