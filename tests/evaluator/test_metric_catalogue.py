"""Metrics are found by name, a group gives its members, and no two metrics look alike in a table."""

import pytest

from evaluator.metric_catalogue import CATALOGUE, MetricError, find_metrics


def test_metrics_come_once_in_the_order_of_the_catalogue():
    found = [metric.name for metric in find_metrics(["bsseval", " si-sdr", "bsseval-sir"])]
    assert found == ["si-sdr", "bsseval-sdr", "bsseval-isr", "bsseval-sir", "bsseval-sar"]


def test_an_unknown_metric_is_refused_with_the_known_ones():
    with pytest.raises(MetricError, match=r"one of mdx-sdr, si-sdr,.*bsseval\. Got 'mdx_sdr'. Did you mean 'mdx-sdr'"):
        find_metrics(["mdx_sdr"])
    with pytest.raises(MetricError, match="Got ''"):
        find_metrics([])


def test_every_metric_has_a_label_and_a_definition_of_its_own():
    for said in ("heading", "definition"):
        assert len({getattr(metric, said) for metric in CATALOGUE.values()}) == len(CATALOGUE)
    assert CATALOGUE["mr-stft"].heading == "Multi-resolution STFT distance (lower is better)"
    assert CATALOGUE["bsseval-sdr"].heading == "BSSEval v4 SDR (dB)"
