"""Score data/results/ against data/test/ as the starter kit does; `mdx score` does the same in less memory."""

from evaluator.music_demixing import MusicDemixingPredictor


def main() -> None:
    """Print the scores of every song."""
    print("Calculating scores for local run...")
    print(MusicDemixingPredictor().scoring())


if __name__ == "__main__":
    main()
