"""Build the engine, the headline experiment: are the gradients right, and what do they cost?

Right: engine_checks.py. Cost: Griewank (1989) showed that the reverse mode gives the gradient of
any function for no more than five times the cost of the function, however many inputs it has;
one-sided differences need one evaluation for each parameter, and one more. Worth it: a network that
separates spirals, which a linear model cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from u30 import functional as F
from u30.claims import Claim, ClaimTable
from u30.gradcheck import check_gradients
from u30.graph import nodes
from u30.optim import Adam
from u30.papers.engine import Training, accuracy, logits, mlp, spirals, train
from u30.papers.engine_checks import (
    everything,
    forgetful_backward,
    names_in,
    operations,
    rnn_check,
)
from u30.papers.engine_speed import interleaved
from u30.tensor import Tensor, no_grad
from u30.train import minibatches

# 1. What a gradient costs


@dataclass(frozen=True)
class Cost:
    """A network, and what its gradient costs in evaluations of its loss."""

    depth: int
    width: int
    parameters: int
    operations: int  # nodes of the graph
    ratio: float  # (loss and gradient) / (loss alone), CPU time
    differences: int  # evaluations for one-sided differences: one for each parameter, and one


SIZES = ((1, 16), (1, 128), (1, 512), (3, 16), (3, 128), (3, 512), (8, 16), (8, 128))


def gradient_cost(
    sizes: tuple[tuple[int, int], ...] = SIZES, batch: int = 128, rounds: int = 5, seed: int = 0
) -> list[Cost]:
    """Time the loss alone, and the loss with its gradient, for MLPs of (depth, width)."""
    costs = []
    for depth, width in sizes:
        rng = np.random.default_rng(seed)
        model = mlp(rng, width, *[width] * depth, 10)
        x = Tensor(rng.standard_normal((batch, width)).astype(np.float32))
        k = rng.integers(0, 10, batch)

        def loss(model=model, x=x, k=k) -> Tensor:
            return F.cross_entropy(model(x), k)

        def evaluate(loss=loss) -> None:
            with no_grad():
                loss()

        def differentiate(loss=loss, model=model) -> None:
            model.zero_grad()
            loss().backward()

        made = sum(bool(node.name) for node in nodes(loss()))
        ratio = interleaved({"loss": evaluate, "both": differentiate}, rounds=rounds)["both"]
        costs.append(Cost(depth, width, model.size, made, ratio, model.size + 1))
    return costs


def measured_differences(width: int = 16, seed: int = 0) -> tuple[int, float]:
    """The parameters of a small MLP, and the time of one-sided differences in units of its loss."""
    rng = np.random.default_rng(seed)
    model = mlp(rng, width, width, 2)
    x, k = Tensor(rng.standard_normal((32, width)).astype(np.float32)), rng.integers(0, 2, 32)

    def loss() -> float:
        with no_grad():
            return F.cross_entropy(model(x), k).item()

    def differences() -> None:
        base = loss()
        for p in model.parameters():
            flat = p.data.reshape(-1)
            for i in range(p.size):
                kept = flat[i]
                flat[i] += 1e-3
                (loss() - base) / 1e-3
                flat[i] = kept

    ratio = interleaved({"loss": loss, "differences": differences}, rounds=3)["differences"]
    return model.size, ratio


# 2. One node for a whole LSTM


@dataclass(frozen=True)
class Fused:
    """A whole LSTM as one node against the same in primitives."""

    difference: float  # largest, relative, of values and gradients, in float64
    nodes: int
    simple_nodes: int
    speedup: float  # in float32, forward and backward


def fused_lstm(T: int = 40, B: int = 16, D: int = 32, H: int = 64, seed: int = 0) -> Fused:
    """Compare `F.lstm` with `F.lstm_simple`."""
    rng = np.random.default_rng(seed)
    shapes = [(T, B, D), (B, H), (B, H), (D, 4 * H), (H, 4 * H), (4 * H,)]
    inputs = [0.2 * rng.standard_normal(shape) for shape in shapes]
    weights = rng.standard_normal((T, B, H))

    def run(f: Callable, dtype: type) -> tuple[int, list[np.ndarray]]:
        tensors = [Tensor(x.astype(dtype), requires_grad=True) for x in inputs]
        hs, _, c = f(*tensors)
        loss = (hs * weights).sum() + (c * weights[0]).sum()
        made = sum(bool(node.name) for node in nodes(hs))
        loss.backward()
        return made, [hs.data, *(t.grad for t in tensors)]

    made, exact = run(F.lstm, np.float64)
    simple_made, simple = run(F.lstm_simple, np.float64)
    worst = max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(exact, simple))
    ratios = interleaved(
        {
            "fused": lambda: run(F.lstm, np.float32),
            "simple": lambda: run(F.lstm_simple, np.float32),
        },
        rounds=5,
    )
    return Fused(worst, made, simple_made, ratios["simple"])


# 3. Gradients that are never forgotten


def without_zero_grad(steps: int = 600, seed: int = 0) -> float:
    """Accuracy on the spirals of a network that is trained without `zero_grad`."""
    rng = np.random.default_rng(seed)
    (x, k), (new_x, new_k) = spirals(rng, 1000), spirals(rng, 1000)
    model = mlp(rng, 2, 64, 64, 2)
    optimizer = Adam(model, 0.01)
    for _, rows in zip(range(steps), minibatches(rng, len(x), 128)):
        F.cross_entropy(logits(model, x[rows]), k[rows]).backward()
        optimizer.step()
    return accuracy(model, new_x, new_k)


# 4. The experiment and its claims


@dataclass(frozen=True)
class Headline:
    """All that the page claims, measured."""

    errors: dict[str, float]  # operation -> largest relative error of its gradient
    everything: float  # the same for a model made of all of them
    missing: set[str]  # operations that this model does not use
    forgotten: float  # the same for a backward pass with a term missing
    costs: list[Cost]
    differences: tuple[int, float]  # parameters, cost of one-sided differences
    lstm: Fused
    spirals: Training
    linear: Training
    never_forgotten: float  # accuracy of `without_zero_grad`
    majority: float  # share of the larger class


COVERED = {  # the graph's names of what is made of other operations, or has another name there
    "mean": "mul",
    "split": "getitem",
}


def headline(seed: int = 0) -> Headline:
    """Measure everything the page claims. About 4 s of CPU time."""
    checks = operations(seed)
    loss, parameters = everything(seed)
    used = names_in(loss, parameters)
    _, k = spirals(np.random.default_rng(seed), 1000)
    return Headline(
        errors={name: check_gradients(f, *x).error for name, (f, x) in checks.items()},
        everything=check_gradients(loss, *parameters).error,
        missing={name for name in checks if COVERED.get(name, name) not in used},
        forgotten=rnn_check(forgetful_backward, seed),
        costs=gradient_cost(seed=seed),
        differences=measured_differences(seed=seed),
        lstm=fused_lstm(seed=seed),
        spirals=train(seed=seed, snapshots=(0, 100, 200, 300, 400, 1000)),
        linear=train(layers=0, steps=400, seed=seed),
        never_forgotten=without_zero_grad(seed=seed),
        majority=float(max(np.mean(k), 1 - np.mean(k))),
    )


def claims(result: Headline) -> ClaimTable:
    """What theory says of the reverse mode, and what this engine does."""
    worst = max(result.errors, key=lambda name: result.errors[name])
    ratios = [cost.ratio for cost in result.costs]
    sizes = [cost.parameters for cost in result.costs]
    parameters, differences = result.differences
    lstm, net, linear = result.lstm, result.spirals, result.linear
    return ClaimTable(
        "engine",
        [
            Claim(
                "The reverse mode gives derivatives exact up to rounding (Baydin et al., 2018, "
                "section 3)",
                "Every operation, and a model that uses all of them, agrees with central "
                "differences to 1e-6, in float64",
                f"{len(result.errors)} operations, the worst {worst} with "
                f"{result.errors[worst]:.0e}; the model {result.everything:.0e}",
                max(result.errors.values()) <= 1e-6
                and result.everything <= 1e-6
                and not result.missing,
            ),
            Claim(
                "Not from a paper: can the check fail at all?",
                "Day 1's backward pass without its recurrent term misses by more than 0.1",
                f"relative error {result.forgotten:.2f}",
                result.forgotten > 0.1,
            ),
            Claim(
                "A gradient costs no more than five times the function, for any number of inputs "
                "(Griewank, 1989)",
                "Loss and gradient take at most 5 times the loss alone, for all MLPs, whose sizes "
                "differ by a factor of 100 or more",
                f"{min(ratios):.1f} to {max(ratios):.1f} times, for {min(sizes):,} to "
                f"{max(sizes):,} parameters",
                max(ratios) <= 5 and max(sizes) >= 100 * min(sizes),
            ),
            Claim(
                "The trivial way: one more evaluation for each parameter",
                "One-sided differences cost more than 50 times as much as the worst of the "
                "gradients above",
                f"{differences:.0f} times the loss for {parameters:,} parameters",
                differences > 50 * max(ratios),
            ),
            Claim(
                "Not from a paper: a backward pass derived by hand can be one operation",
                "The LSTM as one node equals the LSTM in primitives to 1e-10, in values and "
                "gradients",
                f"largest relative difference {lstm.difference:.0e}; {lstm.nodes} node "
                f"instead of {lstm.simple_nodes}",
                lstm.difference <= 1e-10 and lstm.nodes < lstm.simple_nodes / 100,
            ),
            Claim(
                "Hidden units learn, by backpropagation, what a model without them cannot "
                "represent (Rumelhart, Hinton and Williams, 1986)",
                "An MLP gets at least 97 % of new points on two spirals right, a linear model at "
                "most 65 %",
                f"MLP {net.accuracy:.1%}, linear {linear.accuracy:.1%}, the larger class "
                f"{result.majority:.1%}",
                net.accuracy >= 0.97 and linear.accuracy <= 0.65,
            ),
        ],
    )
