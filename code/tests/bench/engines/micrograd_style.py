"""The models on the engine that many courses build: micrograd, with arrays for numbers.

One object for every operation, a gradient of zeros on each, a recursive sort of the graph, float64,
and Adam in a loop over the parameters. It is what our engine is compared with; nothing uses it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from .workloads import CHANNELS, CLASSES, CONTEXT, HEADS, HIDDEN, LAYERS, PIXELS, WIDTH, D, H, V

Step = Callable[[], float]


def unbroadcast(g, shape):
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


class Value:
    def __init__(self, data, children=()):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self._prev, self._backward = children, lambda: None

    def _made_by(self, *rules):
        """Each rule turns the gradient of this value into that of one child."""

        def backward():
            for child, rule in zip(self._prev, rules):
                child.grad += unbroadcast(rule(self.grad), child.data.shape)

        self._backward = backward
        return self

    def backward(self):
        order, seen = [], set()

        def build(v):
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    build(child)
                order.append(v)

        build(self)
        self.grad = np.ones_like(self.data)
        for v in reversed(order):
            v._backward()

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other))._made_by(lambda g: g, lambda g: g)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        return out._made_by(lambda g: g * other.data, lambda g: g * self.data)

    def __sub__(self, other):
        return self + other * -1

    def __matmul__(self, other):
        out = Value(self.data @ other.data, (self, other))
        return out._made_by(
            lambda g: g @ other.data.swapaxes(-1, -2), lambda g: self.data.swapaxes(-1, -2) @ g
        )

    def __pow__(self, n):
        return Value(self.data**n, (self,))._made_by(lambda g: g * n * self.data ** (n - 1))

    def __getitem__(self, index):
        def rule(g):
            full = np.zeros_like(self.data)
            parts = index if isinstance(index, tuple) else (index,)
            if any(isinstance(part, np.ndarray) for part in parts):
                np.add.at(full, index, g)
            else:
                full[index] += g
            return full

        return Value(self.data[index], (self,))._made_by(rule)

    def exp(self):
        out = Value(np.exp(self.data), (self,))
        return out._made_by(lambda g: g * out.data)

    def log(self):
        return Value(np.log(self.data), (self,))._made_by(lambda g: g / self.data)

    def tanh(self):
        out = Value(np.tanh(self.data), (self,))
        return out._made_by(lambda g: g * (1 - out.data**2))

    def sigmoid(self):
        out = Value(1 / (1 + np.exp(-self.data)), (self,))
        return out._made_by(lambda g: g * out.data * (1 - out.data))

    def relu(self):
        out = Value(np.where(self.data > 0, self.data, 0), (self,))
        return out._made_by(lambda g: g * (out.data > 0))

    def sum(self, axis=-1):
        out = Value(self.data.sum(axis=axis, keepdims=True), (self,))
        return out._made_by(lambda g: np.broadcast_to(g, self.data.shape))

    def mean(self, axis=-1):
        return self.sum(axis) * (1 / self.data.shape[axis])

    def max(self, axis):
        out = Value(self.data.max(axis=axis, keepdims=True), (self,))
        return out._made_by(lambda g: g * (self.data == out.data))

    def reshape(self, *shape):
        out = Value(self.data.reshape(shape), (self,))
        return out._made_by(lambda g: g.reshape(self.data.shape))

    def transpose(self, *axes):
        out = Value(self.data.transpose(axes), (self,))
        return out._made_by(lambda g: g.transpose(np.argsort(axes)))


def concatenate(values):
    n = np.cumsum([0] + [len(v.data) for v in values])
    out = Value(np.concatenate([v.data for v in values]), tuple(values))
    return out._made_by(*[lambda g, i=i: g[n[i] : n[i + 1]] for i in range(len(values))])


def softmax(x):
    e = (x - Value(x.data.max(axis=-1, keepdims=True))).exp()
    return e * e.sum() ** -1


def cross_entropy(logits, targets):
    picked = softmax(logits)[np.arange(len(targets)), targets]
    return picked.log().sum() * (-1 / len(targets))


def layer_norm(x, gamma, beta):
    x = x - x.mean()
    return x * ((x * x).mean() + 1e-5) ** -0.5 * gamma + beta


def gelu(x):
    return x * 0.5 * (((x + x**3 * 0.044715) * (2 / np.pi) ** 0.5).tanh() + 1)


class Parameters:
    """Makes parameters and keeps a list of them."""

    def __init__(self):
        self.rng, self.all = np.random.default_rng(0), []

    def __call__(self, *shape):
        scale = 0.05 if len(shape) > 1 else 0
        self.all.append(Value(scale * self.rng.standard_normal(shape)))
        return self.all[-1]

    def ones(self, n):
        self.all.append(Value(np.ones(n)))
        return self.all[-1]


def lstm(p):
    table, Wx, Wh, b, Wy, by = p(V, D), p(D, 4 * H), p(H, 4 * H), p(4 * H), p(H, V), p(V)

    def logits(x):  # (T,B) -> (T*B,V)
        h = c = Value(np.zeros((x.shape[1], H)))
        hs = []
        for t in range(len(x)):
            a = table[x[t]] @ Wx + h @ Wh + b
            i, f, o = (a[:, k * H : (k + 1) * H].sigmoid() for k in (0, 1, 3))
            c = f * c + i * a[:, 2 * H : 3 * H].tanh()
            h = o * c.tanh()
            hs.append(h)
        return concatenate(hs) @ Wy + by

    return logits


def convolution(x, w, b):  # (B,C,H,W), (9,C,O) -> (B,O,H,W), 3x3 with padding 1
    height, width = x.data.shape[2:]
    padded = np.pad(x.data, ((0, 0), (0, 0), (1, 1), (1, 1)))
    frame = Value(padded, (x,))._made_by(lambda g: g[:, :, 1:-1, 1:-1])
    frame = frame.transpose(0, 2, 3, 1)
    total = b
    for k in range(9):
        i, j = divmod(k, 3)
        total = frame[:, i : i + height, j : j + width] @ w[k] + total
    return total.transpose(0, 3, 1, 2)


def pool(x):  # (B,C,H,W) -> (B,C,H/2,W/2)
    B, C, height, width = x.data.shape
    x = x.reshape(B, C, height // 2, 2, width // 2, 2).max((3, 5))
    return x.reshape(B, C, height // 2, width // 2)


def cnn(p):
    first, second = CHANNELS
    w1, b1, w2, b2 = p(9, 1, first), p(first), p(9, first, second), p(second)
    W, b = p(second * 49, CLASSES), p(CLASSES)

    def logits(x):
        x = pool(convolution(Value(x), w1, b1).relu())
        x = pool(convolution(x, w2, b2).relu())
        return x.reshape(len(x.data), -1) @ W + b

    return logits


def block(p):
    norms = [p.ones(WIDTH), p(WIDTH), p.ones(WIDTH), p(WIDTH)]
    Wqkv, bqkv, Wo, bo = p(WIDTH, 3 * WIDTH), p(3 * WIDTH), p(WIDTH, WIDTH), p(WIDTH)
    W1, b1, W2, b2 = p(WIDTH, 4 * WIDTH), p(4 * WIDTH), p(4 * WIDTH, WIDTH), p(WIDTH)

    def forward(x):  # (B,T,D) -> (B,T,D)
        B, T, _ = x.data.shape
        qkv = layer_norm(x, *norms[:2]) @ Wqkv + bqkv
        qkv = qkv.reshape(B, T, 3, HEADS, -1).transpose(2, 0, 3, 1, 4)
        q, k, v = (qkv[i] for i in range(3))
        scores = q @ k.transpose(0, 1, 3, 2) * (WIDTH / HEADS) ** -0.5
        a = softmax(scores + np.triu(np.full((T, T), -1e9), 1)) @ v
        x = x + (a.transpose(0, 2, 1, 3).reshape(B, T, WIDTH) @ Wo + bo)
        return x + (gelu(layer_norm(x, *norms[2:]) @ W1 + b1) @ W2 + b2)

    return forward


def transformer(p):
    tokens, places = p(V, WIDTH), p(CONTEXT, WIDTH)
    blocks, norm = [block(p) for _ in range(LAYERS)], (p.ones(WIDTH), p(WIDTH))
    W, b = p(WIDTH, V), p(V)

    def logits(x):  # (B,T) -> (B*T,V)
        x = tokens[x] + places
        for forward in blocks:
            x = forward(x)
        return (layer_norm(x, *norm) @ W + b).reshape(-1, V)

    return logits


def mlp(p):
    W1, b1, W2, b2 = p(PIXELS, HIDDEN), p(HIDDEN), p(HIDDEN, CLASSES), p(CLASSES)
    return lambda x: (Value(x) @ W1 + b1).relu() @ W2 + b2


MODELS = {"LSTM": lstm, "CNN": cnn, "Transformer": transformer, "MLP": mlp}


def adam_update(params):
    ms, vs = ([np.zeros_like(p.data) for p in params] for _ in range(2))
    t = 0

    def update():
        nonlocal t
        t += 1
        for i, p in enumerate(params):
            ms[i] = 0.9 * ms[i] + 0.1 * p.grad
            vs[i] = 0.999 * vs[i] + 0.001 * p.grad**2
            p.data -= 1e-3 * (ms[i] / (1 - 0.9**t)) / (np.sqrt(vs[i] / (1 - 0.999**t)) + 1e-8)

    return update


def training(name: str, x: np.ndarray, y: np.ndarray) -> Step:
    """A training step of the named model on one batch."""
    sys.setrecursionlimit(20_000)  # the recursive sort goes as deep as the graph
    params, targets = Parameters(), y.ravel()
    logits = MODELS[name](params)
    update = adam_update(params.all)

    def step() -> float:
        loss = cross_entropy(logits(x), targets)
        for p in params.all:
            p.grad = np.zeros_like(p.data)
        loss.backward()
        update()
        return float(loss.data.item())

    return step


def adam(shapes: list[tuple[int, ...]]) -> Step:
    """Adam's step alone, on parameters of these shapes."""
    params = [Value(np.ones(shape)) for shape in shapes]
    for p in params:
        p.grad += 0.1
    update = adam_update(params)

    def step() -> float:
        update()
        return 0.0

    return step
