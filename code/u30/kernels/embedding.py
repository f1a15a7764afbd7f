"""An embedding: row `index` of a table, and the gradient of the table.

    y_n = W[i_n]                      dL/dW[v] = sum of dL/dy_n over all n with i_n = v

W (V,D) holds one vector for each of V symbols; index (...) holds symbols; y (...,D).

The gradient adds rows that share a symbol, which a plain `dW[index] += dout` gets wrong: it keeps
only the last of them. `np.add.at` gets it right, one row at a time. Faster, for a small table: the
one-hot matrix P (N,V) makes the sum a matrix product P^T dL/dy. Its cost grows with V; for a large
table we sort the rows by symbol and add up each run of equal symbols.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from u30.runtime import mm

SMALL_TABLE = 128  # above this many symbols, sorting is faster than the matrix product


class EmbeddingCache(NamedTuple):
    symbols: np.ndarray  # the index, as np.intp
    V: int


def embedding_forward(
    W: np.ndarray, index: np.ndarray
) -> tuple[np.ndarray, EmbeddingCache]:  # (V,D), (...) -> (...,D)
    """Look up a row for each index."""
    index = np.asarray(index, dtype=np.intp)
    V = len(W)
    if index.size and (index.min() < 0 or index.max() >= V):
        raise IndexError(
            f"The embedding has rows 0 to {V - 1}, but was asked for rows"
            f" {index.min()} to {index.max()}."
        )
    return W[index], EmbeddingCache(index, V)


def embedding_backward(dout: np.ndarray, cache: EmbeddingCache) -> np.ndarray:  # (...,D) -> (V,D)
    """Gradient of the table; rows that were never looked up get zeros."""
    V, D = cache.V, dout.shape[-1]
    index, rows = cache.symbols.ravel(), dout.reshape(-1, D)  # (N,), (N,D)
    if V <= SMALL_TABLE:
        return add_rows_by_product(index, rows, V)
    return add_rows_by_sorting(index, rows, V)


def add_rows_by_product(
    index: np.ndarray, rows: np.ndarray, V: int
) -> np.ndarray:  # (N,), (N,D) -> (V,D)
    """Sum of the rows of each symbol, as the product of a transposed one-hot matrix with them."""
    N = len(index)
    P = np.zeros((N, V), dtype=rows.dtype)
    P[np.arange(N), index] = 1
    return mm(P.T, rows)


def add_rows_by_sorting(
    index: np.ndarray, rows: np.ndarray, V: int
) -> np.ndarray:  # (N,), (N,D) -> (V,D)
    """Sum of the rows of each symbol, as sums over runs of the sorted symbols."""
    dW = np.zeros((V, rows.shape[1]), dtype=rows.dtype)
    if not len(index):
        return dW
    order = np.argsort(index, kind="stable")
    ordered = index[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))  # np.intp: where a symbol begins
    dW[ordered[starts]] = np.add.reduceat(rows[order], starts, axis=0)
    return dW
