"""`python -m mdx` is `mdx`."""

from mdx.cli import main

main()
