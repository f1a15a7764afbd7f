# /// u30
# id = "d03.2"
# title = "Where the masks stand"
# kind = "implement"
# difficulty = 3
# minutes = 30
# concepts = ["dropout", "stacked LSTM", "recurrent connections"]
# needs = ["d02.1"]
# timeout = 5
# ///
PROMPT = r"""
Put LSTM layers on top of one another: what a layer shows is the input of the layer above. The masks
have been drawn already, so nothing here is random. They can stand in one of three places:

| `place` | `masks[t, l]` multiplies |
|---|---|
| `"between"` | the input of layer l at step t; `masks[t, L]`: what the last layer shows |
| `"state"` | the old state $h_{t-1}$ of layer l, as it goes into the gates |
| `"cell"` | the old cell $c_{t-1}$ of layer l |
| `"none"` | nothing |

Write `stack_forward(xs, layers, masks, place)`. Layers are counted from 0, every layer starts from
zeros, and all are H wide, the input as well. Your `lstm_step(x, h, c, Wx, Wh, b)` from d02.1 is
given; it returns `(h, c, gates)`.

| name | shape | meaning |
|---|---|---|
| `xs` | `(T, B, H)` | the input |
| `layers` | list of L tuples | `(Wx, Wh, b)` of shapes `(H, 4H)`, `(H, 4H)`, `(4H,)` |
| `masks` | `(T, L + 1, B, H)` | numbers to multiply with |
| result | `(T, B, H)` | what the last layer shows, after its mask if it has one |

Mind who sees what. With `"between"`, the layer above sees a masked copy, but the layer *itself*
goes on with the state that it had.

One worked number: with one layer, one step, all weights 0 and b = (0, 0, 1, 0), the cell becomes
0.5 · tanh 1 = 0.3808 and the state 0.5 · tanh 0.3808 = 0.1817. With `"between"` and
`masks[0, 1] = 2` the result is 0.3634.
"""
HINTS = (
    "At step t, which arrays come from the step before, and which from the layer below? Which of "
    "them does each place of the table touch? And how many different masks does a run with L "
    "layers and T steps need if the last output has one, too?",
    "Two loops: over steps, and inside over layers. Keep a list with the state and the cell of "
    "each "
    "layer. The signal x starts as xs[t] and climbs. Before a layer, mask x (between), h "
    "(state) or "
    "c (cell); after it, store the h and c that came out, and let x be that h. Above the last "
    "layer "
    "x meets one more mask if the place is between.",
    "```python\n"
    "h = [np.zeros_like(xs[0]) for _ in layers]\n"
    "c = [np.zeros_like(xs[0]) for _ in layers]\n"
    "for t, x in enumerate(xs):\n"
    "    for l, weights in enumerate(layers):\n"
    "        m = masks[t, l]\n"
    '        x = x * m if place == "between" else x\n'
    "        ...                                    # the other two places\n"
    "        h[l], c[l], _ = lstm_step(x, old_h, old_c, *weights)\n"
    "        x = h[l]\n"
    "    ...                                        # and above the last layer\n"
    "```",
)
AFTER = r"""
`"between"` is the paper: its Figure 2 draws these connections dashed. You used T · (L + 1) masks
there and T · L in the other places. Two slips that nobody notices: to store the *masked* output as
the layer's state, which turns "between" into a dropout of the memory, and to forget the mask above
the last layer, which PyTorch's `nn.LSTM(dropout=p)` leaves out, together with the one below the
first: it drops at L − 1 places, and the paper at L + 1.
"""

# %% given
import numpy as np


# %% work
def stack_forward(
    xs,  # (T,B,H)
    layers,
    masks,  # (T,L+1,B,H)
    place,
):  # -> (T,B,H)
    """What the last of L LSTM layers shows at each step; masks in one place."""
    # >>> solution
    h = [np.zeros_like(xs[0]) for _ in layers]
    c = [np.zeros_like(xs[0]) for _ in layers]
    out = np.empty_like(xs)
    for t, x in enumerate(xs):
        for n, weights in enumerate(layers):
            mask = masks[t, n]
            x = x * mask if place == "between" else x
            old_h = h[n] * mask if place == "state" else h[n]
            old_c = c[n] * mask if place == "cell" else c[n]
            h[n], c[n], _ = lstm_step(x, old_h, old_c, *weights)
            x = h[n]
        out[t] = x * masks[t, -1] if place == "between" else x
    return out
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds


def problem(rng, T, L, B, H, p=0.4, dtype=float):
    """xs, layers, masks."""
    layers = [
        tuple(rng.normal(size=s).astype(dtype) for s in ((H, 4 * H), (H, 4 * H), (4 * H,)))
        for _ in range(L)
    ]
    masks = (rng.random((T, L + 1, B, H)) >= p).astype(dtype) / dtype(1 - p)
    return rng.normal(size=(T, B, H)).astype(dtype), layers, masks


def agree(you, ref, xs, layers, masks, place):
    (T, B, H), L = xs.shape, len(layers)
    want = ref.stack_forward(xs, layers, masks, place)
    close(you.stack_forward(xs, layers, masks, place), want, "the result", T=T, B=B, H=H, L=L)


def case_plain(you, rng, ref):
    """no masks at all: two layers, three steps"""
    xs, layers, masks = problem(rng, 3, 2, 1, 2)
    agree(you, ref, np.round(xs, 1), layers, masks, "none")


