# /// u30
# id = "d13.5"
# title = "The whole Transformer, one token at a time"
# kind = "experiment"
# difficulty = 5
# minutes = 75
# concepts = ["decoder", "cross-attention", "causal mask", "greedy decoding", "leaks"]
# needs = ["d13.2", "d13.3", "d13.4"]
# timeout = 10
# ///
PROMPT = r"""
You have all the parts: `multi_head`, `positional_encoding`, `layer_norm` and `encoder_block` are
given. Put the model of Figure 1 together, let it write, and then let it cheat.

**1. `decoder_block(y, memory, params, h, mask)`**. Three sub-layers, each followed by its norm
(post-norm, ε = 1e-5): attention to itself under `mask`; attention to `memory`, what the encoder has
made of the source, without a mask; the feed-forward network.

**2. `transformer(params, src, tgt, h, mask=None)`** returns a score for each symbol at each place
of `tgt`. Both texts become rows of E times $\sqrt{d}$, plus positions (section 3.4). The source
goes through the encoder blocks, the target through the decoder blocks, which all read the *last*
encoder block's result; then `@ params["out"]`. Without a `mask` the target's is causal: place t
sees the places 0 to t, itself included.

**3. `greedy_decode(params, src, h, max_len, bos, eos)`**: start each row with `bos`, let the model
score what is there, append the best symbol, and go on to `max_len` symbols. After an `eos` a row
gets nothing but `eos`. Return the symbols without `bos`.

| name | shape | meaning |
|---|---|---|
| `y`; `memory` | `(B, m, d)`; `(B, n, d)` | target so far; encoded source |
| `mask` | `(m, m)` | True = may attend |
| `src`; `tgt` | `(B, n)`; `(B, m)` | symbols, whole numbers from 0 to V − 1 |
| results | `(B, m, d)`; `(B, m, V)`; `(B, max_len)` | of the first three |

The `params` of a decoder block are a dict: `Wq`, `Wk`, `Wv`, `Wo` for the attention to itself,
`Cq`, `Ck`, `Cv`, `Co` for that to the memory, `W1`, `b1`, `W2`, `b2`, and the norms in their order:
`g1`, `s1`, `g2`, `s2`, `g3`, `s3`. Those of a model: `E` (V, d), `out` (d, V), and two lists of
such dicts, `encoder` and `decoder`.

One worked number: if all matrices of a decoder block are 0, its biases 0 and its gains 1, then the
row (1, 3) becomes (−1, 1), up to ε.

**4. `experiment(params, src, tgt, h, bos, masks)`**. In training, the decoder reads the right
answer, one place late (*teacher forcing*): `bos` and then `tgt` without its last symbol. If a mask
shows it one place too many, the symbol that it should guess is in view. To see who profits, train
as little as possible: weights stay random, only `out` is fitted. For each of the `masks`:

- fit: `out = fit(states, answers, V)`, on the first half of the rows with teacher forcing under
  this mask. `states` are what the last decoder block returns; you get them from `transformer` with
  the identity as `out`.
- `forced`: the share of right symbols on the *second* half, teacher forcing, same mask.
- `free`: the share when the model writes the second half on its own (`greedy_decode`, `eos` −1, so
  that it never stops early).

Return `(forced, free)`, two arrays with an entry for each mask.

Now guess, and write it down. `game(kind)` makes 400 strings and three masks: causal, *one off*
(each place sees one more), and none at all. In the game `"dice"` the answer is thrown with a
four-sided die, so honest work scores 0.25. Which mask lets the model cheat **most**? In `"reverse"`
the answer is the source, backwards. Which mask has the best score in training, and which model
writes best? Then run `experiment(*game("dice"))` and `experiment(*game("reverse"))`.
"""
HINTS = (
    "Cross-attention: who asks, and who is asked? When your decoder has read `bos` and two "
    "symbols, which of its three rows of scores says what comes next? And under a mask that shows "
    "one place too many, where exactly does the answer stand?",
    "Each sub-layer is y = layer_norm(y + ..., gain, shift); in the second one y asks and memory "
    "is asked. The causal mask is `np.tri(m, dtype=bool)`. Greedy: a growing array that starts as "
    "a column of bos; only the last row of scores counts; where the last symbol is eos already, "
    'append eos. Experiment: `params | {"out": np.eye(d)}` gives the states; the input of the '
    "decoder is np.hstack of a column of bos and tgt[:, :-1].",
    "```python\n"
    "tokens = np.full((len(src), 1), bos)\n"
    "for _ in range(max_len):\n"
    "    best = transformer(params, src, tokens, h)[:, -1].argmax(axis=-1)\n"
    "    best = np.where(..., eos, best)\n"
    "    tokens = np.hstack([tokens, best[:, None]])\n"
    "return tokens[:, 1:]\n"
    "# experiment, for one mask; read = bos and then tgt, one place late\n"
    'bare = params | {"out": np.eye(d)}\n'
    "states = transformer(bare, src[:half], read[:half], h, mask)\n"
    'fitted = params | {"out": fit(states, tgt[:half], V)}\n'
    "```",
)
AFTER = r"""
The die first: the causal model scores 0.22, which is chance; the one without any mask 0.45; the one
that is *one off* 0.68. The smaller hole leaks more: without a mask the answer is one voice among
five, one off it is one among few. Now "reverse". One off has the best score in training, 0.74
against the honest 0.58, and writes worst by far, 0.32 against 0.44. And without a mask the score in
training is *below* the honest one, so nothing looks too good, though the model reads ahead. It
writes no worse here: random attention dilutes the answer so much that it is not worth relying on.
Attention that is trained can learn where to look (you derived the matrix for it in d13.3). So a
score with teacher forcing says nothing about a mask. What does: data with nothing in it to learn,
such as dice, or to change a later symbol and see whether an earlier score moves, as one of the
checks did.
"""

