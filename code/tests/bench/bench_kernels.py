"""CPU time of the kernels, forward and backward, as a ratio to PyTorch eager. Below 1 is faster.

    python code/tests/bench/bench_kernels.py [rounds] [name ...]

One thread, float32, both taking turns in each round; the median of the rounds' ratios with its
quartiles. "default" is what a reader would write in PyTorch, "tuned" the fastest form we know of
there: channels_last for images, fused attention, and GELU by erf (another function, but PyTorch's
usual one). Images come to our side in the order our own layers leave them in. Both profit from
the allocator setting that u30.runtime makes.
Never a test: it needs PyTorch and prints times.
"""

import statistics
import sys

import numpy as np
import torch

from u30.kernels.attention import attention_backward, attention_forward
from u30.kernels.conv import conv2d_backward, conv2d_forward
from u30.kernels.dropout import dropout_backward, dropout_forward
from u30.kernels.embedding import embedding_backward, embedding_forward
from u30.kernels.gelu import gelu_backward, gelu_forward
from u30.kernels.gru import gru_backward, gru_forward
from u30.kernels.layout import from_batch_last, to_batch_last
from u30.kernels.lstm import lstm_backward, lstm_forward
from u30.kernels.norm import (
    batch_norm_backward,
    batch_norm_forward,
    layer_norm_backward,
    layer_norm_forward,
)
from u30.kernels.pool import max_pool2d_backward, max_pool2d_forward
from u30.kernels.rnn_layer import rnn_layer_backward, rnn_layer_forward
from u30.runtime import cpu_seconds

F = torch.nn.functional
rng = np.random.default_rng(0)


def normal(*shape):
    return 0.1 * rng.standard_normal(shape, dtype=np.float32)


def torch_step(function, arrays, dout, constant=(), channels_last=False):
    """A closure that runs `function` forward and backward; `constant` arrays need no gradient."""
    tensors = []
    for n, array in enumerate(arrays):
        tensor = torch.tensor(array)
        if channels_last and tensor.ndim == 4:
            tensor = tensor.contiguous(memory_format=torch.channels_last)
        tensors.append(tensor.requires_grad_(n not in constant))
    d = torch.tensor(dout)
    if channels_last:
        d = d.contiguous(memory_format=torch.channels_last)

    def step():
        for tensor in tensors:
            tensor.grad = None
        function(*tensors).backward(d)

    return step


def recurrent(forward, backward, layer, gates, T=50, B=16, D=128, H=128):
    states = 2 if gates == 4 else 1
    biases = 2 if gates == 3 else 1
    x, dhs = normal(T, B, D), normal(T, B, H)
    rest = [normal(B, H)] * states + [normal(D, gates * H), normal(H, gates * H)]
    rest += [normal(gates * H)] * biases
    middle = (None,) if gates == 4 else ()
    module = layer(D, H)

    def ours():
        *_, cache = forward(x, *rest)
        backward(dhs, *middle, cache)

    def theirs(x):
        module.zero_grad()
        return module(x)[0]

    return ours, torch_step(theirs, [x], dhs), None


def images(C, O, size, N=64, data=False):
    x, w, b = normal(N, C, size, size), normal(O, C, 3, 3), normal(O)
    dout = normal(N, O, size, size)
    # as they come from the layers before and after; the data is an ordinary array
    mine = x if data else from_batch_last(to_batch_last(x))
    d = from_batch_last(to_batch_last(dout))

    def ours():
        _, cache = conv2d_forward(mine, w, b, padding=1)
        conv2d_backward(d, cache, need_dx=not data)

    def theirs(x, w, b):
        return F.conv2d(x, w, b, padding=1)

    constant = (0,) if data else ()
    default = torch_step(theirs, [x, w, b], dout, constant)
    return ours, default, torch_step(theirs, [x, w, b], dout, constant, channels_last=True)


def attention(B=16, h=4, T=64, d=16):
    q, k, v, dout = (normal(B, h, T, d) for _ in range(4))
    later = torch.ones(T, T).triu(1).bool()

    def ours():
        *_, cache = attention_forward(q, k, v, causal=True)
        attention_backward(dout, cache)

    def theirs(q, k, v):  # what a course writes
        scores = (q @ k.transpose(-1, -2) * d**-0.5).masked_fill(later, -float("inf"))
        return scores.softmax(-1) @ v

    def fused(q, k, v):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)

    return ours, torch_step(theirs, [q, k, v], dout), torch_step(fused, [q, k, v], dout)


def layer_norm():
    arrays, dout = [normal(16, 64, 64), normal(64), normal(64)], normal(16, 64, 64)
    return (
        lambda: layer_norm_backward(dout, layer_norm_forward(*arrays)[1]),
        torch_step(lambda x, g, b: F.layer_norm(x, (64,), g, b), arrays, dout),
        None,
    )


