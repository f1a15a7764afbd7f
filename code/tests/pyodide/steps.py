"""A few training steps of each kind, with fixed seeds, the same on every platform.

`test_pyodide.py` runs this file here and in WebAssembly, and compares the numbers.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import numpy as np

import u30
from u30 import functional as F
from u30 import nn, runtime
from u30.baselines import ngram
from u30.data.text import Vocabulary
from u30.optim import Adam
from u30.papers.d01_char_rnn import new_training, train_step
from u30.tensor import Tensor

STEPS = 5


def train(model, loss_of):
    """Losses of a few steps of Adam, and at the end the sum and the norm of all weights."""
    optimizer = Adam(model.astype(np.float64), 1e-2)
    numbers = []
    for _ in range(STEPS):
        loss = loss_of()
        optimizer.zero_grad()
        loss.backward()
        optimizer.clip(1.0)
        optimizer.step()
        numbers.append(loss.item())
    weights = np.concatenate([p.data.ravel() for p in model.parameters()])
    return [*numbers, float(weights.sum()), float(np.linalg.norm(weights))]


def mlp(rng):
    first, second = nn.Linear(rng, 6, 8), nn.Linear(rng, 8, 3)
    model = nn.Sequential(first, second)
    x, y = Tensor(rng.standard_normal((10, 6))), rng.integers(3, size=10)
    return train(model, lambda: F.cross_entropy(second(F.relu(first(x))), y))


def lstm(rng):
    layer, out = nn.LSTM(rng, 4, 5), nn.Linear(rng, 5, 3)
    x, y = Tensor(rng.standard_normal((7, 2, 4))), rng.integers(3, size=14)

    def loss():
        hs = layer(x)[0]  # (T,B,H)
        return F.cross_entropy(out(hs).reshape(14, 3), y)

    return train(nn.Sequential(layer, out), loss)


def convolution(rng):
    layer, out = nn.Conv2d(rng, 2, 3, 3, padding=1), nn.Linear(rng, 48, 3)
    x, y = Tensor(rng.standard_normal((4, 2, 8, 8))), rng.integers(3, size=4)

    def loss():
        h = F.max_pool2d(F.relu(layer(x)), 2)  # (N,3,4,4)
        return F.cross_entropy(out(h.reshape(4, 48)), y)

    return train(nn.Sequential(layer, out), loss)


def transformer(rng):
    embedding, norm = nn.Embedding(rng, 7, 8), nn.LayerNorm(8)
    attention, out = nn.MultiHeadAttention(rng, 8, 2), nn.Linear(rng, 8, 7)
    x, y = rng.integers(7, size=(2, 5)), rng.integers(7, size=10)

    def loss():
        h = embedding(x)  # (B,T,D)
        h = h + attention(norm(h), causal=True)
        return F.cross_entropy(out(F.gelu(h)).reshape(10, 7), y)

    return train(nn.Sequential(embedding, norm, attention, out), loss)


def day_1(rng):
    run = new_training(Vocabulary("abcde"), hidden=8, batch=3, lr=1e-2, seed=0)
    for name, p in run.params.items():
        run.params[name] = p.astype(np.float64)
    run.h = run.h.astype(np.float64)
    run.optimizer = Adam(run.params, 1e-2)
    X, Y = rng.integers(5, size=(2, 6, 3)).astype(np.intp)
    losses = [float(train_step(run, X, Y, 1.0)) for _ in range(STEPS)]
    return [*losses, *(float(p.sum()) for p in run.params.values())]


def some_text():
    return np.random.default_rng(0).integers(5, size=400)


def modules_that_fail():
    """Every module of the package that cannot be imported, with the error.

    The exercises are parsed, not imported, and a `__main__` is a program of its own.
    """
    failed = {}
    for module in pkgutil.walk_packages(u30.__path__, "u30."):
        if "exercises" not in module.name and not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except Exception as error:
                failed[module.name] = repr(error)
    return failed


def everything():
    models = [mlp, lstm, convolution, transformer, day_1]
    return {
        "platform": sys.platform,
        "wasm": runtime.IS_WASM,
        "tuned": runtime.keep_large_temporaries(),
        "seconds": runtime.cpu_seconds(),
        "intp": np.dtype(np.intp).itemsize,
        "failed": modules_that_fail(),
        "bits": ngram.bits_per_character(*np.split(some_text(), 2), 5).tolist(),
        "numbers": {model.__name__: model(np.random.default_rng(0)) for model in models},
    }
