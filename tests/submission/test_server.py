"""Where a submission goes: remotes, secrets in addresses, what was submitted before."""

import pytest

from doctor.repository import Repository
from doctor.secrets import has_secret
from submission.errors import SubmitError
from submission.server import ask_server


def ask(clone):
    return ask_server(clone.path, Repository(clone.path).git, "aicrowd")


@pytest.mark.parametrize(
    "address",
    [
        "git@gitlab.aicrowd.com:me/demix.git",
        "ssh://git@gitlab.aicrowd.com/me/demix.git",
        "https://gitlab.aicrowd.com/me/demix.git",
        "https://me@gitlab.aicrowd.com/me/demix.git",
        "https://gitlab.aicrowd.com/me/demix@home.git",
        "/srv/git/demix.git",
    ],
)
def test_addresses_of_every_kind_are_free_of_secrets(address):
    assert not has_secret(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://oauth2:s3cret@gitlab.aicrowd.com/me/demix.git",
        "https://me:s3cr@et@gitlab.aicrowd.com/me/demix.git",
        "https://glpat-abc@gitlab.aicrowd.com/me/demix.git",
        "https://0123456789abcdef0123@gitlab.aicrowd.com/me/demix.git",
        "https://gitlab.aicrowd.com/me/demix.git?private_token=s3cret",
        "HTTPS://:s3cret@gitlab.aicrowd.com/me/demix.git",
    ],
)
def test_passwords_and_tokens_are_found_wherever_they_stand(address):
    assert has_secret(address)


@pytest.mark.parametrize(("option", "setting"), [([], "url"), (["--push"], "pushurl")])
def test_an_address_with_a_token_is_refused_unseen_with_the_command_that_mends_it(clone, option, setting):
    clone.git("remote", "set-url", *option, "aicrowd", "https://oauth2:s3cret@nowhere.invalid/me/demix.git")
    with pytest.raises(SubmitError, match="must hold no password or token. Got one in that of 'aicrowd'") as refused:
        ask(clone)
    assert "s3cret" not in str(refused.value)
    assert f"`git config --replace-all remote.aicrowd.{setting} git@nowhere.invalid:" in str(refused.value)


def test_a_token_that_gits_configuration_writes_into_an_address_is_refused_unseen(clone):
    clone.git("config", "url.https://oauth2:s3cret@nowhere.invalid/.insteadOf", "short:")
    clone.git("remote", "set-url", "aicrowd", "short:me/demix.git")
    with pytest.raises(SubmitError, match="`url.<base>.insteadOf` of git's configuration writes a secret") as refused:
        ask(clone)
    assert "s3cret" not in str(refused.value)


def test_a_remote_that_is_not_there_is_told_with_those_that_are(clone):
    clone.git("remote", "add", "mine", "../mine.git")
    clone.git("remote", "rename", "aicrowd", "origin")
    with pytest.raises(SubmitError, match="Got 'aicrowd', which is none of: mine, origin"):
        ask(clone)


def test_a_server_that_does_not_answer_is_told_in_gits_words(clone):
    clone.git("remote", "set-url", "aicrowd", str(clone.path / "nowhere.git"))
    with pytest.raises(SubmitError, match="`git ls-remote` must succeed. Got: .*nowhere.git"):
        ask(clone)


def test_two_addresses_to_push_to_are_one_too_many(clone, server):
    clone.git("remote", "set-url", "--add", "--push", "aicrowd", str(server.path))
    clone.git("remote", "set-url", "--add", "--push", "aicrowd", str(server.path) + "2")
    with pytest.raises(SubmitError, match="must go to one address. Got 2 for 'aicrowd'"):
        ask(clone)


def test_tags_with_and_without_a_message_lead_to_their_commit(clone):
    head = clone.git("rev-parse", "HEAD").strip()
    clone.git("tag", "submission-plain")
    clone.git("tag", "-am", "one", "submission-annotated")
    clone.git("tag", "other")
    clone.git("push", "--quiet", "aicrowd", "HEAD:master", "--tags")
    answer = ask(clone)
    assert answer.tip == head
    assert answer.tags == {"submission-annotated": head, "submission-plain": head}
    assert answer.tags_of(head) == ("submission-annotated", "submission-plain")
