"""What is shown of a text that holds passwords and tokens."""

import pytest

from doctor.secrets import HIDDEN, without_secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pip install git+https://me:s3cr@et@x.org/a", f"pip install git+https://{HIDDEN}@x.org/a"),
        ("https://glpat-abc@x.org and https://me@x.org", f"https://{HIDDEN}@x.org and https://me@x.org"),
        ("curl -H 'PRIVATE-TOKEN: abc' x.org", f"curl -H 'PRIVATE-TOKEN: {HIDDEN}' x.org"),
        ('-H "Authorization: Bearer abc" x', f'-H "Authorization: Bearer {HIDDEN}" x'),
        ("https://x.org/?a=1&private_token=abc&b=2", f"https://x.org/?a=1&private_token={HIDDEN}&b=2"),
        ("export HUB=ghp_0123456789abcdefghij", f"export HUB={HIDDEN}"),
        ("git@x.org:me/demix.git, numpy==2.0", "git@x.org:me/demix.git, numpy==2.0"),
    ],
)
def test_secrets_are_hidden_and_nothing_else_is(text, shown):
    assert without_secrets(text) == shown
