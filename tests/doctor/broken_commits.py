"""Repositories that are broken in one way each: commits, branches, remotes, history."""

from __future__ import annotations

from tests.doctor.broken_submissions import WARNING, Broken, append, both, git, large_file, remove, write
from tests.doctor.broken_surroundings import call
from tests.doctor.clean_repository import WEIGHTS, Clone
from tests.doctor.related_repositories import add_submodule, make_inner_repository, make_shallow

ODD = "an odd 'name'.png"
SMALL_FILE = f"{WEIGHTS}/small.safetensors"

COMMITS = {
    "no repository": Broken(remove(".git"), "git", ".git", says="git refuses", is_committed=False),
    "git is not installed": Broken(
        lambda clone: clone.without_git(), "git", ".git", says="not installed", is_committed=False
    ),
    "no commit": Broken(
        both(remove(".git"), git("init", "--quiet", "--template=")),
        "git",
        "HEAD",
        says="no commit",
        also=("remote", "lfs-ready"),
        is_committed=False,
    ),
    "a module that is not added": Broken(
        both(write("my_submission/mine.py", ""), call("import my_submission.mine")),
        "files-committed",
        "my_submission/mine.py",
        also=("dirty-tree",),
        is_committed=False,
    ),
    "an ignored declaration": Broken(
        both(git("rm", "--cached", "--quiet", "aicrowd.json"), append(".gitignore", "*.json\n")),
        "files-committed",
        "aicrowd.json",
        says=".gitignore:2:*.json",
    ),
    "a change": Broken(append("apt.txt", "\n"), "dirty-tree", "apt.txt", WARNING, is_committed=False),
    "a change that git is told to overlook": Broken(
        both(git("update-index", "--assume-unchanged", "apt.txt"), append("apt.txt", "\n")),
        "hidden-changes",
        "apt.txt",
        says="changed since HEAD",
        is_committed=False,
    ),
    "a removal that git is told to overlook": Broken(
        both(git("update-index", "--skip-worktree", "submit.sh"), remove("submit.sh")),
        "hidden-changes",
        "submit.sh",
        says="gone since HEAD",
    ),
    "a file that git is told to overlook": Broken(
        both(
            git("update-index", "--skip-worktree", "apt.txt", "submit.sh"),
            git("update-index", "--assume-unchanged", "apt.txt"),
        ),
        "hidden-changes",
        "apt.txt",
        WARNING,
        says="told not to look at it and 1 more",
    ),
    "weights that git is told to overlook": Broken(
        both(git("update-index", "--assume-unchanged", SMALL_FILE), write(SMALL_FILE, "changed")),
        "hidden-changes",
        SMALL_FILE,
        also=("weights-undamaged",),
    ),
    "a sparse checkout": Broken(
        both(git("update-index", "--refresh"), git("sparse-checkout", "set", "my_submission", "separation", "models")),
        "hidden-changes",
        "evaluator/__init__.py",
        says="2 files in all",
    ),
    "an odd name that is not added": Broken(write(ODD, "x"), "dirty-tree", ODD, WARNING, is_committed=False),
    "an odd name that git is told to overlook": Broken(
        both(write(ODD, "x"), Clone.commit, git("update-index", "--skip-worktree", ODD), write(ODD, "y")),
        "hidden-changes",
        ODD,
    ),
    "an odd name that is large": Broken(large_file(ODD), "large-files", ODD),
    "an odd name that is large and not added": Broken(
        large_file(ODD), "large-untracked", ODD, WARNING, also=("dirty-tree",), is_committed=False
    ),
    "a removal that is not committed": Broken(
        remove("predict.py"), "entry", "predict.py", also=("run-script", "dirty-tree"), is_committed=False
    ),
    "a committed file of secrets": Broken(write(".env", "TOKEN=x"), "secret-files", ".env", says="is committed"),
    "secrets that are not ignored": Broken(
        write("my keys/id_rsa", "x"), "secret-files", "my keys/id_rsa", WARNING, is_committed=False
    ),
    "a key that waits for its commit": Broken(
        both(write("server.pem", "-- PRIVATE KEY --"), git("add", "server.pem")),
        "secret-files",
        "server.pem",
        WARNING,
        is_committed=False,
    ),
    "a conflict": Broken(
        lambda clone: clone.make_conflict("apt.txt"), "merged", "apt.txt", is_committed=False, also=("apt",)
    ),
    "a link elsewhere": Broken(lambda clone: (clone.path / "w").symlink_to("/data/w"), "links", "w", says="/data/w"),
    "a submodule": Broken(
        lambda clone: make_inner_repository(clone, "plugins"), "submodules", "plugins", WARNING, "submodule"
    ),
    "a submodule whose files are not here": Broken(
        lambda clone: add_submodule(clone, "plugins"), "submodules", "plugins", WARNING, "submodule", is_committed=False
    ),
    "a commit that was submitted": Broken(
        git("tag", "submission-v1"), "graded-once", "submission-v1", is_committed=False
    ),
    "a tag that starts nothing": Broken(
        git("tag", "submission_v2"), "tag-names", "submission_v2", WARNING, is_committed=False
    ),
    "no remote": Broken(git("remote", "remove", "aicrowd"), "remote", "aicrowd", WARNING),
    "a token in an address": Broken(
        git("remote", "add", "other", "https://oauth2:hunter2@gitlab.aicrowd.com/a/b.git"),
        "remote-secret",
        "other",
        WARNING,
        "gitlab.aicrowd.com",
    ),
    "a token that git's configuration writes into an address": Broken(
        both(
            git("config", "url.https://oauth2:hunter2@gitlab.aicrowd.com/.insteadOf", "short:"),
            git("remote", "add", "other", "short:a/b.git"),
        ),
        "remote-secret",
        "other",
        WARNING,
        "insteadOf",
    ),
    "a script that pushes master": Broken(
        write("submit.sh", "git push -f aicrowd master\n"), "pushed-branch", "submit.sh", says="only: main"
    ),
    "the remote leads elsewhere": Broken(
        git("remote", "set-url", "aicrowd", "https://me@example.org/gitlab.aicrowd.com/demix.git"),
        "remote",
        "aicrowd",
        WARNING,
        says="It leads to example.org.",
    ),
    "another remote leads to the server": Broken(
        both(
            git("remote", "rename", "aicrowd", "other"),
            git("remote", "add", "aicrowd", "ssh://git@example.org:22/me/demix.git"),
        ),
        "remote",
        "aicrowd",
        WARNING,
        says="It leads to example.org; 'other' leads to gitlab.aicrowd.com.",
    ),
    "pushed to another server than fetched from": Broken(
        git("remote", "set-url", "--push", "aicrowd", "../demix.git"),
        "remote",
        "aicrowd",
        WARNING,
        says="a folder of this machine",
    ),
    "a large file of an older commit": Broken(
        both(large_file("picture.png"), Clone.commit, remove("picture.png")),
        "large-history",
        "picture.png",
        says="holds its 6.3 MB",
    ),
    "a large file that was handed to git-lfs too late": Broken(
        both(
            large_file("picture.png"),
            Clone.commit,
            append(".gitattributes", "*.png filter=lfs diff=lfs merge=lfs -text\n"),
            git("add", "--renormalize", "picture.png"),
        ),
        "large-history",
        "picture.png",
    ),
    "a shallow clone": Broken(make_shallow, "whole-history", "HEAD", WARNING, is_committed=False),
    "no branch": Broken(git("checkout", "--quiet", "--detach"), "branch", "HEAD", WARNING),
    "a branch like a tag": Broken(git("branch", "submission-v3"), "branch-names", "submission-v3", WARNING),
}
