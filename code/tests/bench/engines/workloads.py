"""What every engine trains: sizes, random inputs and targets. The same numbers for all of them."""

from __future__ import annotations

import numpy as np

V, D, H = 65, 64, 128  # characters, their embedding, the LSTM's state
T = 50  # characters in a sequence of the LSTM
WIDTH, HEADS, LAYERS, CONTEXT = 64, 4, 2, 64  # the Transformer
PIXELS, HIDDEN, CLASSES = 784, 256, 10  # the perceptron; the CNN has 28 x 28 pixels, too
CHANNELS = (16, 32)

BATCH = {"LSTM": 16, "CNN": 64, "Transformer": 16, "MLP": 128}
TITLE = {
    "LSTM": f"char-LSTM H{H} B16 T{T}",
    "CNN": "CNN 1-16-32, 28x28, B64",
    "Transformer": f"Transformer d{WIDTH}, {LAYERS} layers, {HEADS} heads, T{CONTEXT}, B16",
    "MLP": f"MLP {PIXELS}-{HIDDEN}-{CLASSES}, B128",
}


def arrays(name: str, B: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets: characters (T,B) or (B,T), images (B,1,28,28) or (B,784) and classes."""
    rng = np.random.default_rng(0)
    B = B or BATCH[name]
    if name == "LSTM":
        x, y = rng.integers(V, size=(2, T, B))
    elif name == "Transformer":
        x, y = rng.integers(V, size=(2, B, CONTEXT))
    else:
        shape = (B, 1, 28, 28) if name == "CNN" else (B, PIXELS)
        return rng.standard_normal(shape).astype(np.float32), rng.integers(CLASSES, size=B)
    return x.astype(np.intp), y.astype(np.intp)
