"""The options of `pip install` and `uv pip install`, by what they do to the result; and reading a command line by them.

Reference: https://pip.pypa.io/en/stable/cli/pip_install/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

FILE_OPTIONS = ("-r", "--requirement", "--requirements")
CONSTRAINT_OPTIONS = ("-c", "--constraint", "--constraints")
INDEX_OPTIONS = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--index")
"""With which packages come from another place than usual."""
PLACE_OPTIONS = ("-t", "--target", "--prefix", "--root")
"""With which packages go to another place than usual."""
UPGRADE_OPTIONS = ("-U", "--upgrade", "--force-reinstall")
MANNER_OPTIONS = (
    *("--python", "-p", "--cache-dir", "--timeout", "--default-timeout", "--retries", "--progress-bar"),
    *("--trusted-host", "--root-user-action", "--proxy", "--cert", "--client-cert", "--log", "--upgrade-strategy"),
    *("--use-deprecated", "--use-feature", "--exists-action", "--keyring-provider"),
)
"""With a value, and with no effect on what is installed."""
MANNER_FLAGS = (
    *("--no-cache-dir", "--no-cache", "--no-input", "--no-color", "--isolated", "--debug", "-q", "--quiet", "-v"),
    *("--verbose", "--disable-pip-version-check", "--no-python-version-warning", "--no-warn-script-location"),
    *("--no-warn-conflicts", "--user", "--system", "--break-system-packages", "--prefer-binary", "--use-pep517"),
    *("-I", "--ignore-installed", "--compile", "--no-compile", "--compile-bytecode", "--no-clean", "-y", "--yes"),
    *("--ignore-requires-python", "--require-virtualenv"),
)
"""The same without a value."""
VALUE_OPTIONS = (
    *(*FILE_OPTIONS, *CONSTRAINT_OPTIONS, *INDEX_OPTIONS, *PLACE_OPTIONS, *MANNER_OPTIONS),
    *("--no-binary", "--only-binary", "--platform", "--python-version"),
)
"""All that take a value, but those for editable folders: such a folder is a package like others."""


def options_of(
    arguments: Iterable[str], with_value: tuple[str, ...] = VALUE_OPTIONS
) -> Iterator[tuple[str | None, str]]:
    """Yield (option, its value or nothing), and (None, any other word).

    Args:
        arguments: Of a command.
        with_value: The options that take one.
    """
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        short = word[:2]
        if not word.startswith("-"):
            yield None, word
        elif name in with_value:
            yield name, value if equals else next(words, "")
        elif short in with_value and short != "--":
            yield short, word[2:]
        else:
            yield name, value
