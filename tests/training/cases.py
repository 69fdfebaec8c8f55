"""A recipe of seconds, songs for it, and a loss that needs no other package."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from audio.made_up_songs import MadeUpSong, make_song
from audio.stems import MIXTURE, SAMPLE_RATE, Stems
from audio.writing import write_audio
from training.architectures import build_network
from training.assembly import Parts, unchanged
from training.recipe import Recipe

SONG_SECONDS = 1.5


class MeanError(nn.Module):
    """The mean absolute error of all stems."""

    def forward(self, estimates: Stems, references: Stems) -> Tensor:
        return torch.stack([(estimates[stem] - references[stem]).abs().mean() for stem in estimates]).mean()


def write_songs(folder, train=2, valid=1):
    for number in range(train + valid):
        stems = make_song(MadeUpSong(seed=number, duration_seconds=SONG_SECONDS))
        place = folder / ("train" if number < train else "valid") / f"song {number}"
        for name, sound in {MIXTURE: torch.stack(list(stems.values())).sum(dim=0), **stems}.items():
            write_audio(place / f"{name}.wav", sound, SAMPLE_RATE, "PCM_16")
    return folder


def tiny_content(folder):
    """What the YAML file of a tiny recipe would hold."""
    return {
        "name": "tiny",
        "seed": 3,
        "data": {
            "folder": str(folder),
            "plan": "aligned",
            "chunk_seconds": 0.1,
            "chunks_per_epoch": 12,
            "batch_size": 4,
            "validation_chunks": 4,
            "workers": 0,
        },
        "losses": [{"name": "time_l1"}],
        "model": {
            "architecture": "xumx",
            "config": {"window_samples": 256, "hop_samples": 64, "max_bin": 100, "hidden_size": 8, "lstm_layers": 2},
        },
        "loop": {"max_epochs": 2, "precision": "32-true", "accelerator": "cpu", "devices": 1},
    }


def tiny_recipe(folder, **sections):
    """A tiny recipe; keys of sections are added to them."""
    content = tiny_content(folder)
    for name, section in sections.items():
        content[name] = {**content.get(name, {}), **section} if isinstance(section, dict) else section
    return Recipe.model_validate(content)


def tiny_parts(recipe, augment=unchanged, loss=None):
    return Parts(build_network(recipe.model, recipe.seed), loss or MeanError(), augment)
