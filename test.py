"""The kit's two baselines, and the local run: `python test.py` evaluates predict.py on the sample tracks.

`from test import CopyPredictor` works in a script at the repository's root, as in the starter kit.
"""

import logging
import shutil
import sys
from pathlib import Path

from audio import STEMS, KitError, read_audio
from my_submission.demixing import write_stems
from my_submission.song_predictor import SongPredictor

ROOT = Path(__file__).resolve().parent


class CopyPredictor(SongPredictor):
    """Gives the mixture as every stem: the shortest predictor that there is."""

    def prediction_setup(self) -> None:
        """Load nothing; here a real predictor loads its weights."""

    def predict(self, mixture_path: Path, output_folder: Path) -> None:
        """Copy the song four times."""
        for stem in STEMS:
            shutil.copyfile(mixture_path, output_folder / f"{stem}.wav")


class ScaledMixturePredictor(SongPredictor):
    """Gives a quarter of the mixture as every stem: the challenge's lower baseline."""

    def prediction_setup(self) -> None:
        """Load nothing."""

    def predict(self, mixture_path: Path, output_folder: Path) -> None:
        """Scale the song and write it four times."""
        mixture = read_audio(mixture_path)
        quarter = mixture.samples / len(STEMS)
        write_stems(dict.fromkeys(STEMS, quarter), mixture.sample_rate, output_folder, "PCM_16")


def evaluate_submission() -> int:
    """Evaluate predict.py on data/test/ as `mdx evaluate` does; returns 1 when a song would fail at grading."""
    from rich.console import Console

    from evaluator.evaluate import EvaluationOptions, evaluate
    from evaluator.report.writing import write_report
    from evaluator.runner import RunOptions
    from evaluator.subsets import songs_to_evaluate
    from evaluator.table import print_results
    from separation.limits import parse_limit

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    run = RunOptions(predict_path=ROOT / "predict.py", limit=parse_limit("kit"))
    data = ROOT / "data" / "test"
    options = EvaluationOptions(run, songs_to_evaluate(data), ROOT / "data" / "results", data=data)
    results, path = evaluate(options)
    print_results(results, Console())
    print(f"Results: {path}")
    print(f"Report: {write_report(path)}")
    return 0 if results.ok else 1


def main() -> int:
    """Evaluate; bad input, such as no songs, is one message and 2, as with `mdx`."""
    try:
        return evaluate_submission()
    except (KitError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
