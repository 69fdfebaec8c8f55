"""The network is cut as at grading, and whoever asks for it is named."""

from __future__ import annotations

import pytest


def test_the_machine_itself_can_be_reached(run_submission):
    body = """
        import socket
        server = socket.socket()
        server.bind(('127.0.0.1', 0))
        server.listen()
        client = socket.create_connection(('localhost', server.getsockname()[1]), timeout=5)
        client.close()
        write()
    """
    results = run_submission(body, songs=["Alpha"])
    assert results.ok
    assert results.network_attempts == []


def test_a_system_that_refuses_half_of_a_namespace_still_has_its_sockets_cut(run_submission, tmp_path, monkeypatch):
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import evaluator.network_guard as guard\n"
        "def refuse():\n"
        "    raise PermissionError(1, 'write to uid_map refused')\n"
        "guard._enter_namespace = refuse\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(site))
    results = run_submission("import socket; socket.create_connection(('192.0.2.1', 80))", songs=["Alpha"])
    assert results.network == "sockets"
    assert len(results.network_attempts) == 1


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "import urllib.request; urllib.request.urlopen('http://example.invalid/weights.th')",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    ],
)
def test_the_network_is_refused_and_the_caller_is_named(run_submission, attempt):
    results = run_submission(attempt, songs=["Alpha"])
    assert len(results.network_attempts) == 1
    message = results.network_attempts[0]
    assert message.startswith("The network is cut, as at grading: ")
    assert "predict.py:" in message
    assert "(prediction) asked for" in message
    assert not results.ok


def test_a_swallowed_network_attempt_is_still_told(run_submission):
    body = """
        import socket
        try:
            socket.getaddrinfo('example.invalid', 80)
        except OSError:
            pass
        write()
    """
    results = run_submission(body)
    assert results.ok
    assert "'example.invalid'" in results.network_attempts[0]


def test_local_sockets_between_processes_still_work(run_submission):
    body = """
        import multiprocessing
        with multiprocessing.get_context('fork').Pool(1) as pool:
            assert pool.map(abs, [-1]) == [1]
        write()
    """
    assert run_submission(body, songs=["Alpha"]).ok