# %% given
import numpy as np


def fit(states, answers, V):
    """The matrix (d, V) from states to one-hot answers, by least squares."""
    X, Y = states.reshape(-1, states.shape[-1]), np.eye(V)[answers.reshape(-1)]
    return np.linalg.solve(X.T @ X + 1e-3 * np.eye(X.shape[1]), X.T @ Y)


def random_model(rng, V, d, f, blocks=1):
    """A Transformer with random weights and no biases."""

    def block(norms, *attentions):
        shapes = {a + b: (d, d) for a in attentions for b in "qkvo"}
        shapes |= {"W1": (d, f), "W2": (f, d)}
        params = {}
        for name, shape in shapes.items():
            params[name] = rng.normal(size=shape) / np.sqrt(shape[0])
        params |= {"b1": np.zeros(f), "b2": np.zeros(d)}
        params |= {f"g{i + 1}": np.ones(d) for i in range(norms)}
        return params | {f"s{i + 1}": np.zeros(d) for i in range(norms)}

    E, out = rng.normal(size=(V, d)) / np.sqrt(d), rng.normal(size=(d, V))
    encoder = [block(2, "W") for _ in range(blocks)]
    return {
        "E": E,
        "out": out,
        "encoder": encoder,
        "decoder": [block(3, "W", "C") for _ in encoder],
    }


def game(kind, rows=400, n=5, seed=0, d=32):
    """Random model, sources and answers (1 to 4), 4 heads, bos 0, 3 masks."""
    rng = np.random.default_rng(seed)
    params = random_model(rng, 5, d, 2 * d)
    size = (rows, n)
    src = rng.integers(1, 5, size=size)
    tgt = src[:, ::-1] if kind == "reverse" else rng.integers(1, 5, size=size)
    masks = [np.tri(n, n, ahead, dtype=bool) for ahead in (0, 1, n)]
    return params, src, tgt, 4, 0, masks


