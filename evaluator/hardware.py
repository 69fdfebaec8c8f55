"""What a run was measured on: times without their machine say nothing."""

from __future__ import annotations

import platform
from typing import Any

import psutil
import torch

from separation.processor import processor_name


def hardware() -> dict[str, Any]:
    """Return the names of processor, graphics card and system, the number of logical CPUs, and the memory in bytes."""
    return {
        "cpu": processor_name(torch.device("cpu")),
        "cpus": psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "system": platform.platform(),
    }
