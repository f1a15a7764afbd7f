"""Day 1, the quick start: train a character RNN from the terminal, stop it, continue it.

python -m u30.papers.d01_char_rnn
python -m u30.papers.d01_char_rnn --corpus notes.txt --steps 8000
python -m u30.papers.d01_char_rnn --resume char_rnn.npz --steps 12000
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import numpy as np

from u30 import command
from u30.baselines.ngram import bits_per_character
from u30.data import text as texts
from u30.data import toy_language
from u30.data.text import Vocabulary
from u30.papers.d01_char_rnn import Training, main, new_training, sample, train
from u30.train import (
    Arrays,
    CheckpointError,
    check_can_write,
    keep_old_checkpoint,
    load_checkpoint,
    progress,
    save_checkpoint,
    stop_on_interrupt,
)

KIND = "d01 char-rnn"
DEFAULTS: dict[str, Any] = {
    "corpus": "fables",
    "steps": 3000,
    "hidden": 128,
    "batch": 32,
    "seq": 25,
    "lr": 5e-3,
    "temperature": 0.7,
    "seed": 0,
}
OPTIONS: dict[str, tuple[type, str]] = {
    "corpus": (str, "fables, toy, python, or the path of a text file"),
    "steps": (int, "updates of the parameters, in all"),
    "hidden": (int, "hidden units"),
    "batch": (int, "streams of text read side by side"),
    "seq": (int, "characters between two updates"),
    "lr": (float, "learning rate of Adam"),
    "temperature": (float, "of the printed samples: low is safe, high is wild"),
    "seed": (int, "of the random numbers"),
    "out": (str, "checkpoint to write (default: char_rnn.npz)"),
    "resume": (str, "checkpoint to continue; it is written to as well, unless --out is given"),
}
FIXED = ("hidden", "batch", "seq", "seed")  # a run that continues cannot change these
REPORTS = 5  # samples printed during a run
MAX_VALIDATION = 20_000  # characters


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d01_char_rnn`; returns its exit code."""
    options = {
        name: (kind, text + (f" (default: {DEFAULTS[name]})" if name in DEFAULTS else ""))
        for name, (kind, text) in OPTIONS.items()
    }
    return command.run(main, options, "u30.papers.d01_char_rnn", argv)