# %% work
def decoder_block(y, memory, params, h, mask):  # (B,m,d), (B,n,d) -> (B,m,d)
    """Masked self-attention, attention to memory, feed-forward; post-norm."""
    # >>> solution
    own, cross = ([params[a + b] for b in "qkvo"] for a in "WC")
    heard = multi_head(y, y, *own, h, mask)
    y = layer_norm(y + heard, params["g1"], params["s1"])
    recalled = multi_head(y, memory, *cross, h)
    y = layer_norm(y + recalled, params["g2"], params["s2"])
    inner = np.maximum(y @ params["W1"] + params["b1"], 0)
    thought = inner @ params["W2"] + params["b2"]
    return layer_norm(y + thought, params["g3"], params["s3"])
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def transformer(params, src, tgt, h, mask=None):  # (B,n), (B,m) -> (B,m,V)
    """A score for each symbol at each place of the target."""
    # >>> solution
    E, d = params["E"], params["E"].shape[1]
    x = E[src] * d**0.5 + positional_encoding(src.shape[1], d)
    y = E[tgt] * d**0.5 + positional_encoding(tgt.shape[1], d)
    if mask is None:
        mask = np.tri(tgt.shape[1], dtype=bool)
    for block in params["encoder"]:
        x = encoder_block(x, block, h)
    for block in params["decoder"]:
        y = decoder_block(y, x, block, h, mask)
    return y @ params["out"]
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def greedy_decode(params, src, h, max_len, bos, eos):  # (B,n) -> (B,max_len)
    """What the model writes, always taking the best symbol."""
    # >>> solution
    tokens = np.full((len(src), 1), bos)
    for _ in range(max_len):
        best = transformer(params, src, tokens, h)[:, -1].argmax(axis=-1)
        best = np.where(tokens[:, -1] == eos, eos, best)
        tokens = np.hstack([tokens, best[:, None]])
    return tokens[:, 1:]
    # --- starter
    # raise NotImplementedError("third part")
    # <<<


def experiment(params, src, tgt, h, bos, masks):  # -> two arrays (len(masks),)
    """Share of right symbols for each mask: teacher forcing, free writing."""
    # >>> solution
    V, d = params["E"].shape
    half, m = len(src) // 2, tgt.shape[1]
    read = np.hstack([np.full((len(tgt), 1), bos), tgt[:, :-1]])
    forced, free = [], []
    for mask in masks:
        states = transformer(params | {"out": np.eye(d)}, src, read, h, mask)
        out = fit(states[:half], tgt[:half], V)
        guessed = (states[half:] @ out).argmax(axis=-1)
        forced.append(np.mean(guessed == tgt[half:]))
        fitted = params | {"out": out}
        written = greedy_decode(fitted, src[half:], h, m, bos, -1)
        free.append(np.mean(written == tgt[half:]))
    return np.array(forced), np.array(free)
    # --- starter
    # raise NotImplementedError("fourth part")
    # <<<


# %% check
from u30.learn.cases import close, holds


def model(rng, V, d, f, blocks=1):
    """A random model whose norms and biases are not trivial."""
    params = random_model(rng, V, d, f, blocks)
    for block in params["encoder"] + params["decoder"]:
        for name in block:
            if name[0] in "gsb":
                block[name] = block[name] + 0.2 * rng.normal(size=block[name].shape)
    return params


def causal(m):
    return np.tri(m, dtype=bool)


def agree_block(you, ref, y, memory, params, h, mask):
    (B, m, d), n = y.shape, memory.shape[1]
    arguments = (y, memory, params, h, mask)
    want = ref.decoder_block(*arguments)
    close(you.decoder_block(*arguments), want, "the block's result", B=B, m=m, n=n, d=d)


def block_problem(rng, B, m, n, d, f):
    """y, memory, and a decoder block."""
    params = model(rng, 3, d, f)["decoder"][0]
    return rng.normal(size=(B, m, d)), rng.normal(size=(B, n, d)), params


