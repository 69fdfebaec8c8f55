"""KUIELab-MDX-Net as a bag: members, shares, files, settings."""

from __future__ import annotations

import hashlib
import sys
import zipfile

import pytest
import torch

from audio import STEMS
from models import kuielab_files
from models.errors import ModelUnavailableError, SettingsError, WeightError
from models.files.checkpoints import locate_weights
from models.kuielab import build
from models.manifest import ModelEntry
from models.registry import BuildOptions
from separation.engine import Engine
from tests.models.tdf_small import as_onnx, small_unet, write_archive

FFT_SAMPLES = {"bass": 4096, "drums": 2048, "other": 2048, "vocals": 3072}
SHARES = {"bass": 0.5, "drums": 0.5, "other": 0.7, "vocals": 0.9}
SMALL_TDF = {"frames": 16, "band_bins": 32, "blocks": 3, "layers": 1, "growth": 2}
SMALL = {"random_arguments": {"tdf": SMALL_TDF, "demucs": {"hidden_channels": 4, "depth": 3}}}
CPU = torch.device("cpu")


def row(files=None, **architecture):
    networks = [{"stem": stem, "fft_samples": length} for stem, length in FFT_SAMPLES.items()]
    weights = [
        {
            "role": role,
            "name": f"{role}.bin",
            "urls": ["https://example.org"],
            "sha256_prefix": hashlib.sha256(content).hexdigest()[:8],
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for role, content in (files or {}).items()
    ]
    return ModelEntry(
        name="kuielab_x",
        builder="models.kuielab:build",
        summary="",
        licence="",
        training_data="",
        leaderboards=(),
        stems=STEMS,
        architecture={"networks": networks, **architecture},
        weights=weights,
    )


def random_bag(seed=0, **architecture):
    return build(row(**architecture), BuildOptions(CPU, random_weights=True, seed=seed, settings=SMALL))


def published(files, **settings):
    return build(row(files), BuildOptions(CPU, settings=settings))


def song(samples=30_000):
    return 0.1 * torch.randn(2, samples, generator=torch.Generator().manual_seed(0))


def test_a_mixed_row_is_one_network_of_four_stems_and_demucs_with_the_rest_of_the_shares():
    spectrogram, demucs = random_bag(mixer=True, demucs={}, shares=SHARES).members
    assert spectrogram.network.stems == tuple(FFT_SAMPLES)
    assert spectrogram.stem_weights == SHARES
    assert demucs.stem_weights == pytest.approx({"bass": 0.5, "drums": 0.5, "other": 0.3, "vocals": 0.1})
    assert (spectrogram.overlap, spectrogram.normalisation) == (0.0, "none")
    assert (demucs.overlap, demucs.normalisation, demucs.segment_samples) == (0.5, "mono", 1_764_000)
    assert spectrogram.segment_samples == spectrogram.longest_samples == 15 * 1024 - 4096


def test_a_row_without_mixer_is_one_network_for_each_stem_so_that_one_stem_runs_alone():
    bag = random_bag(demucs={}, shares=SHARES)
    assert [member.stem_weights for member in bag.members[:4]] == [{stem: SHARES[stem]} for stem in FFT_SAMPLES]
    assert [member.segment_samples for member in bag.members[:4]] == [
        15 * 1024 - length for length in FFT_SAMPLES.values()
    ]
    assert [member.counts_for("drums") for member in bag.members] == [False, True, False, False, True]


def test_without_demucs_and_shares_the_spectrogram_networks_count_alone():
    (member,) = random_bag(mixer=True).members
    assert member.stem_weights == dict.fromkeys(FFT_SAMPLES, 1.0)


def test_the_blend_is_the_weighted_sum_of_its_two_branches():
    bag = random_bag(mixer=True, demucs={}, shares=SHARES)
    together = Engine(bag).separate(song())
    alone = [Engine(type(bag)((member,), bag.stems, bag.sample_rate, CPU)).separate(song()) for member in bag.members]
    for stem, share in SHARES.items():
        expected = share * alone[0][stem] + (1 - share) * alone[1][stem]
        assert torch.allclose(together[stem], expected, atol=1e-6), stem


def test_the_seed_decides_the_random_weights_and_the_callers_generator_is_left():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    weights = [random_bag(seed, mixer=True).members[0].network.linear.weight for seed in (1, 1, 2)]
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_own_checkpoints_take_the_place_of_the_published_networks(tmp_path):
    cores = {stem: small_unet(seed, **SMALL_TDF) for seed, stem in enumerate(FFT_SAMPLES)}
    for stem, core in cores.items():
        state = {**core.state_dict(), "window": torch.hann_window(2048)}
        torch.save({"state_dict": state}, tmp_path / f"{stem}.ckpt")
    bag = published({}, checkpoints={stem: str(tmp_path / f"{stem}.ckpt") for stem in cores})
    for member, core in zip(bag.members, cores.values(), strict=True):
        assert member.network.transform.config.window_samples == 2048
        assert member.network.core.frames == 512
        kept = member.network.core.state_dict()
        assert all(torch.equal(kept[name], values.float()) for name, values in core.state_dict().items())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"random_arguments": {"tdf": {"growth": 2}}}, "'random_arguments' .* must go with random weights"),
        ({"checkpoints": {"piano": "x"}}, "'checkpoints' .* must name stems out of .*'vocals'.* Got .'piano'."),
        ({"archiv": "x"}, "'archiv' is unknown. Did you mean 'archive'"),
    ],
)
def test_unusable_settings_are_refused(settings, message):
    with pytest.raises(SettingsError, match=message):
        published({}, **settings)


