"""Score data/results/ against data/test/ as the starter kit does; `mdx score` does the same in less memory."""

import sys
from pathlib import Path

import soundfile

from evaluator.music_demixing import MusicDemixingPredictor

NEXT_STEP = "Run `make run` (or `mdx samples`, then `mdx evaluate`) first."


def main() -> int:
    """Print the scores of every song; returns 2 with one message when there is nothing to score."""
    predictor = MusicDemixingPredictor()
    for folder in (predictor.test_data_path, predictor.results_data_path):
        if not Path(folder).is_dir():
            print(f"Error: The folder '{folder}' must exist. {NEXT_STEP}", file=sys.stderr)
            return 2
    print("Calculating scores for local run...")
    try:
        print(predictor.scoring())
    except soundfile.LibsndfileError as error:
        print(f"Error: A stem must be a readable file. {error} {NEXT_STEP}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
