"""A run that is asked to stop: where it does, what is left, how it goes on."""

import os
import signal

import pytest
import torch

from tests.training.cases import MeanError, tiny_parts, tiny_recipe
from tests.training.test_run import assert_same_state, weights_of
from training import run, stopping
from training.callbacks import song_validation
from training.stopping import RunStopped

STOPPED_IN_THE_FIRST_EPOCH = "Stopped after step 3;"


class Press(MeanError):
    """A loss that presses Ctrl-C when the n-th batch of validation, or of training, is compared."""

    def __init__(self, validation=0, training=0, times=1):
        super().__init__()
        self.left = {False: validation, True: training}
        self.times = times

    def forward(self, estimates, references):
        self.left[torch.is_grad_enabled()] -= 1
        if self.left[torch.is_grad_enabled()] == 0:
            for _ in range(self.times):
                os.kill(os.getpid(), signal.SIGINT)
        return super().forward(estimates, references)


@pytest.fixture(scope="module")
def recipe(songs):
    """Everything that a validation moves: the average, the plateau, the best checkpoint."""
    return tiny_recipe(
        songs,
        scheduler={"name": "plateau", "patience": 0},
        loop={"ema_decay": 0.5, "patience": 5},
        data={"validation_chunks": 8},
    )


@pytest.fixture(scope="module")
def whole(recipe, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    run.train(recipe, folder, parts=tiny_parts(recipe))
    return folder


def press_while_a_song_is_scored(monkeypatch):
    read = song_validation.read_track

    def read_and_press(song, stems):
        os.kill(os.getpid(), signal.SIGINT)
        return read(song, stems)

    monkeypatch.setattr(song_validation, "read_track", read_and_press)
    monkeypatch.setattr(song_validation, "sdr", lambda references, estimates: pytest.fail("the song was scored"))


@pytest.mark.parametrize("loss", [Press(training=3), Press(validation=1), None])
def test_a_stop_where_an_epoch_ends_loses_nothing_of_it(recipe, whole, tmp_path, monkeypatch, loss):
    with monkeypatch.context() as patch:
        if loss is None:
            press_while_a_song_is_scored(patch)
        with pytest.raises(RunStopped, match=STOPPED_IN_THE_FIRST_EPOCH) as stop:
            run.train(recipe, tmp_path, parts=tiny_parts(recipe, loss=loss))
    assert stop.value.signal_number == signal.SIGINT
    assert not list((tmp_path / "checkpoints").glob("best-*"))
    run.train(recipe, tmp_path, resume=True, parts=tiny_parts(recipe))
    first, second = weights_of(whole), weights_of(tmp_path)
    assert_same_state(first, second)
    for key, state in first["callbacks"].items():
        if key.startswith(("Patience", "KeptCheckpoint")):
            assert state.get("best_model_score") == second["callbacks"][key].get("best_model_score")
            assert state.get("wait_count") == second["callbacks"][key].get("wait_count")
    names = [sorted(path.name for path in (folder / "checkpoints").iterdir()) for folder in (whole, tmp_path)]
    assert names[0] == names[1]


def test_a_second_signal_stops_at_once_and_leaves_the_checkpoint(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(stopping, "SAME_WISH_SECONDS", 0.0)
    with pytest.raises(KeyboardInterrupt) as stop:
        run.train(recipe, tmp_path, parts=tiny_parts(recipe, loss=Press(validation=1, times=2)))
    assert stop.value.args == (signal.SIGINT,)
    assert weights_of(tmp_path)["global_step"] == 3


def test_signals_that_come_together_are_one_wish(recipe, tmp_path):
    with pytest.raises(RunStopped, match="Stopped after step 2;"):
        run.train(recipe, tmp_path, parts=tiny_parts(recipe, loss=Press(training=2, times=2)))


def test_a_signal_before_the_first_step_leaves_a_folder_to_start_in(recipe, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(run, "_prepare", lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM))
        with pytest.raises(KeyboardInterrupt) as stop:
            run.train(recipe, tmp_path, parts=tiny_parts(recipe))
    assert stop.value.args == (signal.SIGTERM,)
    run.train(recipe, tmp_path, parts=tiny_parts(recipe))


def test_a_signal_while_the_best_model_is_exported_stops_after_the_epoch(recipe, whole, tmp_path, monkeypatch):
    from training.callbacks import export_best

    export = export_best.export_checkpoint

    def press_and_export(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        return export(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(export_best, "export_checkpoint", press_and_export)
        with pytest.raises(RunStopped, match=STOPPED_IN_THE_FIRST_EPOCH):
            run.train(recipe, tmp_path, parts=tiny_parts(recipe))
    assert (tmp_path / "model" / "tiny.safetensors").is_file()
    run.train(recipe, tmp_path, resume=True, parts=tiny_parts(recipe))
    assert_same_state(weights_of(whole), weights_of(tmp_path))


def test_an_ignored_signal_stays_ignored(recipe):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping.StopRequest().listening():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