def test_a_field_that_a_network_has_not_is_refused_by_its_name():
    settings = {"random_arguments": {"tdf": {"channels": 2}}}
    with pytest.raises(SettingsError, match="random_arguments.tdf' of the model 'kuielab_x' .* TDFConfig.*channels"):
        build(row(), BuildOptions(CPU, random_weights=True, settings=settings))


def test_without_onnx_runtime_published_networks_are_unavailable_and_random_ones_are_not(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    files = dict.fromkeys(FFT_SAMPLES, b"network")
    for stem, content in files.items():
        (tmp_path / f"{stem}.bin").write_bytes(content)
    with pytest.raises(
        ModelUnavailableError, match="bass.bin' of the model 'kuielab_x' must be run by .* extra `onnx`"
    ):
        published(files, weights_folder=str(tmp_path))
    assert len(random_bag().members) == 4


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"onnx_A/drums.onnx": b"drums"}, r"must hold one file bass.onnx. Got 0 among \['onnx_A/drums.onnx'\]"),
        ({"a/bass.onnx": b"bass", "b/bass.onnx": b"bass"}, "must hold one file bass.onnx. Got 2 among"),
        ({"onnx_A/bass.onnx": b"other"}, "must hold a file onnx_A/bass.onnx with the sha256 .* Got d9298a10"),
    ],
)
def test_an_archive_without_the_published_network_is_refused(tmp_path, members, message):
    path = write_archive(tmp_path / "onnx_A.zip", members)
    with pytest.raises(WeightError, match=f"onnx_A.zip' of the model 'kuielab_x' {message}"):
        published({"bass": b"bass"}, archive=str(path))


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "onnx_A.zip").write_bytes(b"no zip")
    for path in (tmp_path / "onnx_A.zip", tmp_path / "missing.zip"):
        with pytest.raises(WeightError, match=f"'{path}' of the model 'kuielab_x' must be a readable zip file. Got: "):
            published({"bass": b"bass"}, archive=str(path))


def test_a_row_that_lacks_a_file_is_refused():
    with pytest.raises(WeightError, match="'kuielab_x' must list a weight file of the role 'bass'. Got none"):
        published({})