def case_block_only_norms(you, rng, ref):
    """decoder_block: all matrices and biases 0, the row (1, 3)"""
    y, memory, params = block_problem(rng, 1, 1, 1, 2, 2)
    params = {name: 0 * value + (name[0] == "g") for name, value in params.items()}
    agree_block(you, ref, np.array([[[1.0, 3.0]]]), memory, params, 1, causal(1))


def case_block(you, rng, ref):
    """decoder_block: B, m, n, d, f and h of different size"""
    agree_block(you, ref, *block_problem(rng, 2, 5, 3, 8, 7), 4, causal(5))


def case_block_same_lengths(you, rng, ref):
    """decoder_block: source and target of the same length"""
    agree_block(you, ref, *block_problem(rng, 2, 4, 4, 6, 5), 3, causal(4))


def case_block_other_mask(you, rng, ref):
    """decoder_block: a mask that is not causal"""
    agree_block(you, ref, *block_problem(rng, 1, 3, 3, 4, 5), 2, np.eye(3, dtype=bool)[::-1])


def problem(rng, B, n, m, V, d=4, f=5, blocks=1):
    """A model, src and tgt."""
    params = model(rng, V, d, f, blocks)
    return params, rng.integers(V, size=(B, n)), rng.integers(V, size=(B, m))


def agree(you, ref, params, src, tgt, h, *mask):
    (B, n), m, (V, d) = src.shape, tgt.shape[1], params["E"].shape
    arguments = (params, src, tgt, h, *mask)
    want = ref.transformer(*arguments)
    close(you.transformer(*arguments), want, "the scores", B=B, n=n, m=m, V=V, d=d)


def case_one_symbol(you, rng, ref):
    """transformer: one symbol in, one symbol out"""
    agree(you, ref, *problem(rng, 1, 1, 1, 3), 1)


def case_no_blocks(you, rng, ref):
    """transformer: no blocks at all, so only embeddings and positions"""
    agree(you, ref, *problem(rng, 2, 3, 4, 5, blocks=0), 2)


def case_leak(you, rng, ref):
    """transformer: a later symbol of the target changes no earlier score"""
    params, src, tgt = problem(rng, 1, 3, 6, 9, d=8, blocks=2)
    t = int(rng.integers(1, 5))
    other = tgt.copy()
    other[0, t] = (tgt[0, t] + 1) % 9
    before, after = (you.transformer(params, src, seen, 2) for seen in (tgt, other))
    moved = np.abs(np.asarray(after) - before).max(axis=(0, 2)) > 1e-9
    first = int(np.argmax(moved)) if moved.any() else 6
    message = f"Symbol {t} of the target was changed, and the scores at place {first} moved."
    holds(first >= t, message + " That is the future.", f"place {first}", f"place {t} and later")
    message = f"Symbol {t} of the target was changed, and the scores at place {t} did not notice."
    holds(first == t, message, f"place {first} or never", f"place {t}")


def case_sizes(you, rng, ref):
    """transformer: B, n, m, V, d and h of different size"""
    agree(you, ref, *problem(rng, 2, 3, 5, 7, d=8), 4)


def case_three_blocks(you, rng, ref):
    """transformer: three blocks on each side"""
    agree(you, ref, *problem(rng, 2, 4, 3, 5, blocks=3), 2)


def case_mask_given(you, rng, ref):
    """transformer: another mask than the causal one"""
    agree(you, ref, *problem(rng, 2, 3, 4, 5), 2, np.ones((4, 4), dtype=bool))


def agree_decode(you, ref, params, src, h, max_len, bos, eos):
    arguments = (params, src, h, max_len, bos, eos)
    want = ref.greedy_decode(*arguments)
    got = you.greedy_decode(*arguments)
    close(got, want, "what is written", B=len(src), max_len=max_len, n=src.shape[1])


