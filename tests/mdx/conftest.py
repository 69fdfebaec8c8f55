"""What tests of the commands share: a predict.py that gives a quarter of the mixture for every stem; tiny models."""

import hashlib
from types import SimpleNamespace

import pytest

from models.files.checkpoints import user_cache_folder
from models.manifest import Manifest
from tests.models.files.web_server import Site, serve


@pytest.fixture
def quarter_source():
    """Source of a whole predict.py; the last line of its `prediction()` is indented by eight spaces."""
    return """
import soundfile
from evaluator.music_demixing import MusicDemixingPredictor


class Quarter(MusicDemixingPredictor):
    def prediction_setup(self):
        pass

    def prediction(self, mixture_file_path, **paths):
        mixture, rate = soundfile.read(mixture_file_path)
        for path in paths.values():
            soundfile.write(path, mixture / 4, rate)
        # The end of prediction().


Quarter().run()
"""


@pytest.fixture
def tiny_models(bare_machine, monkeypatch):
    """Three models, their weight files at a server: `tiny`, `unproven` (without a hash), `bare` (without a file)."""
    content = {name: b"\x80" + name.encode() * 1000 for name in ("bass.pth", "drums.pth", "voice.pth")}
    monkeypatch.setenv("MDX_OFFLINE", "0")
    with (
        serve(Site(content["bass.pth"])) as bass,
        serve(Site(content["drums.pth"])) as drums,
    ):
        (bare_machine / "voice.pth").write_bytes(content["voice.pth"])
        voice = SimpleNamespace(url=(bare_machine / "voice.pth").as_uri())
        sites = {"bass.pth": bass, "drums.pth": drums, "voice.pth": voice}
        files = [
            {
                "role": name.removesuffix(".pth"),
                "name": name,
                "urls": [sites[name].url],
                "sha256_prefix": hashlib.sha256(content[name]).hexdigest()[:8],
                "approximate_megabytes": 0.01,
            }
            for name in ("bass.pth", "drums.pth")
        ]
        unproven = {"role": "voice", "name": "voice.pth", "urls": [voice.url]}
        row = {"builder": "models.tiny:build", "summary": "For tests.", "training_data": "none", "leaderboards": []}
        rows = [
            {**row, "name": "tiny", "licence": "MIT", "weights": files},
            {**row, "name": "unproven", "licence": "CC BY 4.0", "weights": [unproven]},
            {**row, "name": "bare", "licence": "MIT", "weights": []},
        ]
        manifest = Manifest.model_validate({"models": rows, "aliases": {"default": "bare"}})
        for module in ("manifest", "registry"):
            monkeypatch.setattr(f"models.{module}.load_manifest", lambda: manifest)
        yield SimpleNamespace(content=content, sites=sites, cache=user_cache_folder())
