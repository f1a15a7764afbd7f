"""Day 9, inside the nets: gradients before training, responses after it, and blocks cut out.

gradient reach   ||dL/dh_l|| of every state h_l, as a multiple of that of the last one
response         std over the points of what a layer puts out, after BN, before ReLU  (figure 7)
bypass           block l becomes h_l = h_{l-1}, in a trained net    (Veit and others, 2016)
cut              the shortcut of block l is removed, in a trained net
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from u30.papers.d09_resnet import in_use
from u30.papers.d09_spiral import Nets, Spiral, evaluate, losses, start
from u30.tensor import Tensor

ARMS = {"plain": 0.0, "residual": 1.0}  # the number before the shortcut


def gradient_norms(
    depth: int, seeds: Iterable[int] = range(5), norm: bool = True
) -> dict[str, np.ndarray]:  # arm -> (d/2 + 1, R)
    """How large the loss's gradient is at each state of untrained nets, the last one's being 1."""
    nets, x, k = start(depth, ARMS, seeds, norm=norm)
    loss = losses(nets(Tensor(x)), k)
    for h in nets.states:
        h.retain_grad()
    loss.sum().backward()
    norms = np.array([np.sqrt((h.grad * h.grad).sum(axis=(1, 2))) for h in nets.states])
    norms /= norms[-1]
    return dict(zip(ARMS, np.split(norms, len(ARMS), axis=1)))


def responses(run: Spiral) -> dict[str, np.ndarray]:  # arm -> (d,R)
    """Standard deviation of each hidden layer's response over all points, mean over its units."""
    in_use(run.nets, run.x)
    stds = np.array([a.data.std(axis=2).mean(axis=1) for a in run.nets.responses])  # (d,A R)
    return {name: run.of(name, stds) for name in run.names}


def bypass(nets: Nets, block: int) -> None:
    """h_l = h_{l-1}: the block's branch says nothing, and its shortcut is there."""
    for p in nets.pairs[2 * block + 1].parameters():  # with gamma and beta, BN says 0
        p.data = 0 * p.data
    nets.shortcuts[block] = 1


def cut(nets: Nets, block: int) -> None:
    """Take the shortcut away and leave the branch."""
    nets.shortcuts[block] = 0


LESIONS = {"bypass": bypass, "cut": cut}


def lesions(run: Spiral, kind: str) -> dict[str, np.ndarray]:  # arm -> (d/2,R)
    """Training loss after one block at a time has been changed, with nothing trained again."""
    nets = run.nets
    weights, shortcuts = nets.state_dict(), nets.shortcuts.copy()
    found = []
    for block in range(len(shortcuts)):
        LESIONS[kind](nets, block)
        found.append(evaluate(nets, run.x, run.k)[0])
        nets.load_state_dict(weights)
        nets.shortcuts[...] = shortcuts
    return {name: run.of(name, np.array(found)) for name in run.names}


def logits_on_grid(run: Spiral, side: int, edge: float = 2.3) -> np.ndarray:  # -> (A R,side*side,3)
    """What the nets say at every point of a square, row by row from below."""
    line = np.linspace(-edge, edge, side)
    u, v = np.meshgrid(line, line)
    x = np.stack([u.ravel(), v.ravel(), np.ones(side * side)]).astype(np.float32)
    return in_use(run.nets, np.broadcast_to(x, (len(run.x), *x.shape))).data


def deepened(run: Spiral, blocks: int) -> Nets:
    """The nets of `run` with `blocks` more blocks at the end that change nothing (section 1).

    A layer with W = I, and gamma and beta equal to its own statistics, is the identity: in
    evaluation BN undoes itself, and ReLU leaves states alone that are not negative.
    """
    own = run.nets
    in_use(own, run.x)
    h = own.states[-1].data  # (S,H,B)
    S, H, _ = h.shape
    mean, var = h.mean(axis=2).ravel(), h.var(axis=2).ravel()
    none = np.zeros((blocks, S))
    nets = Nets([np.random.default_rng(0)] * S, np.concatenate([own.shortcuts, none]), H)
    nets.load_state_dict(nets.state_dict() | own.state_dict())
    for layer in nets.pairs[len(own.pairs) :]:
        layer.W.data = np.broadcast_to(np.eye(H, dtype=h.dtype), layer.W.shape).copy()
        layer.bn.running_mean, layer.bn.running_var = mean, var
        layer.bn.gamma.data, layer.bn.beta.data = np.sqrt(var + layer.bn.eps), mean.copy()
    return nets