def case_one_layer_between(you, rng, ref):
    """one layer, one step, a mask below it and one above"""
    agree(you, ref, *problem(rng, 1, 1, 1, 4), "between")


def case_between(you, rng, ref):
    """ "between": every axis of different size"""
    agree(you, ref, *problem(rng, 5, 3, 2, 4), "between")


def case_state(you, rng, ref):
    """ "state": every axis of different size"""
    agree(you, ref, *problem(rng, 5, 3, 2, 4), "state")


def case_cell(you, rng, ref):
    """ "cell": every axis of different size"""
    agree(you, ref, *problem(rng, 5, 3, 2, 4), "cell")


def case_none(you, rng, ref):
    """ "none": every axis of different size"""
    agree(you, ref, *problem(rng, 5, 3, 2, 4), "none")


def case_masks_of_one(you, rng, ref):
    """masks that are all one change nothing, wherever they stand"""
    xs, layers, masks = problem(rng, 4, 2, 3, 5)
    want = ref.stack_forward(xs, layers, masks, "none")
    for place in ("between", "state", "cell"):
        got = you.stack_forward(xs, layers, np.ones_like(masks), place)
        close(got, want, f'the result with "{place}"', T=4, B=3, H=5)


def case_memory_untouched(you, rng, ref):
    """ "between", with layers that are deaf to what is below: only the last mask shows"""
    xs, layers, masks = problem(rng, 6, 2, 3, 4)
    deaf = [(0 * Wx, Wh, b) for Wx, Wh, b in layers]
    plain = ref.stack_forward(xs, deaf, masks, "none")
    got = you.stack_forward(xs, deaf, masks, "between")
    close(got, plain * masks[:, -1], "the result", T=6, B=3, H=4)


def case_every_mask_counts(you, rng, ref):
    """each single mask of "between" changes the result"""
    xs, layers, masks = problem(rng, 3, 2, 1, 3, p=0.0)
    base = you.stack_forward(xs, layers, masks, "between")
    ignored = []
    for t, n in np.ndindex(3, 3):
        changed = masks.copy()
        changed[t, n] *= 1.5
        if np.array_equal(you.stack_forward(xs, layers, changed, "between"), base):
            ignored.append((t, n))
    holds(not ignored, "Some masks (t, l) are never used.", ignored, "none left out")


def case_float32(you, rng, ref):
    """float32, four layers"""
    agree(you, ref, *problem(rng, 3, 4, 1, 2, dtype=np.float32), "between")


# %% wrong
EDITS = (
    (
        "last_output_not_masked",
        "What the last layer shows goes to the output layer, and that is a connection between "
        "layers, too: `masks[t, L]`.",
        'x * masks[t, -1] if place == "between" else x',
        "x",
    ),
    (
        "one_mask_for_all_steps",
        "Every step has masks of its own. Yours are those of step 0, again and again; that is "
        "what Gal "
        "and Ghahramani proposed later, not this paper.",
        "mask = masks[t, n]",
        "mask = masks[0, n]",
    ),
    (
        "masked_state_kept",
        "The layer stores its *masked* output and goes on with it at the next step. So the dropout "
        "reaches the recurrent connection, which is what the paper avoids: mask a copy on the way "
        "up, keep h as it was.",
        "            x = h[n]\n",
        '            x = h[n]\n            if place == "between":\n'
        "                h[n] = x * masks[t, n + 1]\n",
    ),
    (
        "first_input_not_masked",
        "The input of the first layer comes from below as well: `masks[t, 0]`.",
        'if place == "between" else x\n            old_h',
        'if place == "between" and n > 0 else x\n            old_h',
    ),
    (
        "state_and_cell_exchanged",
        '"state" is h, what the layer showed; "cell" is c, its memory. You have them the other way '
        "round.",
        'place == "state" else h[n]\n            old_c = c[n] * mask if place == "cell"',
        'place == "cell" else h[n]\n            old_c = c[n] * mask if place == "state"',
    ),
    (
        "states_shared_by_layers",
        "All layers read and write the same state. Each layer has an h and a c of its own.",
        "h[n], c[n], _ = lstm_step(x, old_h, old_c, *weights)",
        "h[:], c[:] = [[a] * len(layers) for a in lstm_step(x, old_h, old_c, *weights)[:2]]",
    ),
    (
        "cell_after_the_step",
        'The mask of "cell" belongs to the old cell *before* the step that uses it. You '
        "multiply the "
        "new cell with the mask of the step that made it: one step off.",
        """            old_c = c[n] * mask if place == "cell" else c[n]
            h[n], c[n], _ = lstm_step(x, old_h, old_c, *weights)
""",
        """            h[n], c[n], _ = lstm_step(x, old_h, c[n], *weights)
            c[n] = c[n] * mask if place == "cell" else c[n]
""",
    ),
    (
        "memory_lost",
        "Every step starts from zeros again. The states have to survive the loop over steps.",
        "        for n, weights in enumerate(layers):\n",
        "        h = [np.zeros_like(x) for _ in layers]\n"
        "        c = [np.zeros_like(x) for _ in layers]\n"
        "        for n, weights in enumerate(layers):\n",
    ),
)

SURVIVORS = {
    "h = [np.zeros_like(xs[0]) for _ in layers] -> h = [np.zeros_like(xs[-1]) for _ in "
    "layers]": "all steps have the same shape",
    "c = [np.zeros_like(xs[0]) for _ in layers] -> c = [np.zeros_like(xs[-1]) for _ in "
    "layers]": "all steps have the same shape",
}
