import io
import os
import signal
import sys
import types

import numpy as np
import pytest

from u30.train import (
    CheckpointError,
    check_can_write,
    keep_old_checkpoint,
    load_checkpoint,
    minibatches,
    progress,
    save_checkpoint,
    stop_on_interrupt,
)

ARRAYS = {"W": np.arange(6, dtype=np.float32).reshape(2, 3), "a/b": np.array(3)}
INFO = {"step": 7, "text": 'ü"\n'}


# Checkpoints


def test_a_checkpoint_comes_back_exactly(tmp_path):
    save_checkpoint(tmp_path / "c", "test", ARRAYS, INFO)
    arrays, info = load_checkpoint(tmp_path / "c", "test")
    assert info == INFO and set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_saving_again_replaces_the_own_checkpoint(tmp_path):
    path = tmp_path / "c.npz"
    save_checkpoint(path, "test", ARRAYS, INFO)
    save_checkpoint(path, "test", {}, {"step": 8})
    assert load_checkpoint(path, "test")[1] == {"step": 8}


def test_a_failed_save_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "c.npz"
    save_checkpoint(path, "test", ARRAYS, INFO)

    def full_disk(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(CheckpointError, match="no space left"):
        save_checkpoint(path, "test", ARRAYS, {"step": 9})
    assert load_checkpoint(path, "test")[1] == INFO
    assert [path.name for path in tmp_path.iterdir()] == ["c.npz"]


def test_a_file_that_is_not_a_checkpoint_is_never_overwritten(tmp_path):
    path = tmp_path / "thesis.txt"
    path.write_text("years of work")
    with pytest.raises(CheckpointError, match="left alone"):
        save_checkpoint(path, "test", ARRAYS, INFO)
    assert path.read_text() == "years of work"


def test_a_foreign_npz_and_a_checkpoint_of_another_kind_are_never_overwritten(tmp_path):
    foreign, other = tmp_path / "foreign.npz", tmp_path / "other.npz"
    np.savez(foreign, x=np.arange(3))
    save_checkpoint(other, "other", ARRAYS, INFO)
    for path in (foreign, other):
        before = path.read_bytes()
        with pytest.raises(CheckpointError, match="left alone"):
            check_can_write(path, "test")
        assert path.read_bytes() == before


def damaged(tmp_path):
    path = tmp_path / "good.npz"
    save_checkpoint(path, "test", ARRAYS, INFO)
    whole = path.read_bytes()
    middle = len(whole) // 2
    return {
        "cut short": whole[:middle],
        "bytes changed": whole[:60] + bytes(b ^ 255 for b in whole[60:120]) + whole[120:],
        "empty": b"",
        "text": b"hello",
    }


@pytest.mark.parametrize("damage", ["cut short", "bytes changed", "empty", "text"])
def test_a_damaged_checkpoint_gives_one_sentence(tmp_path, damage):
    path = tmp_path / "bad.npz"
    path.write_bytes(damaged(tmp_path)[damage])
    with pytest.raises(CheckpointError) as error:
        load_checkpoint(path, "test")
    assert str(error.value).count("\n") == 0 and "bad.npz" in str(error.value)


def test_wrong_kind_missing_file_and_folder_give_one_sentence(tmp_path):
    save_checkpoint(tmp_path / "c", "other", ARRAYS, INFO)
    for name, message in [("c", "not of 'test'"), ("none", "no such file"), (".", "Cannot read")]:
        with pytest.raises(CheckpointError, match=message):
            load_checkpoint(tmp_path / name, "test")


def test_a_pickle_inside_an_npz_is_not_run(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, u30=np.array([print], dtype=object))
    with pytest.raises(CheckpointError):
        load_checkpoint(path, "test")


def test_an_older_checkpoint_is_kept_under_the_first_free_number(tmp_path):
    path = tmp_path / "run.npz"
    assert keep_old_checkpoint(path) is None
    for content in ("first", "second"):
        path.write_text(content)
        keep_old_checkpoint(path)
    assert (tmp_path / "run.1.npz").read_text() == "first"
    assert (tmp_path / "run.2.npz").read_text() == "second"


# Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_a_line_for_each_tenth_and_no_control_characters():
    stream = io.StringIO()
    with progress(200, stream=stream) as bar:
        for step in range(1, 201):
            bar.update(step, "2.00 bits")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10 and "200/200" in lines[-1]
    assert "\r" not in stream.getvalue()


def test_a_terminal_redraws_one_line_and_ends_it():
    stream = Terminal()
    with progress(1000, stream=stream) as bar:
        for step in range(1, 1001):
            bar.update(step)
    assert stream.getvalue().startswith("\r") and stream.getvalue().count("\n") == 1
    assert "1000/1000" in stream.getvalue().rsplit("\r", 1)[1]
    assert stream.getvalue().count("\r") < 50


def test_a_sample_in_a_terminal_stands_on_its_own_line():
    stream = Terminal()
    with progress(10, stream=stream) as bar:
        bar.update(1)
        bar.print("sample")
    assert "\rsample\n" in stream.getvalue()


def test_a_notebook_keeps_one_output_that_names_no_time(monkeypatch):
    shown = []

    class Handle:
        def update(self, bundle, raw):
            shown[-1] = bundle

    def display(bundle, raw, display_id):
        shown.append(bundle)
        return Handle()

    Shell = type("ZMQInteractiveShell", (), {})
    fake = types.SimpleNamespace(get_ipython=Shell)
    monkeypatch.setitem(sys.modules, "IPython", fake)
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    with progress(5) as bar:
        for step in range(1, 6):
            bar.update(step, "1.50 bits")
    assert shown == [{"text/plain": "training: 5/5 steps, 1.50 bits"}]


# Ctrl-C


def test_the_first_interrupt_is_a_request_and_the_second_an_exception():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), stop_on_interrupt() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


# Batches


def test_an_epoch_of_batches_has_every_example_once_and_the_next_another_order():
    batches = minibatches(np.random.default_rng(0), N=12, B=4)
    first, second = (np.concatenate([next(batches) for _ in range(3)]) for _ in range(2))
    np.testing.assert_array_equal(np.sort(first), np.arange(12))
    np.testing.assert_array_equal(np.sort(second), np.arange(12))
    assert (first != second).any() and first.dtype == np.intp


def test_the_rest_of_an_epoch_is_left_out():
    batches = minibatches(np.random.default_rng(0), N=5, B=2)
    assert [len(next(batches)) for _ in range(5)] == [2] * 5


@pytest.mark.parametrize("B", [0, 6])
def test_a_batch_that_the_examples_cannot_fill_is_refused(B):
    with pytest.raises(ValueError, match="no batches"):
        next(minibatches(np.random.default_rng(0), N=5, B=B))
