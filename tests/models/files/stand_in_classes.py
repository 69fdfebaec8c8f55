"""Classes of packages that are not installed, for files that name them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType
from unittest import mock


@contextmanager
def importable_class(path, base=object):
    """Give an empty class that pickles as `path`, such as "demucs.model.Demucs", inside the block."""
    module_name, name = path.rsplit(".", 1)
    module = ModuleType(module_name)
    made = type(name, (base,), {"__module__": module_name})
    setattr(module, name, made)
    package = module_name.partition(".")[0]
    with mock.patch.dict(sys.modules, {package: sys.modules.get(package, module), module_name: module}):
        yield made
