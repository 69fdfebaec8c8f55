from threading import Barrier, Thread

import pytest

from audio.atomic import atomic_path, write_text_atomically


def test_an_error_in_the_block_leaves_the_older_file_and_nothing_else(tmp_path):
    target = tmp_path / "file"
    target.write_text("old")

    def write_and_fail():
        with atomic_path(target) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_text_replaces_the_older_file_and_makes_its_folder(tmp_path):
    target = tmp_path / "new" / "file"
    write_text_atomically(target, "one")
    write_text_atomically(target, "two")
    assert target.read_text() == "two"
    assert list(target.parent.iterdir()) == [target]


def test_two_threads_that_write_one_target_never_share_a_temporary_file(tmp_path):
    both_opened, seen = Barrier(2), []

    def write():
        with atomic_path(tmp_path / "file") as temporary:
            both_opened.wait(timeout=10)
            temporary.write_text("whole")
            seen.append(temporary)

    threads = [Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 2
    assert (tmp_path / "file").read_text() == "whole"
