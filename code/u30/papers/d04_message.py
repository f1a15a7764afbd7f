"""Day 4, the message: bits back, really sent. A sender and a receiver.

Sender and receiver know the inputs X, the network's architecture and the training program. The
sender has targets y on a grid of step t, and another message, such as a story, as a string of bits.

    1  use up bits of the story to choose the weights:       pop  i ~ r,  w ~ Q     - refund
    2  send the targets, given those weights:                push y given w         + data
    3  send the weights, as the receiver expects them:       push w under P_i, i under pi   + gross
    4  send the header: sy and the prior, 8 bits each

The receiver takes 4, 3 and 2 off again. Now it has y, trains the very same network, and so knows Q
and r. It pushes i and w under them, which gives the story back. The length grows by

    header + data + gross - refund,          on average header + data + G^ (eqs 9 and 17, in bits)

whatever the step of the weights' grid: a finer one makes gross and refund grow alike.

That bits back wants a stack (d04_coder.py) is due to Townsend, Bird and Barber (2019,
arXiv:1901.04866).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from u30.data.text import fables
from u30.papers.d04_coder import Code, Grid, R, Stack, choice
from u30.papers.d04_mdl_weights import (
    NAT,
    Params,
    gauss_kl,
    init_params,
    loss_and_gradient,
    mixture_code,
    train,
    with_one,
)
from u30.papers.d04_task import Task

# 1. What sender and receiver agree on beforehand


TARGETS = Grid(1 / 32, 1024)  # targets are known to this precision: the sender rounds them
HEADER = Grid(1 / 32, 256)  # logs of widths and noise, logits of pi: 8 bits each, -4 to 4
HEADER_CODE = Code(HEADER.n, lambda k: k / HEADER.n)
IN_HEADER = ("ln_sy", "ln_pW", "ln_pw", "a_W")

Learn = Callable[[np.ndarray, np.ndarray], Params]  # X, y -> trained parameters


@dataclass(frozen=True)
class Agreed:
    """What both know: the inputs, the training program, the sizes and the grids."""

    X: np.ndarray
    learn: Learn
    template: Params  # parameters of the right sizes; their values do not matter
    weights: Grid

    def header_size(self) -> int:
        return sum(self.template[name].size for name in IN_HEADER if name in self.template)

    def header(self, params: Params) -> np.ndarray:  # -> places on the header's grid
        return HEADER.places(
            np.concatenate([params[name].ravel() for name in IN_HEADER if name in params])
        )

    def priors(self, header: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """sy, and widths and shares (n,K) of the priors of all n weights, from the header."""
        values, read = np.asarray(HEADER.value(header)), {}
        for name in IN_HEADER:
            if name in self.template:
                size = self.template[name].size
                read[name], values = values[:size], values[size:]
        K = len(read["ln_pW"])
        widths = np.ones((self.template["W"].size + self.template["w"].size, K))
        shares = np.zeros_like(widths)
        first = slice(self.template["W"].size)
        widths[:] = np.exp(read["ln_pw"])
        widths[first] = np.exp(read["ln_pW"])
        shares[:, 0] = 1
        a = np.exp(read.get("a_W", np.zeros(1)))
        shares[first] = a / a.sum()
        return float(np.exp(read["ln_sy"][0])), widths, shares

    def outputs(self, places: np.ndarray) -> np.ndarray:  # (n,) -> (N,)
        """What the network with exactly these weights predicts."""
        values, cut = np.asarray(self.weights.value(places)), self.template["W"].size
        W = values[:cut].reshape(self.template["W"].shape)
        h = np.maximum(with_one(self.X) @ W, 0)
        return with_one(h) @ values[cut:]


def weight_grid(bits: int = 8) -> Grid:
    """Weights from -16 to 16 in steps of 2^-bits."""
    return Grid(2.0**-bits, 32 << bits)


def posterior(params: Params) -> tuple[np.ndarray, np.ndarray]:  # -> means, widths (n,)
    """Q of all weights in one row, W first."""
    means = np.concatenate([params["W"].ravel(), params["w"]])
    return means, np.exp(np.concatenate([params["ln_sW"].ravel(), params["ln_sw"]]))


def coins(
    params: Params, widths: np.ndarray, shares: np.ndarray
) -> np.ndarray:  # (n,K), (n,K) -> r (n,K)
    """With which chances each weight chooses among its priors: eq. 18."""
    means, sigmas = posterior(params)
    ln_shares = np.log(np.maximum(shares, 1e-30))
    return mixture_code(gauss_kl(means[:, None], sigmas[:, None], 0.0, widths), ln_shares)[1]


# 2. Sender and receiver


@dataclass(frozen=True)
class Message:
    """One whole number, and how many bits each step added to it."""

    number: int
    refund: float  # taken off when the weights were chosen
    data: float
    gross: float
    header: float

    @property
    def net(self) -> float:
        """What the targets cost in all."""
        return self.header + self.data + self.gross - self.refund


def send(known: Agreed, y: np.ndarray, story: int = 1 << R, bits_back: bool = True) -> Message:
    """Pack the targets and a story (a whole number) into one number.

    Without `bits_back` every weight is its mean, rounded, and every prior the likeliest.
    """
    y_places = TARGETS.places(y)
    params = known.learn(known.X, np.asarray(TARGETS.value(y_places)))
    header = known.header(params)
    sy, widths, shares = known.priors(header)
    (means, sigmas), r = posterior(params), coins(params, widths, shares)
    grid, stack, lengths = known.weights, Stack(story), []

    def measure() -> None:
        lengths.append(stack.bits)

    measure()
    if bits_back:
        prior = np.array([choice(coin).pop(stack) for coin in r])
        w = np.array([grid.gaussian(m, s).pop(stack) for m, s in zip(means, sigmas)])
    else:
        prior, w = r.argmax(axis=1), grid.places(means)
    measure()
    for k, output in zip(y_places, known.outputs(w)):
        TARGETS.gaussian(output, sy).push(stack, int(k))
    measure()
    for k, i, width, share in zip(w, prior, widths, shares):
        grid.gaussian(0.0, width[i]).push(stack, int(k))
        choice(share).push(stack, int(i))
    measure()
    for k in header:
        HEADER_CODE.push(stack, int(k))
    measure()
    before, popped, data, gross, end = lengths
    return Message(stack.number, before - popped, data - popped, gross - data, end - gross)


def receive(known: Agreed, number: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Unpack a message sent with bits back: weights, targets, and the story."""
    stack, grid = Stack(number), known.weights
    header = [HEADER_CODE.pop(stack) for _ in range(known.header_size())]
    sy, widths, shares = known.priors(np.array(header[::-1]))
    n = len(widths)
    w, prior = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for j in reversed(range(n)):
        prior[j] = choice(shares[j]).pop(stack)
        w[j] = grid.gaussian(0.0, widths[j, prior[j]]).pop(stack)
    y_places = np.zeros(len(known.X), np.int64)
    for c, output in reversed(list(enumerate(known.outputs(w)))):
        y_places[c] = TARGETS.gaussian(output, sy).pop(stack)

    y = np.asarray(TARGETS.value(y_places))
    params = known.learn(known.X, y)  # now the receiver knows all there is
    (means, sigmas), r = posterior(params), coins(params, widths, shares)
    for j in reversed(range(n)):
        grid.gaussian(means[j], sigmas[j]).push(stack, int(w[j]))
    for j in reversed(range(n)):
        choice(r[j]).push(stack, int(prior[j]))
    return np.asarray(grid.value(w)), y, stack.number