def quickstart(*, out: str | None, resume: str | None, **given: Any) -> Training:
    """What `main` does: `given` holds the options, None for those that were left out."""
    with stop_on_interrupt() as stop:
        arrays, info = load_checkpoint(resume, KIND) if resume else ({}, {})
        options = _merge(given, info.get("options", {}), resume)
        _check(options)
        train_text, validation_text = _corpus(options, info)
        target = Path(out or resume or "char_rnn.npz")
        check_can_write(target, KIND)
        run = _continued(arrays, info, options, resume) if resume else None
        if not (resume and target.resolve() == Path(resume).resolve()):
            kept = keep_old_checkpoint(target)
            if kept:
                print(f"{target} was there already: it is now {kept}.")
        steps = options["steps"]
        fingerprint = _fingerprint(train_text + validation_text)

        report = max(steps // REPORTS, 1)

        def save(run: Training) -> None:
            save_checkpoint(target, KIND, *_pack(run, options, fingerprint))

        with progress(steps) as bar:

            def after_step(run: Training, train_bpc: float) -> bool:
                bar.update(run.step, f"{train_bpc:.2f} bits per character")
                if run.step % report == 0 or run.step == steps:
                    bar.print(_report(run, options))
                    save(run)
                return bool(stop)

            run = train(
                train_text,
                validation_text,
                **{
                    name: options[name]
                    for name in ("steps", "hidden", "batch", "seq", "lr", "seed")
                },
                evaluate_every=report,
                resume=run,
                after_step=after_step,
            )
            save(run)
    if run.interrupted:
        print(f"Stopped at step {run.step}, saved. Continue with: --resume {target}")
    else:
        print(_result(run, train_text, validation_text))
        print(f"Saved in {target}.")
    return run


# 1. Options and texts


def _merge(given: dict[str, Any], saved: dict[str, Any], resume: str | None) -> dict[str, Any]:
    """Options that were given, else the checkpoint's, else the defaults."""
    for name in FIXED:
        if saved and given[name] not in (None, saved[name]):
            raise command.UsageError(
                f"{resume} was made with --{name} {saved[name]}, not {given[name]}: "
                f"leave --{name} out to continue it."
            )
    chosen = {name: value for name, value in given.items() if value is not None}
    return {**DEFAULTS, **saved, **chosen}


def _check(options: dict[str, Any]) -> None:
    command.at_least(1, **{name: options[name] for name in ("steps", "hidden", "batch", "seq")})
    command.at_least(0, seed=options["seed"])
    command.above_zero(lr=options["lr"], temperature=options["temperature"])


def _corpus(options: dict[str, Any], info: dict[str, Any]) -> tuple[str, str]:
    """The training text and the last tenth, which is only for validation."""
    name = options["corpus"]
    if name == "fables":
        text = texts.fables()
    elif name == "python":
        text = texts.python_source()
    elif name == "toy":
        text = toy_language.generate(60_000, np.random.default_rng(options["seed"])).text
    else:
        if not Path(name).exists():
            raise command.UsageError(
                f"There is no corpus or file {name!r}: use fables, toy, python or a path of a text."
            )
        text = texts.read_text(name)
        options["corpus"] = str(Path(name).resolve())
    needed = math.ceil((options["batch"] * options["seq"] + 1) / 0.9) + 2
    if len(text) < needed:
        raise command.UsageError(
            f"{name} has {len(text)} characters, but --batch {options['batch']} with --seq "
            f"{options['seq']} needs {needed}: use a longer text, or a smaller --batch or --seq."
        )
    cut = max(len(text) * 9 // 10, options["batch"] * options["seq"] + 1)
    train_text, validation_text = text[:cut], text[cut : cut + MAX_VALIDATION]
    if info and info["fingerprint"] != _fingerprint(train_text + validation_text):
        raise command.UsageError(
            f"The text {name} is not the one that the checkpoint was made with."
        )
    return train_text, validation_text


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# 2. What is printed


def _report(run: Training, options: dict[str, Any]) -> str:
    """A sample that depends on seed and step only, so that a continued run prints the same."""
    rng = np.random.default_rng((options["seed"], run.step))
    text = sample(run.params, run.vocab, 240, rng, options["temperature"])
    shown = "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    head = f"--- step {run.step}: {run.bpc:.3f} bits per character on the validation text"
    return f"\n{head}\n{shown.strip()}\n"


def _result(run: Training, train_text: str, validation_text: str) -> str:
    vocab = run.vocab
    ids, validation = vocab.encode(train_text), vocab.encode(validation_text)
    ngram = bits_per_character(ids, validation, len(vocab))
    best = int(ngram.argmin())
    return (
        f"Validation: {run.bpc:.3f} bits per character. For comparison: "
        f"{math.log2(len(vocab)):.3f} for guessing, {ngram[best]:.3f} for the best n-gram "
        f"(order {best})."
    )


# 3. To the checkpoint and back


def _pack(
    run: Training, options: dict[str, Any], fingerprint: str
) -> tuple[Arrays, dict[str, Any]]:
    arrays = {f"params/{name}": value for name, value in run.params.items()}
    arrays |= {f"optimizer/{name}": value for name, value in run.optimizer.state().items()}
    arrays["h"] = run.h
    info = {
        "options": options,
        "step": run.step,
        "vocabulary": run.vocab.chars,
        "history": run.history,
        "fingerprint": fingerprint,
    }
    return arrays, info


def _continued(
    arrays: Arrays, info: dict[str, Any], options: dict[str, Any], resume: str
) -> Training:
    """The run that a checkpoint holds, if there is something left for it to do."""
    try:
        run = _unpack(arrays, info, options)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{resume} is damaged: something in it is missing.") from error
    if run.step >= options["steps"]:
        raise command.UsageError(
            f"{resume} has done all of its {run.step} steps: ask for more with --steps."
        )
    return run


def _unpack(arrays: Arrays, info: dict[str, Any], options: dict[str, Any]) -> Training:
    vocab = Vocabulary(info["vocabulary"])
    run = new_training(vocab, **{name: options[name] for name in ("hidden", "batch", "lr", "seed")})
    for name, value in run.params.items():
        value[...] = arrays[f"params/{name}"]
    run.optimizer.load_state({name: arrays[f"optimizer/{name}"] for name in run.optimizer.state()})
    run.h[...] = arrays["h"]
    run.step = info["step"]
    run.history = [(int(step), float(a), float(b)) for step, a, b in info["history"]]
    return run
