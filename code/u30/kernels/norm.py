"""Batch normalisation and layer normalisation.

    z = (x - mean) / sqrt(var + eps)        y = gamma z + beta

    dz = gamma dy
    dx = (dz - mean(dz) - z mean(z dz)) / sqrt(var + eps)        dgamma = sum z dy,  dbeta = sum dy

Both say the same; they differ in what they average over. Batch normalisation (Ioffe and Szegedy,
2015, arXiv:1502.03167) takes each channel over the batch and over all pixels. Layer normalisation
(Ba, Kiros and Hinton, 2016, arXiv:1607.06450) takes each row over its features, so that nothing
depends on the other rows.

N batch, C channels, D features. Layer: x (...,D), gamma, beta (D,). Batch: x (N,C) or (N,C,H,W),
gamma, beta (C,). The mean and var of the backward pass depend on x; in evaluation, batch
normalisation takes them from training, they are constants, and dx = dz / sqrt(var + eps).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from u30.kernels.layout import from_batch_last, to_batch_last


class NormCache(NamedTuple):
    z: np.ndarray  # layer (N,D), batch (C,M)
    inv_std: np.ndarray  # one for each mean
    gamma: np.ndarray
    fixed_statistics: bool = False


# 1. Layer normalisation. N is the number of rows, all leading axes together.
#    Sums over rows or columns are products with a vector: three times as fast as sum().


def layer_norm_forward(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float = 1e-5
) -> tuple[np.ndarray, NormCache]:  # (...,D), (D,), (D,) -> (...,D)
    """Normalise the last axis to mean 0 and variance 1, then scale and shift each feature."""
    D = x.shape[-1]
    rows = x.reshape(-1, D)  # (N,D)
    average = np.full(D, 1 / D, dtype=x.dtype)
    z = rows - (rows @ average)[:, None]
    inv_std = 1 / np.sqrt((z * z) @ average + eps)  # (N,)
    z *= inv_std[:, None]
    y = z * gamma
    y += beta
    return y.reshape(x.shape), NormCache(z, inv_std, gamma)


def layer_norm_backward(
    dout: np.ndarray, cache: NormCache
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # (...,D) -> dx (...,D), dgamma (D,), dbeta (D,)
    """Gradients of the input, the scale and the shift."""
    z, inv_std, gamma, _ = cache
    N, D = z.shape
    dy = dout.reshape(N, D)
    dbeta = np.ones(N, dtype=dy.dtype) @ dy
    z_dy = z * dy
    dgamma = np.ones(N, dtype=dy.dtype) @ z_dy
    gamma_mean = gamma / D
    dx = dy * gamma  # dz
    dx -= (dy @ gamma_mean)[:, None]
    dx -= np.multiply(z, (z_dy @ gamma_mean)[:, None], out=z_dy)
    dx *= inv_std[:, None]
    return dx.reshape(dout.shape), dgamma, dbeta


# 2. Batch normalisation. M is the number of values of a channel: N, or N H W.


def batch_norm_forward(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[np.ndarray, NormCache]:  # (N,C,...), four of (C,) -> (N,C,...)
    """Normalise each channel, in training by this batch, in evaluation by the running statistics.

    Training moves `running_mean` and `running_var` in place, by `momentum` towards the batch; they
    are state, not input. As in PyTorch the running variance is the unbiased one (divided by M - 1).
    """
    x_batch_last = to_batch_last(x)  # (C,...,N)
    values = x_batch_last.reshape(len(gamma), -1)  # (C,M)
    M = values.shape[1]
    if training:
        mean = values.mean(axis=1)
        z = values - mean[:, None]
        var = np.einsum("cm,cm->c", z, z) / M
        running_mean += momentum * (mean - running_mean)
        running_var += momentum * (var * (M / max(M - 1, 1)) - running_var)
    else:
        var = running_var.astype(x.dtype, copy=False)
        z = values - running_mean.astype(x.dtype, copy=False)[:, None]
    inv_std = 1 / np.sqrt(var + eps)  # (C,)
    z *= inv_std[:, None]
    y = z * gamma[:, None]
    y += beta[:, None]
    out = from_batch_last(y.reshape(x_batch_last.shape))
    return out, NormCache(z, inv_std, gamma, fixed_statistics=not training)


def batch_norm_backward(
    dout: np.ndarray, cache: NormCache
) -> tuple[
    np.ndarray, np.ndarray, np.ndarray
]:  # (N,C,...) -> dx (N,C,...), dgamma (C,), dbeta (C,)
    """Gradients of the input, the scale and the shift."""
    z, inv_std, gamma, fixed_statistics = cache
    dout_batch_last = to_batch_last(dout)  # (C,...,N)
    dy = dout_batch_last.reshape(z.shape)  # (C,M)
    M = z.shape[1]
    dbeta = dy.sum(axis=1)
    dgamma = np.einsum("cm,cm->c", z, dy)
    if fixed_statistics:
        dx = dy.copy()
    else:  # mean(dz) and mean(z dz), both still without their factor gamma
        dx = z * (-dgamma / M)[:, None]
        dx += dy
        dx -= (dbeta / M)[:, None]
    dx *= (gamma * inv_std)[:, None]
    return from_batch_last(dx.reshape(dout_batch_last.shape)), dgamma, dbeta
