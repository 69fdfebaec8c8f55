"""Large files of commits that are still to be pushed, also those that later commits removed."""

from doctor.large_history import MOST_NAMED, PastFile, find_large_history
from doctor.repository import LARGE_BYTES, Repository

SIX_MEGABYTES = 6 * 1024**2


def commit_of(clone, name):
    return clone.git("rev-parse", "--short", name).strip()


def found_in(clone, *remotes):
    return find_large_history(clone.path, remotes, frozenset(), LARGE_BYTES)


def test_a_file_that_was_added_and_removed_is_named_with_its_first_commit(clone):
    clone.write("other.txt", "")
    clone.commit()
    clone.write_sparse("a song.wav", SIX_MEGABYTES)
    clone.commit()
    first = commit_of(clone, "HEAD")
    clone.git("mv", "a song.wav", "song.wav")
    clone.commit()
    clone.remove("song.wav")
    clone.commit()
    found = found_in(clone)
    assert [(file.size_bytes, file.commit) for file in found.files] == [(SIX_MEGABYTES, first)]
    assert found.files[0].path in ("a song.wav", "song.wav")
    assert found.base is None


def test_commits_that_a_remote_has_are_sent_by_no_push(clone):
    clone.write_sparse("picture.png", SIX_MEGABYTES)
    clone.commit()
    clone.git("update-ref", "refs/remotes/aicrowd/master", "HEAD")
    base = commit_of(clone, "HEAD")
    clone.remove("picture.png")
    clone.commit()
    assert found_in(clone, "aicrowd").files == ()
    assert found_in(clone, "other").files == (PastFile("picture.png", SIX_MEGABYTES, base),)
    clone.write_sparse("song.wav", SIX_MEGABYTES + 1)
    clone.commit()
    found = found_in(clone, "other", "aicrowd")
    assert (found.base, [file.path for file in found.files]) == (base, ["song.wav"])


def test_the_nearest_commit_that_any_branch_of_a_remote_has_is_the_base(clone):
    for branch, commit in (("develop", "HEAD~2"), ("master", "HEAD"), ("old", "HEAD~1")):
        clone.commit()
        clone.commit()
        clone.git("update-ref", f"refs/remotes/aicrowd/{branch}", commit)
    clone.git("update-ref", "refs/remotes/aicrowd/master", "HEAD")
    base = commit_of(clone, "HEAD")
    clone.write_sparse("song.wav", SIX_MEGABYTES)
    clone.commit()
    assert found_in(clone, "aicrowd").base == base


def test_of_many_large_files_the_largest_are_named_and_the_others_counted(clone):
    for number in range(MOST_NAMED + 2):
        clone.write_sparse(f"{number}.wav", SIX_MEGABYTES + number)
    clone.commit()
    found = found_in(clone)
    assert [file.path for file in found.files] == [f"{number}.wav" for number in range(MOST_NAMED + 1, 1, -1)]
    assert found.more == 2


def test_where_no_object_is_large_the_commits_are_not_walked(clone, monkeypatch):
    asked = []

    def ask(root, *words, **options):
        asked.append(words[0])
        return b"100 0123456789abcdef blob\n99999999 0123456789abcde0 tree\n"

    monkeypatch.setattr("doctor.large_history.ask_git", ask)
    assert found_in(clone).files == ()
    assert asked == ["cat-file"]


def test_what_the_server_of_the_challenge_lacks_counts_although_another_has_it(clone):
    clone.write_sparse("picture.png", SIX_MEGABYTES)
    clone.commit()
    clone.remove("picture.png")
    clone.commit()
    clone.git("remote", "add", "origin", "https://example.org/demix.git")
    clone.git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert [file.path for file in Repository(clone.path).large_history.files] == ["picture.png"]
    clone.git("remote", "remove", "aicrowd")
    assert Repository(clone.path).large_history.files == ()


def test_what_the_last_commit_alone_holds_is_told_from_what_earlier_ones_hold_too(clone):
    oids = []
    for number, name in enumerate(("pushed.wav", "earlier.wav", "last.wav")):
        clone.write_sparse(name, SIX_MEGABYTES + number)
        clone.commit()
        oids.append(clone.git("rev-parse", f"HEAD:{name}").strip())
    clone.git("update-ref", "refs/remotes/aicrowd/master", "HEAD~2")
    found = find_large_history(clone.path, ["aicrowd"], frozenset(oids), LARGE_BYTES)
    assert (found.in_earlier_commits, found.in_last_commit, found.files) == ({oids[1]}, {oids[2]}, ())
    assert found.base == commit_of(clone, "HEAD~2")
