"""Train separators: songs in, a network with its weights out.

- `datasets`: songs on disk as tracks, checks, caches, random chunks.
"""
