"""PyTorch as an oracle for Day 13: equal weights, equal outputs, equal gradients."""

import numpy as np
import pytest

from u30.papers.d13_attention import (
    DecoderLayer,
    EncoderLayer,
    MultiHead,
    causal_mask,
    scaled_dot_product_attention,
)
from u30.tensor import Tensor

torch = pytest.importorskip("torch")
B, n, m, D, h, d_ff = 2, 5, 4, 8, 2, 12


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def put(parameter, array):
    with torch.no_grad():
        parameter.copy_(torch.tensor(array))


def copy_attention(ours, theirs):
    put(theirs.in_proj_weight, np.concatenate([W.data.T for W in (ours.WQ, ours.WK, ours.WV)]))
    put(theirs.in_proj_bias, np.zeros(3 * D))  # the paper has no biases here
    put(theirs.out_proj.weight, ours.WO.data.T)
    put(theirs.out_proj.bias, np.zeros(D))


def copy_rest(ours, theirs):
    net = ours.feed_forward
    for W, b, layer in ((net.W1, net.b1, theirs.linear1), (net.W2, net.b2, theirs.linear2)):
        put(layer.weight, W.data.T)
        put(layer.bias, b.data)
    for i, add_norm in enumerate(ours.add_norm):
        add_norm.norm.gamma.data = 1 + 0.1 * normal(D, seed=i)
        add_norm.norm.beta.data = 0.1 * normal(D, seed=9 + i)
        put(getattr(theirs, f"norm{i + 1}").weight, add_norm.norm.gamma.data)
        put(getattr(theirs, f"norm{i + 1}").bias, add_norm.norm.beta.data)


def assert_same(ours, theirs, *arrays):
    """Outputs and the gradients of all inputs, for one random gradient of the output."""
    inputs = [Tensor(a, requires_grad=True) for a in arrays]
    others = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, want = ours(*inputs), theirs(*others)
    assert np.allclose(y.data, want.detach().numpy(), atol=1e-10)
    d = normal(*y.shape, seed=5)
    y.backward(d)
    want.backward(torch.tensor(d))
    for x, other in zip(inputs, others):
        assert np.allclose(x.grad, other.grad.numpy(), atol=1e-10)


def test_scaled_dot_product_attention():
    mask = causal_mask(n)
    assert_same(
        lambda *qkv: scaled_dot_product_attention(*qkv, mask)[0],
        lambda *qkv: torch.nn.functional.scaled_dot_product_attention(
            *qkv, attn_mask=torch.tensor(mask)
        ),
        *(normal(B, h, n, 4, seed=s) for s in range(3)),
    )


def test_multi_head_attention_and_its_weights():
    ours = MultiHead(np.random.default_rng(0), D, h, scaled_dot_product_attention)
    ours.astype(np.float64)
    theirs = torch.nn.MultiheadAttention(D, h, batch_first=True, dtype=torch.float64)
    copy_attention(ours, theirs)
    weights = []

    def attend(q, k, v):
        out, w = theirs(q, k, v, average_attn_weights=False)
        weights.append(w.detach().numpy())
        return out

    arrays = normal(B, m, D), normal(B, n, D, seed=1), normal(B, n, D, seed=2)
    assert_same(ours, attend, *arrays)
    assert np.allclose(ours.weights, weights[0], atol=1e-10)


@pytest.mark.parametrize("norm_first", [False, True])
def test_encoder_layer(norm_first):
    ours = EncoderLayer(np.random.default_rng(0), D, h, d_ff, norm_first).astype(np.float64)
    theirs = torch.nn.TransformerEncoderLayer(
        D, h, d_ff, 0.0, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    copy_attention(ours.self_attention, theirs.self_attn)
    copy_rest(ours, theirs)
    assert_same(ours, theirs, normal(B, n, D))


@pytest.mark.parametrize("norm_first", [False, True])
def test_decoder_layer(norm_first):
    ours = DecoderLayer(np.random.default_rng(0), D, h, d_ff, norm_first).astype(np.float64)
    theirs = torch.nn.TransformerDecoderLayer(
        D, h, d_ff, 0.0, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    copy_attention(ours.self_attention, theirs.self_attn)
    copy_attention(ours.cross_attention, theirs.multihead_attn)
    copy_rest(ours, theirs)
    forbidden = torch.tensor(~causal_mask(m))  # PyTorch's masks say where not to look
    assert_same(
        lambda y, memory: ours(y, memory, causal_mask(m)),
        lambda y, memory: theirs(y, memory, tgt_mask=forbidden),
        normal(B, m, D),
        normal(B, n, D, seed=1),
    )
