"""The cache lies where the system's settings say."""

from pathlib import Path

from audio.user_cache import user_cache


def test_the_cache_follows_xdg_cache_home_and_lies_in_the_home_folder_without_it(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache("voices") == tmp_path / "music-demixing-kit" / "voices"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert user_cache("voices") == Path.home() / ".cache" / "music-demixing-kit" / "voices"
