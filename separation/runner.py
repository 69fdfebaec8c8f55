"""Call a network: on its device, in its precision, with as many chunks at a time as memory and speed allow."""

from __future__ import annotations

import logging

import torch
from torch import Tensor

from models.errors import NetworkError
from models.network import Member
from separation.precision import Precision, in_precision, usable_precision

CPU_BATCH_SAMPLES = 1 << 19
"""What a CPU is given at a time, about 12 s: longer inputs leave its caches and gain nothing."""
MOST_GPU_SAMPLES = 1 << 22
"""What a GPU is given at a time at most, about 95 s: streams keep as much of a song at hand."""
GPU_MEMORY_SHARE = 0.7
"""Share of a GPU's free memory that the chunks of a call may take."""

_OUT_OF_MEMORY_WORDS = ("can't allocate memory", "not enough memory", "ALLOC_FAILED")
"""Of torch's allocator on Linux, on Windows, and of NVIDIA's libraries."""

logger = logging.getLogger(__name__)


class Runner:
    """One network of a bag, ready to be called."""

    def __init__(self, member: Member, device: torch.device, batch_chunks: int | None, precision: Precision) -> None:
        """Place the network.

        Args:
            member: The network and how it is run.
            device: Where it runs.
            batch_chunks: Most chunks in one call, or None to find a number.
            precision: Number format that is wanted for its products.
        """
        self._network = member.network
        self._device = device
        self._set_chunks = batch_chunks
        self._found_chunks: dict[int, int] = {}
        self._network.to(device)
        self._network.eval()
        self._precision = usable_precision(member, precision, device)

    def batch_chunks(self, input_samples: int) -> int:
        """Return how many chunks of a length to collect for a call.

        On a GPU it is one until a call has shown what a chunk of that length takes.
        """
        if input_samples in self._found_chunks:
            return self._found_chunks[input_samples]
        if self._set_chunks is not None:
            return self._set_chunks
        return max(1, CPU_BATCH_SAMPLES // input_samples) if self._device.type == "cpu" else 1

    def __call__(self, inputs: Tensor) -> Tensor:
        """Separate chunks, in smaller batches where memory does not suffice.

        Args:
            inputs: Shape (chunks, channels, samples), float32, on the CPU.

        Returns:
            Shape (chunks, stems, channels, samples), float32, on the CPU.

        Raises:
            NetworkError: The network returned another shape.
        """
        parts = []
        position, most = 0, len(inputs)
        while position < len(inputs):
            part = inputs[position : position + most]
            try:
                parts.append(self._run(part))
            except (RuntimeError, MemoryError) as error:
                if len(part) == 1 or not is_out_of_memory(error):
                    raise
                most = self._found_chunks[inputs.shape[-1]] = max(1, len(part) // 2)
                logger.warning("Out of memory with %d chunks at a time; going on with %d.", len(part), most)
                continue
            position += len(part)
        return torch.cat(parts)

    def _run(self, inputs: Tensor) -> Tensor:
        samples = inputs.shape[-1]
        measures = self._device.type == "cuda" and self._set_chunks is None and samples not in self._found_chunks
        if measures:
            torch.cuda.reset_peak_memory_stats(self._device)
            before_bytes = torch.cuda.memory_allocated(self._device)
        with in_precision(self._device, self._precision):
            outputs = self._network(inputs.to(self._device)).float().cpu()
        self._check_shape(tuple(outputs.shape), tuple(inputs.shape))
        if measures:
            used_bytes = torch.cuda.max_memory_allocated(self._device) - before_bytes
            free_bytes = torch.cuda.mem_get_info(self._device)[0]
            most = max(1, MOST_GPU_SAMPLES // samples)
            self._found_chunks[samples] = fitting_chunks(used_bytes // len(inputs), free_bytes, most)
        return outputs

    def _check_shape(self, received: tuple[int, ...], inputs: tuple[int, ...]) -> None:
        expected = (inputs[0], len(self._network.stems), *inputs[1:])
        if received != expected:
            raise NetworkError(
                f"The network '{type(self._network).__name__}' must return (batch, stems, channels, samples), here "
                f"{expected}, of a mixture of shape {inputs} for the stems {', '.join(self._network.stems)}. "
                f"Got {received}. Mend its `forward`, or the stems that it names."
            )


def fitting_chunks(chunk_bytes: int, free_bytes: int, most: int) -> int:
    """Return how many chunks, at most `most`, go into the free memory of a GPU, from what one took."""
    return min(most, max(1, int(GPU_MEMORY_SHARE * free_bytes / max(1, chunk_bytes))))


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether an exception says that memory did not suffice; on a CPU torch says it in words only."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return any(words in str(error) for words in _OUT_OF_MEMORY_WORDS)
