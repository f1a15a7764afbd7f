"""Characters per second of the Day 1 network in five versions, PyTorch's among them if it is there.

    python code/tests/bench/bench_d01.py [seconds]

Never a test: it prints CPU time on one thread, versions taking turns.
"""

import sys

import numpy as np

from u30.data.text import Vocabulary, chunks, fables
from u30.papers.d01_classic import benchmark

H, T, B = 100, 25, 16


def torch_step(text):
    import torch

    torch.set_num_threads(1)
    vocab = Vocabulary(text)
    V = len(vocab)
    X, Y = (
        torch.tensor(np.ascontiguousarray(part)) for part in next(chunks(vocab.encode(text), B, T))
    )
    rnn, out = torch.nn.RNN(V, H, nonlinearity="tanh"), torch.nn.Linear(H, V)
    parameters = [*rnn.parameters(), *out.parameters()]
    optimizer = torch.optim.Adam(parameters, 1e-3)

    def step():
        hs, _ = rnn(torch.nn.functional.one_hot(X, V).float())
        loss = torch.nn.functional.cross_entropy(out(hs).reshape(-1, V), Y.ravel())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    return step, T * B


def main(seconds):
    text = fables()
    try:
        extra = {f"torch.nn.RNN, batch {B}": torch_step(text)}
    except ImportError:
        print("PyTorch is not installed: left out.")
        extra = {}
    speed = benchmark(seconds, text=text, hidden=H, seq=T, batch=B, extra=extra)
    for name, rate in speed.characters_per_second.items():
        print(f"{name:28} {rate:10,.0f} characters/s {speed.speedup[name]:7.1f} x")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
