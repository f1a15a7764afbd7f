"""Functions of Tensors. Each is one node of the graph, with the gradient written by hand.

Beside each `f` stands `f_simple`, made of Tensor primitives: it says what f computes, its gradient
comes from the primitives, and a test compares the two.
"""

# ruff: noqa: F401

from u30.functional.activations import (
    cross_entropy,
    cross_entropy_simple,
    gelu,
    gelu_simple,
    log_softmax,
    log_softmax_simple,
    relu,
    relu_simple,
    sigmoid,
    sigmoid_simple,
    softmax,
    softmax_simple,
    tanh,
    tanh_simple,
)
from u30.functional.images import (
    avg_pool2d,
    avg_pool2d_simple,
    conv2d,
    conv2d_simple,
    max_pool2d,
    max_pool2d_simple,
)
from u30.functional.joining import concatenate, pad, split, stack, where
from u30.functional.layers import (
    attention,
    attention_simple,
    batch_norm,
    batch_norm_simple,
    dropout,
    dropout_simple,
    embedding,
    embedding_simple,
    layer_norm,
    layer_norm_simple,
    linear,
    linear_simple,
)
from u30.functional.sequences import (
    gru,
    gru_simple,
    lstm,
    lstm_simple,
    lstm_symbols,
    lstm_symbols_simple,
    rnn,
    rnn_simple,
)