def batch_norm():
    x, dout = normal(64, 16, 28, 28), normal(64, 16, 28, 28)
    gamma, beta = normal(16), normal(16)
    mine, d = (from_batch_last(to_batch_last(a)) for a in (x, dout))
    mean, var = np.zeros(16, np.float32), np.ones(16, np.float32)
    t_mean, t_var = torch.zeros(16), torch.ones(16)

    def theirs(x, gamma, beta):
        return F.batch_norm(x, t_mean, t_var, gamma, beta, training=True)

    arrays = [x, gamma, beta]
    return (
        lambda: batch_norm_backward(d, batch_norm_forward(mine, gamma, beta, mean, var)[1]),
        torch_step(theirs, arrays, dout),
        torch_step(theirs, arrays, dout, channels_last=True),
    )


def max_pool():
    x, dout = normal(64, 16, 28, 28), normal(64, 16, 14, 14)
    mine, d = (from_batch_last(to_batch_last(a)) for a in (x, dout))
    return (
        lambda: max_pool2d_backward(d, max_pool2d_forward(mine, 2, 2)[1]),
        torch_step(lambda x: F.max_pool2d(x, 2), [x], dout),
        torch_step(lambda x: F.max_pool2d(x, 2), [x], dout, channels_last=True),
    )


def gelu():
    x, dout = normal(16, 64, 256), normal(16, 64, 256)
    return (
        lambda: gelu_backward(dout, gelu_forward(x)[1]),
        torch_step(lambda x: F.gelu(x, approximate="tanh"), [x], dout),
        torch_step(F.gelu, [x], dout),
    )


def dropout():
    x, dout = normal(16, 64, 256), normal(16, 64, 256)
    return (
        lambda: dropout_backward(dout, dropout_forward(x, 0.1, rng)[1]),
        torch_step(lambda x: F.dropout(x, 0.1), [x], dout),
        None,
    )


def embedding(V):
    W, index, dout = normal(V, 64), rng.integers(V, size=(16, 64)), normal(16, 64, 64)
    t_index = torch.tensor(index)
    return (
        lambda: embedding_backward(dout, embedding_forward(W, index)[1]),
        torch_step(lambda W: F.embedding(t_index, W), [W], dout),
        None,
    )


WORK = {
    "lstm H128 D128 B16 T50": lambda: recurrent(lstm_forward, lstm_backward, torch.nn.LSTM, 4),
    "gru H128 D128 B16 T50": lambda: recurrent(gru_forward, gru_backward, torch.nn.GRU, 3),
    "rnn H128 D128 B16 T50": lambda: recurrent(
        rnn_layer_forward, rnn_layer_backward, torch.nn.RNN, 1
    ),
    "conv 1-16 3x3 28x28 B64, data": lambda: images(1, 16, 28, data=True),
    "conv 16-32 3x3 28x28 B64": lambda: images(16, 32, 28),
    "conv 16-32 3x3 14x14 B64": lambda: images(16, 32, 14),
    "max pool 2x2 28x28 C16 B64": max_pool,
    "batch norm 28x28 C16 B64": batch_norm,
    "attention d64 h4 T64 B16": attention,
    "layer norm 1024 x 64": layer_norm,
    "gelu 1024 x 256": gelu,
    "dropout 1024 x 256": dropout,
    "embedding V65 D64 N1024": lambda: embedding(65),
    "embedding V5000 D64 N1024": lambda: embedding(5000),
}


def measure(step, repeats):
    start = cpu_seconds()
    for _ in range(repeats):
        step()
    return (cpu_seconds() - start) / repeats


def quartiles(ratios):
    low, middle, high = statistics.quantiles(ratios, n=4)
    return f"{middle:5.2f} [{low:.2f} {high:.2f}]"


def main(rounds, names):
    torch.set_num_threads(1)
    print(f"{'forward + backward':32}{'ms':>7}  {'of default':18}  of tuned")
    for name, make in WORK.items():
        if names and not any(word in name for word in names):
            continue
        steps = [step for step in make() if step is not None]
        for step in steps:
            step()
        repeats = max(1, round(0.004 / measure(steps[0], 3)))
        times = [[measure(step, repeats) for step in steps] for _ in range(rounds)]
        ratios = [quartiles([row[0] / row[n] for row in times]) for n in range(1, len(steps))]
        milliseconds = statistics.median(row[0] for row in times) * 1e3
        print(f"{name:32}{milliseconds:7.2f}  " + "  ".join(f"{text:18}" for text in ratios))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 41, sys.argv[2:])
