"""Drawing instruments: for each role several families of our own synthesisers, each with wide ranges.

Ranges are those of common synthesisers' controls, wide on purpose: a network that separates learns more from a thousand
ugly sounds than from ten good ones.
"""
