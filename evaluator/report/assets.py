"""What every page is made of: templates that escape, style sheets and scripts inside the page, plotly.

Everything that comes out of a run passes through the templates' escaping; only files of our packages go in as they are.
Plotly's script is 4.8 MB. A page holds it compressed (2 MB) and the browser unpacks it when the first figure comes
into view, so that a telephone shows the page at once.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence
from importlib import resources

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def page_environment(*packages: str) -> Environment:
    """Make what renders the templates of packages; a template is sought in them one after the other."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["decibels"] = decibels
    return environment


def decibels(value: float | None) -> str:
    """Print a score with its sign; a dash where there is none."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def compressed_plotly() -> str:
    """Return plotly's script, compressed, in base64, as `static/plotly.js` unpacks it."""
    # Only this function needs the script, which is a large file.
    from plotly.offline import get_plotlyjs

    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode("ascii")


def static_files(package: str, names: Sequence[str]) -> Markup:
    """Return files of a package's folder `static`, one after the other, to stand in the page as they are."""
    folder = resources.files(package) / "static"
    return Markup("\n".join((folder / name).read_text(encoding="utf-8") for name in names))