def test_files_and_archive_give_the_estimates_of_the_same_network_in_torch(tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx", reason="torch's exporter needs it")
    cores = {stem: small_unet(seed, **SMALL_TDF) for seed, stem in enumerate(FFT_SAMPLES)}
    files = {stem: as_onnx(core) for stem, core in cores.items()}
    for stem, content in files.items():
        (tmp_path / f"{stem}.bin").write_bytes(content)
    archive = write_archive(tmp_path / "onnx.zip", {f"onnx_X/{stem}.onnx": content for stem, content in files.items()})
    from_files = published(files, weights_folder=str(tmp_path))
    from_archive = published(files, archive=str(archive))
    estimates = [Engine(bag).separate(song()) for bag in (from_files, from_archive)]
    for member, (stem, core) in zip(from_files.members, cores.items(), strict=True):
        member.network.core = core
        expected = Engine(from_files).separate(song())[stem]
        loudest = expected.abs().max()
        assert loudest > 1e-6
        assert all((estimate[stem] - expected).abs().max() < 1e-4 * loudest for estimate in estimates)


def test_a_checkpoint_that_is_not_there_is_told_and_the_home_folder_is_meant_by_its_sign(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SettingsError, match=f"'checkpoints' .* Got '{tmp_path}/bass.ckpt' for the stem 'bass'"):
        published({}, checkpoints={"bass": "~/bass.ckpt"})


def test_the_archive_may_lie_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write_archive(tmp_path / "onnx.zip", {"onnx_A/bass.onnx": b"other"})
    with pytest.raises(WeightError, match="must hold a file onnx_A/bass.onnx with the sha256"):
        published({"bass": b"bass"}, archive="~/onnx.zip")


@pytest.mark.parametrize("settings", [{"archive": "onnx.zip"}, {"checkpoints": {"bass": "bass.ckpt"}}])
def test_weight_files_beside_random_weights_are_refused(settings):
    options = BuildOptions(CPU, random_weights=True, settings={**SMALL, **settings})
    with pytest.raises(SettingsError, match=f"The settings .'{next(iter(settings))}'. .* must go with weight files"):
        build(row(), options)


def test_members_with_a_password_and_of_unknown_compression_are_refused(tmp_path):
    for offset, value in ((8, 1), (10, 93)):
        path = write_archive(tmp_path / "onnx.zip", {"bass.onnx": b"bass"})
        content = bytearray(path.read_bytes())
        content[content.index(b"PK\1\2") + offset] = value
        content[content.index(b"PK\3\4") + offset - 2] = value
        path.write_bytes(content)
        with pytest.raises(WeightError, match="must be a readable zip file. Got: .*(password|compression)"):
            published({"bass": b"bass"}, archive=str(path))


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_damaged_member_is_refused(tmp_path, compression):
    with zipfile.ZipFile(tmp_path / "onnx.zip", "w", compression) as archive:
        archive.writestr("bass.onnx", bytes(range(256)) * 10)
    content = bytearray((tmp_path / "onnx.zip").read_bytes())
    content[45:80] = b"\xff" * 35
    (tmp_path / "onnx.zip").write_bytes(content)
    with pytest.raises(WeightError, match="must be a readable zip file. Got: "):
        published({"bass": b"bass"}, archive=str(tmp_path / "onnx.zip"))


def test_a_member_that_is_far_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = write_archive(tmp_path / "onnx.zip", {"bass.onnx": bytes(10_000)})
    entry = row({"bass": b"bass"})
    file = entry.weights[0].model_copy(update={"approximate_megabytes": 0.001})
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was read"))
    with pytest.raises(WeightError, match="hold a file bass.onnx of at most 1500 bytes. Got 10000"):
        build(entry.model_copy(update={"weights": (file,)}), BuildOptions(CPU, settings={"archive": str(path)}))


def test_a_file_that_changes_after_its_check_is_refused_not_run(tmp_path, monkeypatch):
    files = dict.fromkeys(FFT_SAMPLES, b"network")
    for stem, content in files.items():
        (tmp_path / f"{stem}.bin").write_bytes(content)

    def locate_then_change(model, file, folder):
        path = locate_weights(model, file, folder)
        path.write_bytes(b"another")
        return path

    monkeypatch.setattr(kuielab_files, "locate_weights", locate_then_change)
    monkeypatch.setattr(kuielab_files, "OnnxCore", lambda *_: pytest.fail("it was run"))
    with pytest.raises(WeightError, match="bass.bin' .* it was changed while the model was loaded"):
        published(files, weights_folder=str(tmp_path))
