"""Train a quantised network in two processes, each of which writes its weights; Lightning starts this file again."""

import sys
from pathlib import Path

import torch

from tests.training.cases import tiny_parts, tiny_recipe
from training import run


def main():
    songs, folder = Path(sys.argv[1]), Path(sys.argv[2])
    model = {"architecture": "conv_tasnet", "size": "tiny", "config": {}, "quantiser": {"least_megabytes": 0.001}}
    penalties = [{"name": "singular_values", "settings": {"least_megabytes": 0.001, "weight": 0.01}}]
    recipe = tiny_recipe(songs, model=model, penalties=penalties, loop={"devices": 2, "ema_decay": 0.5})
    trainer = run.train(recipe, folder, parts=tiny_parts(recipe))
    assert trainer.world_size == 2
    torch.save(trainer.lightning_module.network.state_dict(), folder / f"weights_{trainer.global_rank}.pt")


if __name__ == "__main__":
    main()
