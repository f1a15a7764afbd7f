"""Build the engine, are the gradients right? Checks of every operation, and of a known mistake.

Every operation, and a model made of all of them, is compared with central differences in float64
(u30/gradcheck.py). Day 1's backward pass with one term missing shows two things: that a wrong
gradient trains as well, and that the check can fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from u30 import functional as F
from u30.baselines.ngram import bits_per_character
from u30.data.text import Vocabulary, chunks
from u30.data.toy_language import generate
from u30.gradcheck import check_gradients
from u30.graph import nodes
from u30.kernels.rnn import Params, RNNCache, rnn_backward, rnn_forward
from u30.kernels.softmax import softmax_cross_entropy
from u30.optim import Adam, clip_global_norm
from u30.runtime import FLOAT
from u30.tensor import Tensor, op

# 1. A gradient with a term missing


def forgetful_backward(
    dlogits: np.ndarray,
    cache: RNNCache,
) -> tuple[Params, np.ndarray]:
    """Day 1's backward pass with a bug: what step t+1 sends to h_t is lost."""
    Whh = np.zeros_like(cache.params["Whh"])  # of dL/da_{t+1} Whh^T, in dL/dh_t
    params = {**cache.params, "Whh": Whh}
    return rnn_backward(dlogits, cache._replace(params=params))


def rnn_params(rng: np.random.Generator, V: int, H: int) -> Params:
    """Parameters of Day 1's network, small ones, in float64."""
    shapes = {"Wxh": (V, H), "Whh": (H, H), "bh": (H,), "Why": (H, V), "by": (V,)}
    return {name: 0.3 * rng.standard_normal(shape) for name, shape in shapes.items()}


def rnn_check(backward: Callable, seed: int = 0) -> float:
    """Largest relative error of a backward pass for Day 1's network, against differences."""
    rng = np.random.default_rng(seed)
    V, H, T, B = 5, 4, 6, 2
    params, X = rnn_params(rng, V, H), rng.integers(0, V, (T, B))

    def logits(*tensors: Tensor) -> Tensor:
        arrays = {name: tensor.data for name, tensor in zip(params, tensors)}
        y, cache = rnn_forward(X, np.zeros((B, H)), arrays)
        return op(y, tensors, lambda d: tuple(backward(d, cache)[0].values()))

    return check_gradients(logits, *params.values()).error


@dataclass(frozen=True)
class Forgetful:
    """Bits per character on new text for the right and the wrong gradient, and their errors."""

    steps: np.ndarray  # (S,)
    right: np.ndarray  # (S,)
    wrong: np.ndarray  # (S,)
    uniform: float  # what a model that knows nothing pays
    bigram: float  # what counting pairs of characters pays
    right_error: float  # of the gradient, relative
    wrong_error: float


