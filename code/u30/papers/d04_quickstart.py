"""Day 4, the quick start: train noisy weights, see where their bits went, and send the message.

python -m u30.papers.d04_mdl_weights
python -m u30.papers.d04_mdl_weights --beta 3
python -m u30.papers.d04_mdl_weights --inputs 128 --priors 2
"""

from __future__ import annotations

import numpy as np

from u30 import command
from u30.data.text import fables
from u30.papers.d04_mdl_weights import (
    NAT,
    Params,
    Training,
    gauss_kl,
    init_params,
    main,
    mixture_code,
    train,
)
from u30.papers.d04_message import (
    Agreed,
    Learn,
    receive,
    send,
    story_number,
    story_text,
    weight_grid,
    without_network,
)
from u30.papers.d04_task import RELEVANT, Task, make_task, plain_output, train_plain
from u30.train import progress, stop_on_interrupt

WIDTHS = {1: (0.15,), 2: (0.05, 0.5)}
OPTIONS: dict[str, tuple[type, str]] = {
    "beta": (float, "price of a weight bit, in data bits (default: 1)"),
    "inputs": (int, "inputs, of which 5 matter (default: 24)"),
    "hidden": (int, "hidden units (default: 4)"),
    "steps": (int, "updates of the parameters (default: 800)"),
    "priors": (int, "Gaussians in the prior of the first layer, 1 or 2 (default: 1)"),
    "lr": (float, "learning rate of Adam (default: 0.02)"),
    "seed": (int, "of data and random numbers (default: 0)"),
}


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d04_mdl_weights`; returns its exit code."""
    return command.run(main, OPTIONS, "u30.papers.d04_mdl_weights", argv)


def quickstart(
    beta: float, inputs: int, hidden: int, steps: int, priors: int, lr: float, seed: int
) -> Training:
    """What `main` does."""
    command.at_least(len(RELEVANT), inputs=inputs)
    command.at_least(1, hidden=hidden, steps=steps)
    command.at_least(0, seed=seed)
    command.above_zero(beta=beta, lr=lr)
    if priors not in WIDTHS:
        raise command.UsageError(f"--priors must be 1 or 2, but is {priors}.")
    task = make_task(seed, inputs)

    def learn(X: np.ndarray, y: np.ndarray) -> Params:
        return train(
            X, y, beta=beta, H=hidden, steps=steps, lr=lr, widths=WIDTHS[priors], seed=seed
        ).params

    with stop_on_interrupt() as stop, progress(steps) as bar:

        def after_step(step: int, data: float, weights: float) -> bool:
            bar.update(step + 1, f"{data:.0f} + {weights:.0f} bits")
            return bool(stop)

        run = train(
            task.X,
            task.y,
            beta=beta,
            H=hidden,
            steps=steps,
            lr=lr,
            widths=WIDTHS[priors],
            seed=seed,
            after_step=after_step,
        )
    print(_result(run, task, seed))
    if run.interrupted:
        print("Stopped early, so nothing is sent.")
    else:
        print(
            _sent(
                task, learn, init_params(np.random.default_rng(0), inputs, hidden, WIDTHS[priors])
            )
        )
    return run


def bits_per_input(params: Params) -> np.ndarray:  # -> (D+1,)
    """What the weights from each input cost, the bias last."""
    sigma, widths = np.exp(params["ln_sW"])[..., None], np.exp(params["ln_pW"])
    a = params.get("a_W", np.zeros(1))
    G, _ = mixture_code(
        gauss_kl(params["W"][..., None], sigma, 0.0, widths), a - np.log(np.exp(a).sum())
    )
    return NAT * G.sum(axis=1)


def _result(run: Training, task: Task, seed: int) -> str:
    rough = plain_output(train_plain(task, seed=seed), task.X_test)
    bits = bits_per_input(run.params)
    order = np.argsort(-bits[:-1])[:8]
    top = max(float(bits.max()), 1e-9)
    lines = [
        f"{run.data_bits:.0f} data bits + {run.weight_bits:.0f} weight bits = "
        f"{run.total_bits:.0f} bits",
        f"Test error {run.relative_error(task.X_test, task.y_test):.3f}. For comparison: 1 for "
        f"guessing the mean, {task.relative_error(rough):.3f} for the same network without noise.",
        "Bits in the weights of an input (* matters in truth):",
    ]
    for d in order:
        mark = "*" if d in RELEVANT else " "
        lines.append(f"  {mark} x{d:<4}{bits[d]:6.1f} {'#' * round(30 * bits[d] / top)}")
    return "\n".join(lines)


def _sent(task: Task, learn: Learn, template: Params) -> str:
    text = fables()
    for length in (600, 2000, 6000):  # a larger network has room for a longer story
        story = text[:length]
        if story_number(story).bit_length() > 16 * (template["W"].size + template["w"].size):
            break
    known = Agreed(task.X, learn, template, weight_grid())
    message = send(known, task.y, story_number(story))
    _, y, rest = receive(known, message.number)
    whole = story_text(rest) == story and bool(np.abs(y - task.y).max() <= 1 / 64)
    return (
        f"Sent: header {message.header:.0f} + targets {message.data:.0f} + weights "
        f"{message.gross:.0f} - refund {message.refund:.0f} = {message.net:.0f} bits; without a "
        f"network {without_network(task.y):.0f}.\n"
        f"Unpacked: the targets and a fable of {len(story)} characters "
        + ("came out whole." if whole else "did NOT come out whole.")
    )
