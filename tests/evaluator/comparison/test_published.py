"""Published figures: complete, consistent with themselves, and each table of one metric on one data set."""

import pytest
from pydantic import ValidationError

from audio import STEMS
from evaluator.comparison.published import PublishedRow, load_published
from evaluator.metric_catalogue import CATALOGUE, find_metrics
from models.manifest import load_manifest


def test_each_table_is_of_one_metric_on_one_data_set():
    tables = load_published()
    places = [(table.metric, table.dataset) for table in tables]
    assert len(set(places)) == len(places)
    assert {metric for metric, _ in places} <= set(CATALOGUE)
    assert [table.dataset for table in load_published(find_metrics(["bsseval-sdr"]))] == [
        "MUSDB18 test",
        "MUSDB18-HQ test",
    ]


def test_every_row_has_numbers_a_source_and_a_mean_that_is_that_of_its_stems():
    rows = [row for table in load_published() for row in table.rows]
    assert all(row.decibels and row.source for row in rows)
    whole = [row for row in rows if {*STEMS, "mean"} <= set(row.decibels)]
    assert len(whole) > 25
    for row in whole:
        assert row.decibels["mean"] == pytest.approx(sum(row.decibels[stem] for stem in STEMS) / 4, abs=0.02), row


def test_models_that_can_be_built_are_quoted_from_the_manifest():
    (hidden,) = (table for table in load_published() if table.dataset == "MDX21 hidden set")
    (winner,) = (row for row in hidden.rows if row.place == "A, 1st")
    (entry,) = (entry for entry in load_manifest().models if entry.name == "mdx")
    assert winner.decibels == entry.scores[0].decibels
    means = [row.mean() for row in hidden.rows]
    assert means == sorted(means, reverse=True)
    *_, whole_songs = load_published(find_metrics(["mdx-sdr"]))
    assert {row.system for row in whole_songs.rows} >= {"scnet", "bs_roformer_musdb"}


def test_a_row_has_either_numbers_or_a_model():
    for given in ({}, {"decibels": {"mean": 1.0}}, {"model": "umx", "decibels": {"mean": 1.0}, "source": "a paper"}):
        with pytest.raises(ValidationError, match="either decibels and their source, or a model"):
            PublishedRow(system="A", **given)
