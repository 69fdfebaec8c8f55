"""The bar of a download counts bytes and measures only what came over the network now."""

import io

from rich.console import Console
from rich.progress import Progress

from mdx.weight_progress import follow_download, weight_bar


def test_a_download_shows_when_it_begins_and_goes_when_it_ends():
    bar = Progress(console=Console(file=io.StringIO()), auto_refresh=False)
    with follow_download(bar, "bass.pth") as tell:
        (task,) = bar.tasks
        assert not task.visible
        tell(1000, None)
        assert (task.visible, task.completed, task.total) == (True, 1000, None)
        tell(3000, 4000)
        assert (task.completed, task.total, task.fields["skipped"]) == (3000, 4000, 1000)
    assert not bar.tasks


def test_a_log_file_gets_no_bar(capsys):
    with weight_bar(quiet=False) as bar, follow_download(bar, "bass.pth") as tell:
        tell(1, 2)
    assert capsys.readouterr() == ("", "")
