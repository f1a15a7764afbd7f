"""The quick start of Day 1 as a user meets it: in a terminal, with mistakes, with Ctrl-C."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
from quickstarts import assert_one_sentence, interrupt

from u30.papers import d01_quickstart
from u30.papers.d01_char_rnn import main
from u30.train import load_checkpoint

SMALL = ["--corpus", "toy", "--hidden", "16", "--batch", "4", "--seq", "20"]


def command(*arguments):
    return [sys.executable, "-m", "u30.papers.d01_char_rnn", *map(str, arguments)]


def run(folder, *arguments):
    return subprocess.run(
        command(*arguments), cwd=folder, capture_output=True, text=True, timeout=60
    )


def weights(path):
    arrays, info = load_checkpoint(path, d01_quickstart.KIND)
    return arrays, info


def assert_same_run(a, b):
    (arrays_a, info_a), (arrays_b, info_b) = weights(a), weights(b)
    assert info_a["step"] == info_b["step"]
    for name in arrays_a:
        np.testing.assert_array_equal(arrays_a[name], arrays_b[name], err_msg=name)


def test_a_run_prints_samples_and_its_result_and_saves(tmp_path):
    done = run(tmp_path, *SMALL, "--steps", 40)
    assert done.returncode == 0 and done.stderr == ""
    assert re.search(r"Validation: \d\.\d{3} bits per character", done.stdout)
    assert done.stdout.count("--- step") == 5
    assert [path.name for path in tmp_path.iterdir()] == ["char_rnn.npz"]


def test_help_names_every_option_with_its_default(tmp_path):
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for option in ("corpus", "steps", "hidden", "batch", "seq", "lr", "temperature", "seed"):
        assert f"--{option}" in done.stdout
    assert "default: fables" in re.sub(r"\s+", " ", done.stdout)


def test_ctrl_c_saves_and_resuming_gives_the_weights_of_an_uninterrupted_run(tmp_path):
    whole = run(tmp_path, *SMALL, "--steps", 1500, "--out", "whole.npz")
    assert whole.returncode == 0
    left = interrupt(command(*SMALL, "--steps", 1500, "--out", "part.npz"), cwd=tmp_path)
    assert left.returncode == 130 and left.stderr == ""
    (stopped,) = re.findall(
        r"^Stopped at step (\d+), saved\. Continue with: --resume part\.npz$", left.stdout, re.M
    )
    assert 0 < int(stopped) < 1500
    assert weights(tmp_path / "part.npz")[1]["step"] == int(stopped)
    rest = run(tmp_path, "--resume", "part.npz")
    assert rest.returncode == 0, rest.stderr
    assert_same_run(tmp_path / "whole.npz", tmp_path / "part.npz")
    assert re.findall("Validation.*", whole.stdout) == re.findall("Validation.*", rest.stdout)


def test_a_finished_run_can_be_given_more_steps(tmp_path):
    run(tmp_path, *SMALL, "--steps", 20)
    done = run(tmp_path, "--resume", "char_rnn.npz", "--steps", 30)
    assert done.returncode == 0
    assert weights(tmp_path / "char_rnn.npz")[1]["step"] == 30


def test_an_earlier_checkpoint_is_kept_under_another_name(tmp_path):
    run(tmp_path, *SMALL, "--steps", 5, "--seed", 1)
    before = (tmp_path / "char_rnn.npz").read_bytes()
    done = run(tmp_path, *SMALL, "--steps", 5)
    assert "it is now char_rnn.1.npz" in done.stdout
    assert (tmp_path / "char_rnn.1.npz").read_bytes() == before


def test_resuming_into_another_file_leaves_the_first_as_it_was(tmp_path):
    run(tmp_path, *SMALL, "--steps", 5)
    before = (tmp_path / "char_rnn.npz").read_bytes()
    assert run(tmp_path, "--resume", "char_rnn.npz", "--steps", 9, "--out", "b.npz").returncode == 0
    assert (tmp_path / "char_rnn.npz").read_bytes() == before
    assert weights(tmp_path / "b.npz")[1]["step"] == 9


def test_an_own_text_in_any_language_can_be_learned(tmp_path):
    (tmp_path / "märchen.txt").write_text(
        "Es war einmal ein Mädchen – \U0001f600.\r\n" * 60, "utf-8"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        command("--corpus", "märchen.txt", "--batch", 2, "--seq", 10, "--hidden", 8, "--steps", 20),
        cwd=tmp_path,
        capture_output=True,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    # from another folder the checkpoint still finds the text
    (tmp_path / "sub").mkdir()
    assert run(tmp_path / "sub", "--resume", "../char_rnn.npz", "--steps", 25).returncode == 0


MISTAKES = {
    "unknown option": (["--nonsense"], "unrecognized"),
    "not a number": (["--steps", "many"], "invalid int"),
    "zero steps": (["--steps", "0"], "--steps must be at least 1"),
    "negative hidden": (["--hidden", "-3"], "--hidden must be at least 1"),
    "learning rate nan": (["--lr", "nan"], "--lr must be above 0"),
    "temperature zero": (["--temperature", "0"], "--temperature must be above 0"),
    "negative seed": (["--seed", "-1"], "--seed must be at least 0"),
    "no such corpus": (["--corpus", "none.txt"], "no corpus or file"),
    "folder as corpus": (["--corpus", "folder"], "is a directory"),
    "binary corpus": (["--corpus", "binary"], "not a text"),
    "empty corpus": (["--corpus", "empty"], "is empty"),
    "short corpus": (["--corpus", "short"], "smaller --batch or --seq"),
    "no such checkpoint": (["--resume", "none.npz"], "no such file"),
    "text as checkpoint": (["--resume", "short"], "cannot be read"),
    "cut checkpoint": (["--resume", "cut.npz"], "cannot be read"),
    "incomplete checkpoint": (["--resume", "incomplete.npz"], "is damaged"),
    "finished checkpoint": (["--resume", "good.npz"], "has done all of its 3 steps"),
    "other size": (["--resume", "good.npz", "--hidden", "17"], "made with --hidden 16"),
    "other text": (["--resume", "good.npz", "--corpus", "fables"], "is not the one"),
    "out is a text": (["--out", "short"], "left alone"),
    "out in no folder": (["--out", "none/a.npz"], "there is no folder"),
    "out is a folder": (["--out", "folder"], "is a folder"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    (folder / "folder").mkdir()
    (folder / "binary").write_bytes(bytes(range(256)) * 10)
    (folder / "empty").write_text("")
    (folder / "short").write_text("Too short.")
    main(corpus="toy", hidden=16, batch=4, seq=20, steps=3, out=str(folder / "good.npz"))
    good = (folder / "good.npz").read_bytes()
    (folder / "cut.npz").write_bytes(good[: len(good) // 2])
    arrays, info = weights(folder / "good.npz")
    del arrays["params/Whh"]
    from u30.train import save_checkpoint

    save_checkpoint(folder / "incomplete.npz", d01_quickstart.KIND, arrays, info)
    return folder


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_sentence_and_exit_code_2(desk, monkeypatch, capsys, mistake):
    arguments, message = MISTAKES[mistake]
    monkeypatch.chdir(desk)
    files = {path: path.read_bytes() for path in desk.iterdir() if path.is_file()}
    assert_one_sentence(d01_quickstart.command_line, arguments, message, capsys)
    assert {path: path.read_bytes() for path in desk.iterdir() if path.is_file()} == files


def test_a_mistake_in_a_real_process_shows_no_traceback(tmp_path):
    done = run(tmp_path, "--corpus", "none.txt")
    assert done.returncode == 2 and done.stdout == ""
    assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_causes_no_traceback(tmp_path):
    process = subprocess.Popen(
        command(*SMALL, "--steps", 2000),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    assert process.wait(60) == 141


def test_main_in_a_notebook_returns_the_run(tmp_path):
    result = main(corpus="toy", hidden=16, batch=4, seq=20, steps=10, out=str(tmp_path / "a.npz"))
    assert result.step == 10 and result.bpc > 0 and not result.interrupted
    with pytest.raises(ValueError, match="at least 1"):
        main(steps=0)
