"""BSSEval v4 as museval computes it (the scores of SiSEC 2018), exact, at a fraction of its time and memory.

- `bss_eval`: arrays in museval's shapes.
- `SongScorer`: a song's stems and its accompaniment, for one or several systems, or SDR alone.

Reference: Vincent et al., "Performance measurement in blind audio source separation", 2006; Stöter, Liutkus, Ito, "The
2018 Signal Separation Evaluation Campaign", 2018, https://arxiv.org/abs/1804.06267, and its code,
https://github.com/sigsep/sigsep-mus-eval.
"""

from evaluator.bsseval.arrays import bss_eval
from evaluator.bsseval.settings import BSSEvalSettings
from evaluator.bsseval.song import SongScorer

__all__ = ["BSSEvalSettings", "SongScorer", "bss_eval"]
