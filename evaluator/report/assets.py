"""What pages of the kit are made of: scripts and styles as text, plotly packed.

Plotly's script is 4.8 MB. A page holds it compressed (2 MB) and the browser unpacks it when the first figure comes into
view, so that a telephone shows the page at once.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence
from importlib import resources

from markupsafe import Markup


def compressed_plotly() -> str:
    """Return plotly's script, compressed, in base64, as `static/plotly.js` unpacks it."""
    # Only this function needs the script, which is a large file.
    from plotly.offline import get_plotlyjs

    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode("ascii")


def static_text(names: Sequence[str], package: str = "evaluator.report") -> Markup:
    """Return files of a package's folder `static`, one after the other, as they are."""
    folder = resources.files(package) / "static"
    return Markup("\n".join((folder / name).read_text(encoding="utf-8") for name in names))
