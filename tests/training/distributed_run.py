"""Train a tiny network in one process or several; Lightning starts this file again for each further one."""

import json
import sys
from pathlib import Path

from tests.training.cases import tiny_parts, tiny_recipe
from training import run

CONV_TASNET = {"filters": 8, "bottleneck_channels": 8, "block_channels": 8, "blocks": 2, "repeats": 1}


def main():
    songs, folder, processes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    # Its norms know no batch: a batch norm takes the statistics of a process's own share.
    model = {"architecture": "conv_tasnet", "config": CONV_TASNET}
    recipe = tiny_recipe(songs, model=model, loop={"devices": processes})
    trainer = run.train(recipe, folder, parts=tiny_parts(recipe))
    assert trainer.world_size == processes
    if trainer.is_global_zero:
        losses = {name: float(value) for name, value in trainer.callback_metrics.items()}
        (folder / "losses.json").write_text(json.dumps(losses))


if __name__ == "__main__":
    main()