def expected_bits(known: Agreed, y: np.ndarray) -> float:
    """What the theory predicts for `net`, header included: data + weights, on the targets' grid."""
    y = np.asarray(TARGETS.value(TARGETS.places(y)))
    params = known.learn(known.X, y)
    data, weights, _ = loss_and_gradient(params, known.X, y, 1.0)
    header = known.header_size() * math.log2(HEADER.n)
    return header + NAT * (data + weights) - len(y) * math.log2(TARGETS.t)


def without_network(y: np.ndarray) -> float:
    """Bits of the targets under N(0, 1), the best Gaussian for standardised targets."""
    stack = Stack()
    start = stack.bits
    for k in TARGETS.places(y):
        TARGETS.gaussian(0.0, 1.0).push(stack, int(k))
    return stack.bits - start


# 3. Stories


def story_number(text: str) -> int:
    """A text, compressed, as a whole number. The leading 1 keeps zeros at its start."""
    return int.from_bytes(b"\x01" + zlib.compress(text.encode(), 9), "big")


def story_text(number: int) -> str:
    """The text in a whole number."""
    return zlib.decompress(number.to_bytes((number.bit_length() + 7) // 8, "big")[1:]).decode()


# 4. The experiment


@dataclass(frozen=True)
class Sent:
    """What one exchange of messages cost, in bits."""

    message: Message
    expected: float
    none: float  # targets without any network
    two_part: dict[float, float]  # step of the weights' grid -> bits without bits back
    steps: dict[float, Message]  # step of the weights' grid -> with bits back
    many: np.ndarray  # net lengths with different stories
    same_targets: bool
    same_story: bool
    story: str


def exchange(task: Task, stories: int = 20) -> Sent:
    """Send the training targets with a fable inside, and unpack them at the other end."""

    def learn(X: np.ndarray, y: np.ndarray) -> Params:
        return train(X, y).params

    kept: dict[bytes, Params] = {}

    def learn_once(X: np.ndarray, y: np.ndarray) -> Params:
        if y.tobytes() not in kept:
            kept[y.tobytes()] = learn(X, y)
        return kept[y.tobytes()]

    def known(bits: int, program: Learn = learn_once) -> Agreed:
        template = init_params(np.random.default_rng(0), task.D, 4)
        return Agreed(task.X, program, template, weight_grid(bits))

    text = fables()
    story = text[: text.index("\n\n", 500)].strip()
    message = send(known(8), task.y, story_number(story))
    _, y, rest = receive(known(8, learn), message.number)  # the receiver trains again
    pieces = [text[1000 * i : 1000 * i + 800] for i in range(1, stories + 1)]
    return Sent(
        message,
        expected=expected_bits(known(8), task.y),
        none=without_network(task.y),
        two_part={2.0**-bits: send(known(bits), task.y, bits_back=False).net for bits in range(5)},
        steps={2.0**-bits: send(known(bits), task.y, story_number(story)) for bits in range(3, 13)},
        many=np.array([send(known(8), task.y, story_number(piece)).net for piece in pieces]),
        same_targets=bool(np.abs(y - task.y).max() <= 1 / 64),
        same_story=story_text(rest) == story,
        story=story,
    )
