"""Systems side by side, each metric on its own.

- `sources`: scores from wherever they lie.
- `systems`: averages, and differences to the first system on the songs that both have.
- `table`: what `mdx compare` prints.
- `published`, `published_table`: what others published, each figure with its metric, songs and source.
"""
