"""The machine that the address of a remote leads to."""

import pytest

from doctor.addresses import host_of


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("git@gitlab.aicrowd.com:me/demix.git", "gitlab.aicrowd.com"),
        ("GitLab.aicrowd.com:me/demix.git", "gitlab.aicrowd.com"),
        ("https://me:s3cr@et@GITLAB.aicrowd.com:443/me/demix.git", "gitlab.aicrowd.com"),
        ("ssh://git@gitlab.aicrowd.com:22/me/demix.git", "gitlab.aicrowd.com"),
        ("https://example.org/gitlab.aicrowd.com/demix.git", "example.org"),
        ("git@example.org:gitlab.aicrowd.com/demix.git", "example.org"),
        ("/srv/gitlab.aicrowd.com:me/demix.git", None),
        ("../demix.git", None),
        (r"C:\kits\demix.git", None),
        ("file:///srv/demix.git", None),
        ("https://[demix.git", None),
    ],
)
def test_the_host_is_found_in_every_way_to_write_an_address(address, host):
    assert host_of(address) == host
