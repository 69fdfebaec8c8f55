"""A page to listen to some songs: players and spectrograms of the mixture and of every stem, and the facts.

One file without anything to load beside it, so it can be copied and opened from disk. It holds compressed copies of the
sound (MP3, 128 kbit/s), which is enough to judge songs, not codecs. A page with copyleft sources says so.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np
import soundfile

from audio.atomic import write_text_atomically
from audio.codecs import QUICK_MP3, encode
from audio.stems import MIXTURE, SAMPLE_RATE, STEMS
from training.synthesis.mixing.effect import Facts
from training.synthesis.mixing.sounds import Sound
from training.synthesis.pictures import HEIGHT, WIDTH, png, spectrogram
from training.synthesis.writing import FACTS_FILE

_KILOBITS_PER_SECOND = 128
_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1f; --paper: #fbfbfa; --line: #d5d5da; --soft: #5d5d68; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --paper: #15151a; --line: #3a3a44; --soft: #a5a5b2; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 0.3rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0.3rem; }
p { margin: 0.3rem 0; } .soft { color: var(--soft); }
audio { display: block; width: 100%; height: 2.5rem; }
img { display: block; width: 100%; height: auto; margin-top: 0.3rem; border: 1px solid var(--line); }
details { margin: 0.4rem 0; border-top: 1px solid var(--line); padding-top: 0.3rem; }
summary { cursor: pointer; } pre { white-space: pre-wrap; font-size: 0.8rem; }
"""


def write_listening_page(path: Path, song_folders: Sequence[Path]) -> None:
    """Write the page.

    Args:
        path: The HTML file.
        song_folders: Songs of `training.synthesis.writing`.

    Raises:
        OSError: A song cannot be read, or the page not be written.
    """
    write_text_atomically(path, "".join(_page(song_folders)))


def _page(song_folders: Sequence[Path]) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>Synthetic songs</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>Synthetic songs</h1>\n"
    yield '<p class="soft">Made by <code>mdx synth</code>. Pictures: 40 Hz to 18 kHz, upwards; 70 dB.</p>\n'
    for folder in song_folders:
        yield from _song(folder)
    yield "</body>\n</html>\n"


def _song(folder: Path) -> Iterator[str]:
    facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    sounds = {stem: _read(folder, stem, facts["format"]) for stem in STEMS}
    yield f"<h2>{escape(folder.name)}</h2>\n<p>{escape(_summary(facts))}</p>\n"
    if facts["judgement"] == "copyleft":
        yield "<p><strong>Holds sounds under copyleft licences: keep this page to yourself.</strong></p>\n"
    mixture: Sound = np.sum(list(sounds.values()), axis=0, dtype=np.float32)
    yield from _player(MIXTURE, mixture, "")
    for stem, sound in sounds.items():
        yield from _player(stem, sound, _stem_summary(stem, facts))
    yield "<details><summary>All facts</summary>\n"
    yield f"<pre>{escape(json.dumps(facts, indent=1))}</pre></details>\n"


def _read(folder: Path, stem: str, suffix: str) -> Sound:
    samples, _ = soundfile.read(folder / f"{stem}.{suffix}", dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.T)


def _player(name: str, sound: Sound, summary: str) -> Iterator[str]:
    yield f"<h3>{escape(name)}</h3>\n"
    if not sound.any():
        yield '<p class="soft">Silent.</p>\n'
        return
    audio = base64.b64encode(encode(sound, SAMPLE_RATE, _KILOBITS_PER_SECOND, QUICK_MP3)).decode()
    picture = base64.b64encode(png(spectrogram(sound))).decode()
    yield f'<audio controls preload="none" src="data:audio/mpeg;base64,{audio}"></audio>\n'
    yield f'<img width="{WIDTH}" height="{HEIGHT}" alt="Spectrogram of {escape(name)}" '
    yield f'src="data:image/png;base64,{picture}">\n'
    if summary:
        yield f'<p class="soft">{escape(summary)}</p>\n'


def _summary(facts: Facts) -> str:
    scores = facts["scores"].values()
    songs = "; ".join(f"{score['genre']}, {score['tempo_bpm']:.0f} bpm, {score['key']}" for score in scores)
    kind = "Remix of " if facts["remix"] else ""
    mix = facts["mix"]
    return (
        f"{kind}{songs}. Heaviness {mix['heaviness']:g}, rooms {mix['rooms']:g}"
        f"{', pumping' if mix['pumping'] else ''}. Sources: {facts['judgement']}. Seed {facts['seed']}."
    )


def _stem_summary(stem: str, facts: Facts) -> str:
    players = [f"{who['part']}: {who['player']}" for who in facts["players"] if who["stem"] == stem]
    mixed = facts["mix"]["stems"][stem]
    effects = [effect["kind"] for effect in mixed["effects"]]
    return f"{mixed['level_dbfs']:g} dBFS. {'; '.join(players)}. Bus: {', '.join(effects) or 'nothing'}."
