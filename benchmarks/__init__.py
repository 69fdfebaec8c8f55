"""Speed, memory and quality, measured: `python -m benchmarks.NAME`. The figures stand in docs/benchmarks.md.

Whatever claims to beat a peer runs both sides in one run and prints the ratio.
"""
