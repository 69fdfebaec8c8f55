"""Small TFC-TDF U-Nets whose normalisations are no identities, and ONNX files and archives of them."""

from __future__ import annotations

import io
import zipfile

import torch

from models.seeding import seeded_torch
from models.tdf_unet import TDFConfig, TDFUNet

SMALL = {"frames": 8, "band_bins": 16, "blocks": 3, "layers": 1, "growth": 2, "bottleneck": 2}


def small_unet(seed=0, **sizes):
    """A network with random weights and random statistics, so that a swap of any two is heard."""
    with seeded_torch(seed):
        network = TDFUNet(TDFConfig(**{**SMALL, **sizes}))
        for name, values in network.state_dict().items():
            if values.ndim == 1 and values.is_floating_point():
                shift = 0.0 if name.endswith(("bias", "running_mean")) else 0.8
                values.copy_(0.4 * torch.rand_like(values) + shift)
    return network.eval()


def as_onnx(network):
    """The bytes of an ONNX file, exported with a free number of chunks as the publisher's are."""
    sizes = network.config
    target = io.BytesIO()
    torch.onnx.export(
        network,
        (torch.zeros(1, 4, sizes.band_bins, sizes.frames),),
        target,
        dynamo=False,
        opset_version=13,
        input_names=["input"],
        output_names=["output"],
        dynamic_axes={"input": {0: "batch_size"}, "output": {0: "batch_size"}},
    )
    return target.getvalue()


def write_archive(path, members):
    """A zip file of names and bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
