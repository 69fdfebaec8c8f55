"""The rehearsal in a container: a program in docker's place notes the command lines."""

from __future__ import annotations

import json

import pytest

DOCKER = r"""#!/bin/bash
echo "${{@//$'\n'/ }}" >> {log}
case "$*" in
    info) {info} ;;
    run*-c*) echo '{{"python": "3.11.9", "aicrowd-api": "{package}"}}' ;;
esac
"""


@pytest.fixture
def fake_docker(tmp_path, monkeypatch):
    """Return a function that puts a program in docker's place; returns what reads its calls."""

    def put(info="true", package="0.1.25"):
        folder = tmp_path / "programs"
        folder.mkdir()
        log = tmp_path / "calls"
        (folder / "docker").write_text(DOCKER.format(log=log, info=info, package=package))
        (folder / "docker").chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=":")
        return lambda: log.read_text().splitlines()

    return put


@pytest.fixture
def with_dockerfile(repository):
    repository.write("Dockerfile", "FROM python:3.11-slim\n")
    repository.commit()
    return repository


def test_the_image_is_built_and_run_with_the_graders_limits_and_removed(with_dockerfile, perform, fake_docker):
    calls = fake_docker()
    report = perform(environment="docker", cpus=1, memory_limit_bytes=16_000_000_000)
    info, build, versions, run, end, opening, remove = calls()
    name = build.split()[6]
    root = build.split()[-1].removesuffix("/clone")
    assert info == "info"
    assert build == f"build --build-arg NB_USER=aicrowd --build-arg NB_UID=1001 --tag {name} {root}/clone"
    assert versions.startswith(f"run --rm --network none {name} python -I -c")
    assert run.startswith(
        f"run --rm --name {name} --network none --cpus 1 --memory 16000000000 --memory-swap 16000000000 "
        f"--volume {root}/data:/rehearsal/data:ro --volume {root}/shared:/rehearsal/shared "
        f"--volume {root}/injected:/rehearsal/injected:ro --volume {root}/channel:/rehearsal/channel "
        "--env PYTHONPATH=/rehearsal/injected "
    )
    assert "--env TEST_DATASET_PATH=/rehearsal/data/ --env RESULTS_DATASET_PATH=/rehearsal/shared/predictions/" in run
    assert "AICROWD_IS_GRADING=True" in run
    assert run.endswith(f" {name} bash run.sh")
    assert "HOME=" not in run
    assert end == f"rm --force {name}"
    assert opening.endswith(f" {name} chmod -R a+rwX /rehearsal/shared")
    assert remove == f"image rm --force {name}"
    assert report.environment == "the image of the Dockerfile"
    assert report.results.versions["python"] == "3.11.9"
    # The program in docker's place runs nothing.
    assert "without a word to the grader" in "".join(remark.message for remark in report.remarks)


def test_sdx23_gets_a_gpu_where_its_aicrowd_json_asks_for_one(with_dockerfile, perform, fake_docker):
    with_dockerfile.write("aicrowd.json", json.dumps({"gpu": True}))
    with_dockerfile.commit()
    calls = fake_docker()
    perform(environment="docker", challenge="sdx23")
    run = calls()[3]
    assert "--gpus all" in run
    assert "CUDA_VISIBLE_DEVICES" not in run
    assert "AICROWD_PUBLIC_SHARED_DIR=/rehearsal/shared" in run
    assert run.endswith("python /rehearsal/injected/sdx23_evaluator.py")


def test_an_engine_that_does_not_answer_is_told_with_its_words(with_dockerfile, perform, fake_docker, errors):
    fake_docker(info="echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    report = perform(environment="docker")
    assert "needs a Docker engine. None answers: Cannot connect to the Docker daemon" in errors(report)
    assert "leave out --docker" in errors(report)
    assert not report.ok


def test_a_repository_without_a_dockerfile_is_told_so(perform, fake_docker, errors):
    fake_docker()
    assert "Got a commit without one" in errors(perform(environment="docker"))


def test_an_environment_without_the_graders_package_is_refused(with_dockerfile, perform, fake_docker, errors):
    fake_docker(package="not installed")
    assert "imports aicrowd-api, which the environment lacks" in errors(perform(environment="docker"))
