"""Layers that hold parameters.

Whatever draws random numbers gets its Generator first, so that equal seeds give equal models.
"""

# ruff: noqa: F401
from u30.nn.layers import BatchNorm, Conv2d, Dropout, Embedding, LayerNorm, Linear, Sequential
from u30.nn.module import Module, Parameter, uniform
from u30.nn.sequences import GRU, LSTM, RNN, MultiHeadAttention
