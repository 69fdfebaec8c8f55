"""Where a submission goes: remotes, secrets in addresses, what was submitted before."""

import pytest

from submission.errors import SubmitError
from submission.server import ask_server, has_secret


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


@pytest.mark.parametrize("option", [[], ["--push"]])
def test_an_address_with_a_token_is_refused_unseen_and_nothing_is_asked_of_it(clone, option):
    clone.git("remote", "set-url", *option, "aicrowd", "https://oauth2:s3cret@nowhere.invalid/me/demix.git")
    with pytest.raises(SubmitError, match="must hold no password or token. Got one in that of 'aicrowd'") as refused:
        ask_server(clone.path, ["aicrowd"], "aicrowd")
    assert "s3cret" not in str(refused.value)


def test_a_remote_that_is_not_there_is_told_with_those_that_are(clone):
    with pytest.raises(SubmitError, match="Got 'aicrowd', which is none of: origin, mine"):
        ask_server(clone.path, ["origin", "mine"], "aicrowd")


def test_a_server_that_does_not_answer_is_told_in_gits_words(clone):
    clone.git("remote", "set-url", "aicrowd", str(clone.path / "nowhere.git"))
    with pytest.raises(SubmitError, match="`git ls-remote` must succeed. Got: .*nowhere.git"):
        ask_server(clone.path, ["aicrowd"], "aicrowd")


def test_two_addresses_to_push_to_are_one_too_many(clone, server):
    clone.git("remote", "set-url", "--add", "--push", "aicrowd", str(server.path))
    clone.git("remote", "set-url", "--add", "--push", "aicrowd", str(server.path) + "2")
    with pytest.raises(SubmitError, match="must go to one address. Got 2 for 'aicrowd'"):
        ask_server(clone.path, ["aicrowd"], "aicrowd")


def test_tags_with_and_without_a_message_lead_to_their_commit(clone):
    head = clone.git("rev-parse", "HEAD").strip()
    clone.git("tag", "submission-plain")
    clone.git("tag", "-am", "one", "submission-annotated")
    clone.git("tag", "other")
    clone.git("push", "--quiet", "aicrowd", "HEAD:master", "--tags")
    answer = ask_server(clone.path, ["aicrowd"], "aicrowd")
    assert answer.tip == head
    assert answer.tags == {"submission-annotated": head, "submission-plain": head}
    assert answer.tags_of(head) == ("submission-annotated", "submission-plain")
