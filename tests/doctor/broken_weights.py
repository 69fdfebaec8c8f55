"""Repositories that are broken in one way each: weights, large files, git-lfs."""

from __future__ import annotations

from tests.doctor.broken_submissions import WARNING, Broken, append, both, git, large_file, remove, write
from tests.doctor.clean_repository import LARGE, SMALL, WEIGHTS, Clone, pointer_of

LARGE_FILE = f"{WEIGHTS}/large.th"

WEIGHT_FILES = {
    "no weights": Broken(remove(f"{WEIGHTS}/small.safetensors"), "weights-present", "small.safetensors"),
    "a pointer for weights": Broken(write(LARGE_FILE, pointer_of(LARGE)), "weights-no-pointers", LARGE_FILE),
    "damaged weights": Broken(
        write(f"{WEIGHTS}/small.safetensors", SMALL + b"!"),
        "weights-undamaged",
        f"{WEIGHTS}/small.safetensors",
        says="sha256",
    ),
    "no draft": Broken(
        remove(f"{WEIGHTS}/dual_path_unet_fast.safetensors"),
        "weights-present",
        "dual_path_unet_fast.safetensors",
        WARNING,
    ),
    "ignored weights": Broken(
        both(git("rm", "--cached", "--quiet", LARGE_FILE), append(".gitignore", "models/weights/*.th\n")),
        "weights-committed",
        LARGE_FILE,
        says=".gitignore:2:models/weights/*.th hides it",
    ),
    "weights that are not added": Broken(
        both(git("rm", "--cached", "--quiet", LARGE_FILE), git("commit", "--quiet", "--message", "gone")),
        "weights-committed",
        LARGE_FILE,
        says="not in HEAD",
        also=("dirty-tree",),
        is_committed=False,
    ),
    "weights that are a link": Broken(
        both(
            remove(f"{WEIGHTS}/small.safetensors"),
            lambda clone: clone.link_elsewhere(f"{WEIGHTS}/small.safetensors", SMALL),
        ),
        "links",
        f"{WEIGHTS}/small.safetensors",
    ),
    "weights out of the image": Broken(
        append(".dockerignore", "models/*\n!models/*.py\n!models/*.yaml\n!**/*.safetensors\n"),
        "weights-in-image",
        LARGE_FILE,
        says="'models/*'",
    ),
}

LARGE_FILES = {
    "a large file in git": Broken(large_file("picture.png"), "large-files", "picture.png", says="6.3 MB"),
    "large files in earlier commits, too": Broken(
        both(large_file("a b.png"), Clone.commit, large_file("picture.png"), Clone.commit, write("notes.txt", "")),
        "large-files",
        "picture.png",
        says="6.3 MB",
    ),
    "a large file that the server has": Broken(
        both(large_file("picture.png"), Clone.commit, git("update-ref", "refs/remotes/aicrowd/master", "HEAD")),
        "large-files",
        "picture.png",
        says="6.3 MB",
    ),
    "a large file that went past git-lfs": Broken(
        both(git("config", "filter.lfs.clean", "cat"), large_file("other.th")),
        "large-files",
        "other.th",
        also=("lfs-bypassed",),
    ),
    "a large file that is not added": Broken(
        large_file("song.wav"), "large-untracked", "song.wav", WARNING, also=("dirty-tree",), is_committed=False
    ),
    "a folder of large files": Broken(
        both(write("env/a", ""), *(large_file(f"env/{number}.so") for number in range(4))),
        "large-untracked",
        "env/",
        WARNING,
        "4 files of 25.2 MB",
        also=("dirty-tree",),
        is_committed=False,
    ),
    "git-lfs is not installed": Broken(lambda clone: clone.without_git_lfs(), "lfs-ready", "git-lfs", says="large.th"),
    "git lfs install was not run": Broken(
        git("config", "--remove-section", "filter.lfs"),
        "lfs-ready",
        "git-lfs",
        says="know of it",
        also=("dirty-tree",),
        is_committed=False,
    ),
    "added without git-lfs": Broken(
        both(git("config", "filter.lfs.clean", "cat"), write("other.th", b"weights" * 20)),
        "lfs-bypassed",
        "other.th",
        WARNING,
    ),
    "a pointer as a plain file": Broken(
        write("data.bin", pointer_of(LARGE)), "lfs-attributes", "data.bin", says=".gitattributes"
    ),
    "content that was never fetched": Broken(
        write("song.th", pointer_of(b"elsewhere")), "lfs-content", "song.th", WARNING
    ),
    "git-lfs on another server": Broken(
        write(".lfsconfig", "[lfs]\n    url = https://example.org/me/lfs\n"), "lfs-server", ".lfsconfig", WARNING
    ),
    "too much in git-lfs for older commits": Broken(
        lambda clone: clone.keep_lfs_object(b"b", 11_000_000_000),
        "size-totals",
        "git-lfs",
        WARNING,
        "It keeps 11000.0 MB here",
    ),
    "too much in git-lfs": Broken(
        both(write("a.th", pointer_of(b"a", 11_000_000_000)), lambda clone: clone.keep_lfs_object(b"a")),
        "size-totals",
        "git-lfs",
        WARNING,
        "11000.0 MB",
    ),
}
