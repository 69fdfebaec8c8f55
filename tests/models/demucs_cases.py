"""What tests of Demucs files share: small networks, and what the publisher saves of one."""

from __future__ import annotations

from fractions import Fraction

import torch
from demucs.demucs import Demucs
from demucs.hdemucs import HDemucs
from demucs.htdemucs import HTDemucs

SOURCES = ["drums", "bass", "other", "vocals"]
TINY = {
    "Demucs": (Demucs, {"channels": 8, "depth": 2, "segment": 1}),
    "HDemucs": (HDemucs, {"channels": 8, "segment": 1}),
    "HTDemucs": (
        HTDemucs,
        {"channels": 8, "bottom_channels": 16, "t_layers": 1, "t_heads": 2, "segment": Fraction(1, 4)},
    ),
}


def small_demucs(name):
    network_class, arguments = TINY[name]
    torch.manual_seed(2)
    network = network_class(sources=SOURCES, **arguments)
    network.eval()
    return network


def package_of(network):
    """Build what `demucs.states.serialize_model` builds; that function itself needs the training dependencies."""
    args, kwargs = network._init_args_kwargs
    state = {key: tensor.data.to(device="cpu", dtype=torch.half) for key, tensor in network.state_dict().items()}
    training_args = {"model": "demucs", "epochs": 360, "optim": {"lr": 3e-4}, "dset": {"sources": list(SOURCES)}}
    return {"klass": network.__class__, "args": args, "kwargs": kwargs, "state": state, "training_args": training_args}