def case_one_step(you, rng, ref):
    """greedy_decode: one symbol"""
    params, src, _ = problem(rng, 4, 3, 1, 6)
    agree_decode(you, ref, params, src, 2, 1, 5, -1)


def case_decode(you, rng, ref):
    """greedy_decode: several texts, no end"""
    params, src, _ = problem(rng, 5, 3, 1, 9, d=8)
    agree_decode(you, ref, params, src, 2, 6, int(rng.integers(9)), -1)


def case_ends(you, rng, ref):
    """greedy_decode: some texts end before others"""
    for _ in range(100):
        params, src, _ = problem(rng, 8, 3, 1, 6)
        endless = ref.greedy_decode(params, src, 2, 6, 0, -1)
        eos = int(endless[0, 2])
        ended = np.cumsum(endless == eos, axis=1) > 0
        waits = ended.any(axis=0) & ~ended.all(axis=0) & (endless != eos).any(axis=0)
        goes_on = (ended & (endless != eos)).any(axis=0)
        if eos and waits[:-1].sum() > 2 and goes_on.any() and not ended[:, 0].any():
            break
    agree_decode(you, ref, params, src, 2, 6, 0, eos)


def agree_experiment(you, ref, rng, kind, ahead, rows, m):
    """The game on a few rows of 4 symbols, with answers of m and other masks."""
    params, src, tgt, h, bos, _ = game(kind, rows, 4, int(rng.integers(1000)), 16)
    masks = [np.tri(m, m, k, dtype=bool) for k in ahead]
    arguments = (params, src, tgt[:, :m], h, bos, masks)
    close(you.experiment(*arguments), ref.experiment(*arguments), ("forced", "free"))


def case_experiment_dice(you, rng, ref):
    """experiment: dice, the causal mask alone, answers shorter than sources"""
    agree_experiment(you, ref, rng, "dice", (0,), 60, 3)


def case_experiment_reverse(you, rng, ref):
    """experiment: reverse, three masks, an odd number of texts"""
    agree_experiment(you, ref, rng, "reverse", (1, 0, -1), 61, 4)


