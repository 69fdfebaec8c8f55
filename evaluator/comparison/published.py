"""Figures that others published, each with its metric, its songs and its source; never merged with one's own.

They come from `published.yaml` and, for models that can be built here, from the model manifest.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from audio.stems import STEMS
from evaluator.aggregation import MEAN_OF_STEMS
from evaluator.metric_catalogue import CATALOGUE, Metric
from models.manifest import Manifest, ModelEntry, load_manifest

PUBLISHED_PATH = Path(__file__).with_name("published.yaml")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PublishedRow(_Record):
    """One system."""

    system: str
    place: str = ""
    """Leaderboard and rank, or "baseline", where there was a contest."""
    model: str | None = None
    """The model of the manifest that has the numbers, in place of the next two."""
    decibels: dict[str, float] = {}
    """Stem, or "mean" over the stems -> dB."""
    source: str = ""
    """Who published it, where."""

    @model_validator(mode="after")
    def _has_numbers_or_a_model(self) -> PublishedRow:
        if bool(self.model) == bool(self.decibels and self.source):
            raise ValueError("must have either decibels and their source, or a model.")
        return self

    def mean(self) -> float | None:
        """The published mean of the stems, or that of the four published stems; None where one is missing."""
        if MEAN_OF_STEMS in self.decibels or not set(STEMS) <= set(self.decibels):
            return self.decibels.get(MEAN_OF_STEMS)
        return sum(self.decibels[stem] for stem in STEMS) / len(STEMS)


class PublishedTable(_Record):
    """Figures of one metric on one data set."""

    metric: str
    """Its name in the catalogue."""
    manifest_metric: str
    """How the model manifest words it."""
    dataset: str
    note: str
    """What a reader must know before comparing."""
    rows: tuple[PublishedRow, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Lay it out for JSON."""
        rows = [row.model_dump(exclude={"model"}) for row in self.rows]
        return {"metric": self.metric, "dataset": self.dataset, "note": self.note, "rows": rows}


class _Published(_Record):
    tables: tuple[PublishedTable, ...]


def load_published(metrics: Iterable[Metric] = tuple(CATALOGUE.values())) -> list[PublishedTable]:
    """Read the published tables of some metrics, the manifest's figures among them, best mean first."""
    names = {metric.name for metric in metrics}
    content = yaml.safe_load(PUBLISHED_PATH.read_text(encoding="utf-8"))
    tables = _Published.model_validate(content).tables
    return [_with_manifest(table, load_manifest()) for table in tables if table.metric in names]


def _with_manifest(table: PublishedTable, manifest: Manifest) -> PublishedTable:
    """Fill in the numbers of rows that name a model, add the models that no row names, and sort."""
    scored = {
        entry.name: (entry, score)
        for entry in manifest.models
        for score in entry.scores
        if (score.metric, score.dataset) == (table.manifest_metric, table.dataset)
    }
    unnamed = scored.keys() - {row.model for row in table.rows}
    added = [PublishedRow(system=_called(scored[name][0]), model=name) for name in sorted(unnamed)]
    rows = []
    for row in (*table.rows, *added):
        if row.model is not None:
            _, score = scored[row.model]
            row = PublishedRow(system=row.system, place=row.place, decibels=score.decibels, source=score.source)
        rows.append(row)
    rows.sort(key=lambda row: -(row.mean() or 0.0))
    return table.model_copy(update={"rows": tuple(rows)})


def _called(entry: ModelEntry) -> str:
    return f"{entry.name} ({entry.score_warning})" if entry.score_warning else entry.name