def forgotten_term(seed: int = 0, steps: int = 400, every: int = 20) -> Forgetful:
    """Train Day 1's network on the toy language with the right gradient and with the wrong one."""
    rng = np.random.default_rng(seed)
    texts = generate(20_000, rng).text, generate(4_000, rng).text
    vocab = Vocabulary(texts[0])
    V, H, T, B = len(vocab), 64, 32, 16
    ids, new_ids = (vocab.encode(text) for text in texts)
    X_new, Y_new = next(chunks(new_ids, 8, (len(new_ids) - 1) // 8))
    batches = list(chunks(ids, B, T))

    def bits(params: Params, X: np.ndarray, Y: np.ndarray) -> float:
        y, _ = rnn_forward(X, np.zeros((X.shape[1], H), FLOAT), params)
        return softmax_cross_entropy(y.reshape(-1, V), Y.ravel())[0] / np.log(2)

    def run(backward: Callable) -> np.ndarray:
        params = rnn_params(np.random.default_rng(seed), V, H)
        params = {name: p.astype(FLOAT) for name, p in params.items()}
        start = np.zeros((B, H), FLOAT)
        optimizer, h, curve = Adam(params, 5e-3), start, []
        for step in range(steps + 1):
            if step % every == 0:
                curve.append(bits(params, X_new, Y_new))
            X, Y = batches[step % len(batches)]
            y, cache = rnn_forward(X, h if step % len(batches) else start, params)
            h = cache.hs[-1]
            _, d = softmax_cross_entropy(y.reshape(-1, V), Y.ravel())
            grads, _ = backward(d.reshape(T, B, V), cache)
            clip_global_norm(grads, 1.0)
            optimizer.step(grads)
        return np.array(curve)

    return Forgetful(
        steps=np.arange(0, steps + 1, every),
        right=run(rnn_backward),
        wrong=run(forgetful_backward),
        uniform=float(np.log2(V)),
        bigram=float(bits_per_character(ids, new_ids, V, max_order=1)[1]),
        right_error=rnn_check(rnn_backward),
        wrong_error=rnn_check(forgetful_backward),
    )


# 2. Central differences, and how good they can be


def slope_errors(dtype: type, steps: np.ndarray) -> np.ndarray:  # (S,) -> (S,)
    """Error of dy/dx of the page's neuron, y = x tanh(w x + b), from steps of these sizes."""
    w, x, b = (dtype(value) for value in (0.5, 2.0, -0.5))
    eps: np.ndarray = steps.astype(dtype)

    def y(x: np.ndarray) -> np.ndarray:
        return x * np.tanh(w * x + b)

    g = np.tanh(0.5 * 2.0 - 0.5)
    exact = g + 2.0 * (1 - g * g) * 0.5
    measured = (y(x + eps) - y(x - eps)) / (eps + eps)
    return np.maximum(np.abs(measured - exact), 1e-13).astype(np.float32)


# 3. Every operation, and a model made of all of them

Check = tuple[Callable[..., Tensor], tuple[np.ndarray, ...]]


def operations(seed: int = 0) -> dict[str, Check]:
    """Every operation of the engine, with inputs at which it is smooth."""
    rng = np.random.default_rng(seed)

    def r(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape)

    def gated(G: int) -> tuple[np.ndarray, ...]:
        return r(3, 3 * G), r(3, 3 * G), r(3 * G)  # Wx, Wh, b

    positive = rng.uniform(0.5, 2, (3, 4))
    picks, marks = np.array([2, 0, 2]), rng.random((3, 4)) < 0.5
    targets = np.array([1, 0, 3])
    start = r(2, 3), r(2, 3)
    running = np.zeros(3), np.ones(3)
    primitives: dict[str, Check] = {
        "add": (lambda a, b: a + b, (r(3, 4), r(4))),
        "sub": (lambda a, b: a - b, (r(3, 4), r(3, 1))),
        "mul": (lambda a, b: a * b, (r(3, 4), r(1, 4))),
        "div": (lambda a, b: a / b, (r(4), positive)),
        "neg": (lambda x: -x, (r(3, 4),)),
        "pow": (lambda x: x**2.5, (positive,)),
        "matmul": (lambda a, b: a @ b, (r(2, 3, 4), r(4, 2))),
        "exp": (lambda x: x.exp(), (r(3, 4),)),
        "log": (lambda x: x.log(), (positive,)),
        "sqrt": (lambda x: x.sqrt(), (positive,)),
        "tanh": (lambda x: x.tanh(), (r(3, 4),)),
        "sigmoid": (lambda x: x.sigmoid(), (r(3, 4),)),
        "relu": (lambda x: x.relu(), (r(3, 4),)),
        "sum": (lambda x: x.sum(axis=1), (r(3, 4),)),
        "mean": (lambda x: x.mean(axis=0), (r(3, 4),)),
        "max": (lambda x: x.max(axis=1), (r(3, 4),)),
        "reshape": (lambda x: x.reshape(2, 6), (r(3, 4),)),
        "swapaxes": (lambda x: x.swapaxes(0, 2), (r(2, 3, 4),)),
        "transpose": (lambda x: x.transpose(1, 2, 0), (r(2, 3, 4),)),
        "getitem": (lambda x: x[picks, 1:], (r(3, 4),)),
        "concatenate": (lambda a, b: F.concatenate([a, b], 1), (r(3, 2), r(3, 1))),
        "stack": (lambda a, b: F.stack([a, b]), (r(3), r(3))),
        "split": (lambda x: F.split(x, 2, 1)[1], (r(3, 4),)),
        "where": (lambda a, b: F.where(marks, a, b), (r(3, 4), r(4))),
        "pad": (lambda x: F.pad(x, [(1, 0), (0, 2)]), (r(3, 4),)),
    }
    fused: dict[str, Check] = {
        "gelu": (F.gelu, (r(3, 4),)),
        "softmax": (F.softmax, (r(3, 4),)),
        "log_softmax": (F.log_softmax, (r(3, 4),)),
        "cross_entropy": (lambda z: F.cross_entropy(z, targets), (r(3, 4),)),
        "linear": (F.linear, (r(3, 4), r(4, 2), r(2))),
        "embedding": (lambda W: F.embedding(W, picks), (r(4, 3),)),
        "layer_norm": (F.layer_norm, (r(3, 4), r(4), r(4))),
        "batch_norm": (lambda x, g, b: F.batch_norm(x, g, b, *running), (r(4, 3), r(3), r(3))),
        "dropout": (lambda x: F.dropout(x, 0.5, np.random.default_rng(0)), (r(3, 4),)),
        "conv2d": (
            lambda x, K, b: F.conv2d(x, K, b, padding=1),
            (r(2, 2, 4, 4), r(3, 2, 3, 3), r(3)),
        ),
        "max_pool2d": (lambda x: F.max_pool2d(x, 2), (r(2, 2, 4, 4),)),
        "avg_pool2d": (lambda x: F.avg_pool2d(x, 2), (r(2, 2, 4, 4),)),
        "attention": (lambda q, k, v: F.attention(q, k, v, causal=True)[0], (r(2, 3, 4),) * 3),
        "rnn": (lambda *t: F.rnn(*t)[0], (r(4, 2, 3), start[0], *gated(1))),
        "lstm": (lambda *t: F.lstm(*t)[0], (r(4, 2, 3), *start, *gated(4))),
        "gru": (lambda *t: F.gru(*t)[0], (r(4, 2, 3), start[0], *gated(3), r(9))),
    }
    return primitives | fused


def everything(seed: int = 0) -> Check:
    """A model in which every operation occurs: it sees an image, reads it as a sequence, attends.

    Returns the function from its parameters to its loss, and the parameters.
    """
    rng = np.random.default_rng(seed)
    image = rng.standard_normal((2, 1, 4, 4))
    marks, targets = rng.random((4, 2, 3)) < 0.5, np.array([1, 0])
    shapes = [(3, 1, 3, 3), (3,), (3,), (3,), (3, 3), (3, 3), (3,), (3, 12), (3, 12), (12,)]
    shapes += [(3, 9), (3, 9), (9,), (9,), (3,), (3,), (5, 3), (4, 4), (4,)]

    def loss(*parameters: Tensor) -> Tensor:
        K, kb, g1, b1, Wx, Wh, b, Vx, Vh, c, Ux, Uh, u, v, g2, b2, E, W, bias = parameters
        state = Tensor(np.zeros((2, 3)))
        z = F.conv2d(Tensor(image), K, kb, padding=1)  # (2,3,4,4)
        z = F.batch_norm(z, g1, b1, np.zeros(3), np.ones(3))
        z = F.max_pool2d(z.relu(), 2) + F.avg_pool2d(z, 2)  # (2,3,2,2)
        x = z.reshape(2, 3, 4).transpose(2, 0, 1)  # (4,2,3): four steps, batch of two
        x = x - F.embedding(E, np.array([0, 2, 2, 4]))[:, None]
        h = F.rnn(x, state, Wx, Wh, b)[0]
        h = h * F.lstm(h, state, state, Vx, Vh, c)[0].sigmoid()
        h = F.where(marks, F.gru(h, state, Ux, Uh, u, v)[0], h)
        q = h.swapaxes(0, 1)  # (2,4,3)
        a = F.attention(q, q, -q, causal=True)[0] @ (Wh / 2)
        a = F.layer_norm(F.gelu(a) + q, g2, b2).tanh()
        left, right = F.split(F.dropout(a, 0.2, np.random.default_rng(1)), 2, axis=1)
        y = F.concatenate([left.max(axis=1), right.sum(axis=1)], axis=0)  # (4,3)
        y = F.stack([y[:2], y[2:]]).mean(axis=0)  # (2,3)
        scores = F.linear(F.pad(y, [(0, 0), (0, 1)]), W, bias)  # (2,4)
        norm = ((scores * scores).sum(axis=1, keepdims=True) + 1).sqrt()
        p = F.softmax(scores / norm)
        extra = (p.log() * p).sum() + ((p**1.5).exp() * F.log_softmax(scores)).mean()
        return F.cross_entropy(scores, targets) + extra

    return loss, tuple(0.5 * rng.standard_normal(shape) for shape in shapes)


def names_in(loss: Callable[..., Tensor], parameters: tuple[np.ndarray, ...]) -> set[str]:
    """The operations in the graph of a function."""
    y = loss(*(Tensor(p, requires_grad=True) for p in parameters))
    return {node.name for node in nodes(y)} - {""}
