"""The tables of published figures."""

import io

from rich.console import Console

from evaluator.comparison.published import load_published
from evaluator.comparison.published_table import print_published


def test_the_table_names_metric_songs_and_sources_and_warns_of_hidden_songs():
    text = io.StringIO()
    (hidden,) = (table for table in load_published() if table.dataset == "SDX23 hidden set")
    print_published(hidden, Console(file=text, width=200))
    lines = text.getvalue().splitlines()
    assert lines[0].strip() == "Published: MDX SDR (dB), mean over songs, SDX23 hidden set"
    (winner,) = (line for line in lines if "(C, 1st)" in line)
    assert [cell.strip() for cell in winner.strip("│").split("│")][1:] == [
        "11.15",
        "10.27",
        "7.08",
        "11.36",
        "9.97",
        "BS-RoFormer paper, table 1 (arXiv 2309.02612)",
    ]
    assert "no more than the order of magnitude" in text.getvalue()
