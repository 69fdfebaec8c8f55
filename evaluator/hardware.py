"""What a run was measured on: times without their machine say nothing."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import psutil
import torch

CPU_INFO = Path("/proc/cpuinfo")


def hardware() -> dict[str, Any]:
    """Return the names of processor, graphics card and system, the number of logical CPUs, and the memory in bytes."""
    return {
        "cpu": _cpu_name(),
        "cpus": psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "system": platform.platform(),
    }


def _cpu_name() -> str:
    """Return the name that Linux tells; elsewhere what Python knows, which may be the architecture alone."""
    if CPU_INFO.is_file():
        for line in CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, name = line.partition(":")
            if key.strip() == "model name":
                return name.strip()
    return platform.processor() or platform.machine()
