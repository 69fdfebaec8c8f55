"""Files with secrets are known, and no command that the doctor names commits one."""

import pytest

from doctor.git_facts import gather_git_facts
from doctor.secret_files import commit_all, looks_secret


@pytest.mark.parametrize("name", [".env", "a/.env.local", "id_ed25519", "keys/server.pem"])
def test_files_that_hold_secrets_are_known(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("-- PRIVATE KEY --")
    assert looks_secret(tmp_path, name)


@pytest.mark.parametrize("name", [".env.example", "environment.yml", "id_rsa.pub", "certificate.pem", "slides.key"])
def test_examples_certificates_and_slides_are_none(tmp_path, name):
    (tmp_path / name).write_text("-- CERTIFICATE --")
    assert not looks_secret(tmp_path, name)


def test_the_command_that_commits_everything_leaves_secrets_out(clone, findings_in, paste):
    for name in (".env", "my keys/id_rsa", "notes.txt"):
        clone.write(name, "x")
    clone.git("add", "my keys/id_rsa")
    (dirty,) = (finding for finding in findings_in(clone.path) if finding.check == "dirty-tree")
    command = commit_all(clone.path, gather_git_facts(clone.path, []).changes)
    assert (dirty.subject, dirty.fix) == ("notes.txt", f"`{command}`")
    paste(clone, command)
    assert clone.git("show", "--name-only", "--format=", "HEAD").split() == ["notes.txt"]
    assert {finding.subject for finding in findings_in(clone.path)} == {".env", "my keys/id_rsa"}