# %% wrong
SURVIVORS = {
    "inner = np.maximum(y @ params['W1'] + params['b1'], 0) -> "
    "inner = np.maximum(0, y @ params['W1'] + params['b1'])": "a maximum has no order",
    "mask = np.tri(tgt.shape[1], dtype=bool) -> mask = np.tri(tgt.shape[1])": "ones and zeros are "
    "a mask as well",
    "best = transformer(params, src, tokens, h)[:, -1].argmax(axis=-1) -> "
    "best = transformer(params, src, tokens, h)[:, -1].argmax(axis=1)": "of two axes the second is "
    "the last",
    "out = fit(states[:half], tgt[:half], V) -> out = fit(states[:half], tgt[:half], d)": "columns "
    "for symbols that do not exist stay at zero",
    "written = greedy_decode(fitted, src[half:], h, m, bos, -1) -> "
    "written = greedy_decode(fitted, src[half:], h, m, bos, -2)": "neither is a symbol",
}
EDITS = (
    (
        "memory_not_read",
        "In the second sub-layer y attends to itself again. Keys and values come from `memory`: "
        "without it the decoder never learns what the source says.",
        "multi_head(y, memory, *cross, h)",
        "multi_head(y, y, *cross, h)",
    ),
    (
        "cross_attention_turned_round",
        "In cross-attention the *decoder* asks: queries from y, keys and values from `memory`. "
        "Yours is the other way round.",
        "multi_head(y, memory, *cross, h)",
        "multi_head(memory, y, *cross, h)",
    ),
    (
        "memory_masked",
        "The mask belongs to the first attention only. All of the source may be read at any time.",
        "multi_head(y, memory, *cross, h)",
        "multi_head(y, memory, *cross, h, mask)",
    ),
    (
        "mask_not_used",
        "The mask never reaches the self-attention: every place sees the whole target.",
        "multi_head(y, y, *own, h, mask)",
        "multi_head(y, y, *own, h)",
    ),
    (
        "memory_first",
        "The order is: itself, memory, network. You read the memory first.",
        """    heard = multi_head(y, y, *own, h, mask)
    y = layer_norm(y + heard, params["g1"], params["s1"])
    recalled = multi_head(y, memory, *cross, h)
    y = layer_norm(y + recalled, params["g2"], params["s2"])
""",
        """    recalled = multi_head(y, memory, *cross, h)
    y = layer_norm(y + recalled, params["g2"], params["s2"])
    heard = multi_head(y, y, *own, h, mask)
    y = layer_norm(y + heard, params["g1"], params["s1"])
""",
    ),
    (
        "one_set_of_matrices",
        "Both attentions use the same matrices. The one to the memory has its own: Cq, Ck, Cv, Co.",
        'for a in "WC")',
        'for a in "WW")',
    ),
    (
        "norms_reused",
        "There are three norms in a decoder block. Your second uses the first one's gain and "
        "shift.",
        'params["g2"], params["s2"]',
        'params["g1"], params["s1"]',
    ),
    (
        "no_residual_at_the_memory",
        "What is read from the memory is *added* to y. Without the residual a place forgets what "
        "it was itself.",
        "layer_norm(y + recalled",
        "layer_norm(recalled",
    ),
    (
        "not_scaled_by_the_root_of_d",
        "The rows of E are multiplied by √d before the positions are added (section 3.4). Without "
        "it the positions drown the symbols.",
        "    x = E[src] * d**0.5",
        "    E = E / d**0.5\n    x = E[src] * d**0.5",
    ),
    (
        "positions_of_the_target_missing",
        "The target has no positions. A decoder needs them as much as the encoder.",
        "y = E[tgt] * d**0.5 + positional_encoding(tgt.shape[1], d)",
        "y = E[tgt] * d**0.5",
    ),
    (
        "positions_of_the_source_missing",
        "The source has no positions, so the encoder reads a set of symbols, not a text.",
        "x = E[src] * d**0.5 + positional_encoding(src.shape[1], d)",
        "x = E[src] * d**0.5",
    ),
    (
        "sees_one_place_too_many",
        "Your mask is off by one: place t sees place t + 1, which is the very symbol that it "
        "should guess. In training this looks wonderful.",
        "np.tri(tgt.shape[1], dtype=bool)",
        "np.tri(tgt.shape[1], k=1, dtype=bool)",
    ),
    (
        "does_not_see_itself",
        "Your mask is off by one: place t must not see later places, but it may see *itself*. "
        "(`np.triu(..., k=0)` as what is forbidden forbids the diagonal, too: it is k=1.)",
        "np.tri(tgt.shape[1], dtype=bool)",
        "np.tri(tgt.shape[1], k=-1, dtype=bool)",
    ),
    (
        "sees_only_the_future",
        "Your mask is upside down: place t sees t and everything after it. Row = who asks, column "
        "= who is asked.",
        "np.tri(tgt.shape[1], dtype=bool)",
        "np.tri(tgt.shape[1], dtype=bool).T",
    ),
    (
        "no_mask_by_default",
        "Without a `mask`, your decoder sees the whole target. The default is the causal mask.",
        "mask = np.tri(tgt.shape[1], dtype=bool)",
        "mask = np.array(True)",
    ),
    (
        "mask_overwritten",
        "You always use the causal mask. If a `mask` is given, take that one.",
        "if mask is None:",
        "if True:",
    ),
    (
        "source_not_encoded",
        "The decoder reads the bare embeddings of the source. It should read what the *last* "
        "encoder block has made of them.",
        "        x = encoder_block(x, block, h)\n",
        "        encoder_block(x, block, h)\n",
    ),
    (
        "floor_by_floor",
        "Your decoder block i reads encoder block i. All of them read the result of the *last* "
        "encoder block.",
        """    for block in params["encoder"]:
        x = encoder_block(x, block, h)
    for block in params["decoder"]:
        y = decoder_block(y, x, block, h, mask)
""",
        """    for lower, block in zip(params["encoder"], params["decoder"]):
        x = encoder_block(x, lower, h)
        y = decoder_block(y, x, block, h, mask)
""",
    ),
    (
        "first_row_of_scores",
        "You take the scores at place 0, which say what follows `bos`: so every symbol is the "
        "first one again. What comes next stands in the *last* row.",
        "transformer(params, src, tokens, h)[:, -1]",
        "transformer(params, src, tokens, h)[:, 0]",
    ),
    (
        "only_the_last_symbol_read",
        "You give the model nothing but the last symbol. It needs the whole prefix at every step; "
        "unlike an LSTM it keeps no state.",
        "transformer(params, src, tokens, h)[:, -1]",
        "transformer(params, src, tokens[:, -1:], h)[:, -1]",
    ),
    (
        "goes_on_after_the_end",
        "After an `eos` a row gets nothing but `eos`. Yours goes on writing.",
        "best = np.where(tokens[:, -1] == eos, eos, best)",
        "pass",
    ),
    (
        "stops_when_the_first_is_done",
        "You stop as soon as one row has written `eos`. The others have not finished: stop when "
        "*all* have, and fill up with `eos`.",
        "        tokens = np.hstack([tokens, best[:, None]])\n",
        """        tokens = np.hstack([tokens, best[:, None]])
        if (best == eos).any():
            rest = np.full((len(src), max_len + 1 - tokens.shape[1]), eos)
            return np.hstack([tokens, rest])[:, 1:]
""",
    ),
    (
        "bos_kept",
        "The result still begins with `bos`. Return what was written after it.",
        "return tokens[:, 1:]",
        "return tokens[:, :-1]",
    ),
    (
        "worst_symbol",
        "You append the symbol with the *lowest* score.",
        "transformer(params, src, tokens, h)[:, -1].argmax(axis=-1)",
        "transformer(params, src, tokens, h)[:, -1].argmin(axis=-1)",
    ),
    (
        "answer_not_shifted",
        "The decoder reads the answer itself, not one place late, so place t sees symbol t and has "
        "to say symbol t. Put `bos` in front and leave the last symbol out.",
        "read = np.hstack([np.full((len(tgt), 1), bos), tgt[:, :-1]])",
        "read = tgt",
    ),
    (
        "scored_on_what_was_fitted",
        "You score the rows that `out` was fitted to. That measures memory: take the second half.",
        """        guessed = (states[half:] @ out).argmax(axis=-1)
        forced.append(np.mean(guessed == tgt[half:]))
""",
        """        guessed = (states[:half] @ out).argmax(axis=-1)
        forced.append(np.mean(guessed == tgt[:half]))
""",
    ),
    (
        "fitted_on_everything",
        "You fit `out` to all rows, so it knows the second half before it is asked.",
        "fit(states[:half], tgt[:half], V)",
        "fit(states, tgt, V)",
    ),
    (
        "causal_for_all",
        "All your models are trained under the causal mask. Each mask gets states and an `out` of "
        "its own.",
        "src, read, h, mask)\n        out = fit",
        "src, read, h)\n        out = fit",
    ),
    (
        "whole_texts_counted",
        "You count texts that are right from end to end. Asked for is the share of *symbols*.",
        "free.append(np.mean(written == tgt[half:]))",
        "free.append(np.mean((written == tgt[half:]).all(axis=1)))",
    ),
    (
        "first_half_written",
        "Your model writes the first half, to which `out` was fitted. Let it write the second.",
        "src[half:], h, m, bos, -1)\n        free.append(np.mean(written == tgt[half:]))",
        "src[:half], h, m, bos, -1)\n        free.append(np.mean(written == tgt[:half]))",
    ),
)
