"""Write the tables of the documents that repeat facts kept elsewhere: every model, and all licences.

`make tables` runs it. Models and weights come from the manifest, packages from the pins and from what the installed
packages say of themselves. A test fails when a table has fallen behind.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":  # Run as a script, Python would look for the packages in tools/ only.
    sys.path.insert(0, str(ROOT))

from audio.atomic import write_text_atomically  # noqa: E402  # after the path, see above
from models.manifest import ModelEntry, load_manifest  # noqa: E402

MODELS_DOCUMENT, LICENCES_DOCUMENT = ROOT / "docs" / "models.md", ROOT / "docs" / "licences.md"
BEGIN, END = "<!-- begin table: {} (make tables) -->", "<!-- end table: {} -->"
LONGEST_LICENCE = 60
"""Longer texts in a package's `License` field are the licence itself, not its name."""
READ_IN_THE_PACKAGE = {
    "cuda-toolkit": "LicenseRef-NVIDIA-Proprietary",
    "nvidia-nvtx": "Apache-2.0",
    "pyworld-prebuilt": "MIT",
    "safetensors": "Apache-2.0",
    "scipy": "BSD-3-Clause",
    "sphn": "Apache-2.0",
    "stempeg": "MIT",
}
"""What packages hold that say it in no field, or in two ways."""
SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD License",
    "BSD 3-Clause License": "BSD-3-Clause",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "NVIDIA Proprietary Software": "LicenseRef-NVIDIA-Proprietary",
    "Python Software Foundation License": "PSF-2.0",
}
"""Other names of licences -> one name for each."""
NOT_HERE = "not installed where this was written"


def requirement_names(path: Path) -> list[str]:
    """Return the names in a compiled requirement file, each once, in its order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(match[0] for line in lines if (match := re.match(r"[A-Za-z0-9][\w.-]*", line))))


def package_licence(name: str) -> str:
    """Return what an installed package says of its licence."""
    if name in READ_IN_THE_PACKAGE:
        return READ_IN_THE_PACKAGE[name]
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return NOT_HERE
    fields = (facts[field] for field in ("License-Expression", "License") if field in facts)
    stated = next((text for text in fields if text != "UNKNOWN"), "")
    if stated and len(stated) <= LONGEST_LICENCE:
        return stated
    classifiers = facts.get_all("Classifier") or []
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: ")]
    return ", ".join(one for one in named if one != "OSI Approved") or stated.partition("\n")[0]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    cells = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in cells)


def model_rows(entries: Iterable[ModelEntry]) -> Iterator[list[str]]:
    """Yield what a user chooses by, for each model."""
    for entry in entries:
        megabytes = entry.approximate_megabytes
        size = "?" if megabytes is None else f"{megabytes:.0f}" if megabytes >= 1 else f"{megabytes:.1f}"
        name = f"[`{entry.name}`]({entry.paper})" if entry.paper else f"`{entry.name}`"
        stems = ", ".join(entry.stems)
        yield [name, entry.summary, stems, " ".join(entry.leaderboards), size if entry.weights else ""]


def weight_rows(entries: Iterable[ModelEntry]) -> Iterator[list[str]]:
    """Yield a row for each licence and training data: the models with weights that share them."""
    together: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        if entry.weights:
            together.setdefault((entry.licence, entry.training_data), []).append(f"`{entry.name}`")
    for (licence, data), names in together.items():
        yield [", ".join(names), licence, data]


def package_rows(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield a row for each licence: the packages that share it."""
    together: dict[str, list[str]] = {}
    for name in names:
        licence = package_licence(name)
        together.setdefault(SPELLINGS.get(licence, licence), []).append(name)
    for licence, packages in sorted(together.items()):
        yield [licence, ", ".join(packages)]


def with_table(text: str, name: str, content: str) -> str:
    """Return a document with the table between its two marks replaced.

    Raises:
        ValueError: The document lacks the marks.
    """
    begin, end = BEGIN.format(name), END.format(name)
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"The document must have the lines '{begin}' and '{end}'. Put them where the table belongs.")
    return f"{before}{begin}\n{content}\n{end}{after}"


def written_documents() -> dict[Path, str]:
    """Return each document with its tables as they must be."""
    entries = load_manifest().models
    runtime = requirement_names(ROOT / "requirements.txt")
    tools = [name for name in requirement_names(ROOT / "requirements-dev.txt") if name not in runtime]
    models = table(["model", "what it is", "stems", "boards", "MB"], model_rows(entries))
    licences = LICENCES_DOCUMENT.read_text(encoding="utf-8")
    licences = with_table(licences, "weights", table(["models", "licence", "trained on"], weight_rows(entries)))
    licences = with_table(licences, "runtime", table(["licence", "packages"], package_rows(runtime)))
    licences = with_table(licences, "tools", table(["licence", "packages"], package_rows(tools)))
    return {
        MODELS_DOCUMENT: with_table(MODELS_DOCUMENT.read_text(encoding="utf-8"), "models", models),
        LICENCES_DOCUMENT: licences,
    }


def main() -> None:
    """Write the documents whose tables have changed."""
    for path, text in written_documents().items():
        if path.read_text(encoding="utf-8") != text:
            write_text_atomically(path, text)
            print(f"{path.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
