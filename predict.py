"""The entry of the grader: `run.sh` executes it. To submit another predictor, build it here; it must run on `run()`."""

import logging

from my_submission.predictor import DemixPredictor


def main() -> None:
    """Separate every song of the dataset that the environment names."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    submission = DemixPredictor()
    submission.run()
    print("Successfully completed music demixing...")


if __name__ == "__main__":
    main()
