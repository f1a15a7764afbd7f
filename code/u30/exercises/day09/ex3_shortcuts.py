# /// u30
# id = "d09.3"
# title = "Three kinds of shortcut"
# kind = "implement"
# difficulty = 3
# minutes = 30
# concepts = ["identity shortcut", "projection shortcut", "stride", "zero padding"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
F(x) + x needs two arrays of one shape. Where a stage of the network begins, F halves height and
width and doubles the channels, so x has to be fitted. The paper compares three ways (section 4.1,
table 3):

| option | where the shape stays | where it changes |
|---|---|---|
| `"A"` | x itself | every `stride`-th row and column of x, and new channels **full of zeros** |
| `"B"` | x itself | a projection: the same pixels, each times the matrix $W_s$ |
| `"C"` | a projection | a projection |

The shape changes if `stride` > 1 or `C2` ≠ `C`. Subsampling keeps the pixels 0, stride, 2·stride, …
in both directions; new channels come after the old ones. A projection is a 1 × 1 convolution: the
C2 channels of a pixel are its C channels times $W_s$. (In the paper batch normalisation follows.)

**1. `shortcut(x, C2, stride, option, Ws)`** returns the array to add.

**2. `extra_weights(blocks, option)`**: how many weights do the shortcuts of a whole network have?
`blocks` lists (C, C2, stride) of each block. Count the matrices, nothing else.

| name | shape | meaning |
|---|---|---|
| `x` | `(B, C, H, W)` | B pictures of C channels, any height and width |
| `C2`, `stride` | whole numbers | channels and stride of the block; C2 ≥ C |
| `Ws` | `(C, C2)`, or `None` where nothing is projected | the projection |
| result of `shortcut` | `(B, C2, ⌈H/stride⌉, ⌈W/stride⌉)` | |

One worked number: a single pixel with the channels [3, 5], stride 1 and C2 = 3 becomes [3, 5, 0]
with option A. With option B it costs 2 · 3 = 6 weights.

Now guess, and write it down. `RESNET34` is given: its 16 blocks. Its convolutions have 21 million
weights. What do option B and option C add: 1 %, 5 %, 20 %? Then run it:

```python
for option in "ABC":
    print(option, extra_weights(RESNET34, option))
```
"""
HINTS = (
    "A slice takes every second element: what are its three numbers, and which two of the four "
    "axes need one? And when does option B have to do the same as option C, when as option A?",
    "First ask whether anything has to be done: options A and B return x where the shape stays. "
    "Then cut: `x[:, :, ::stride, ::stride]`. Option A joins it with zeros of shape (B, C2 − C, "
    "height, width) along axis 1. A projection is a sum over C at each pixel: `np.einsum`.",
    "```python\n"
    "same = stride == 1 and C2 == x.shape[1]\n"
    "if ...:\n"
    "    return x\n"
    "x = x[:, :, ::stride, ::stride]\n"
    "if option == 'A':\n"
    "    B, C, H, W = x.shape\n"
    "    return np.concatenate([x, np.zeros((B, C2 - C, H, W), x.dtype)], axis=1)\n"
    "return np.einsum('bchw,ck->bkhw', x, Ws)\n"
    "```",
)
AFTER = r"""
Option B adds 0.8 %, option C 5 %. In table 3 they take the error of the 34-layer net on ImageNet
from 25.03 % (A) to 24.52 % (B) and 24.19 % (C); the plain net has 28.54 %. So nearly all of the
gain comes from *having* a shortcut, even one that throws away three of four pixels and fills half
of the channels with zeros. The authors conclude that projections are not essential for the
degradation problem, keep B for their deeper ImageNet nets, and use A on CIFAR-10, where a residual
net then has exactly as many weights as its plain twin. Option A is option B with a matrix that
nobody trains: ones on its diagonal, zeros elsewhere.
"""

# %% given
import numpy as np

RESNET34 = [
    *3 * [(64, 64, 1)],
    *[(64, 128, 2), *3 * [(128, 128, 1)]],
    *[(128, 256, 2), *5 * [(256, 256, 1)]],
    *[(256, 512, 2), *2 * [(512, 512, 1)]],
]


# %% work
def shortcut(x, C2, stride, option, Ws):  # (B,C,H,W) -> (B,C2,H',W')
    """What is added to F(x): x, or x fitted to another shape."""
    # >>> solution
    C = x.shape[1]
    if option != "C" and stride == 1 and C2 == C:
        return x
    x = x[:, :, ::stride, ::stride]
    if option == "A":
        B, _, H, W = x.shape
        return np.concatenate([x, np.zeros((B, C2 - C, H, W), x.dtype)], axis=1)
    return np.einsum("bchw,ck->bkhw", x, Ws)
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def extra_weights(blocks, option):  # list of (C, C2, stride) -> whole number
    """Weights in the shortcuts of all blocks."""
    # >>> solution
    total = 0
    for C, C2, stride in blocks:
        changes = stride > 1 or C2 != C
        if option == "C" or (option == "B" and changes):
            total += C * C2
    return total
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close


def problem(rng, B, C, H, W, C2, dtype=float):
    """x and a projection."""
    x, Ws = rng.normal(size=(B, C, H, W)), rng.normal(size=(C, C2))
    return x.astype(dtype), Ws.astype(dtype)


def agree(you, ref, x, C2, stride, option, Ws=None):
    want = ref.shortcut(x, C2, stride, option, Ws)
    got = you.shortcut(x, C2, stride, option, Ws)
    close(got, want, "the shortcut", exact_dtype=True, B=len(x), C2=C2)


def case_one_pixel(you, rng, ref):
    """option A: one pixel gets a third channel"""
    x, _ = problem(rng, 1, 2, 1, 1, 3)
    agree(you, ref, np.round(x, 1), 3, 1, "A")


def case_nothing_to_do(you, rng, ref):
    """options A and B where the shape stays: x itself"""
    x, _ = problem(rng, 2, 3, 4, 5, 3)
    agree(you, ref, x, 3, 1, "A")
    agree(you, ref, x, 3, 1, "B")


def case_zero_padding(you, rng, ref):
    """option A: half the size, twice the channels, every axis different"""
    x, _ = problem(rng, 3, 2, 4, 6, 4)
    agree(you, ref, x, 4, 2, "A")


def case_odd_sizes(you, rng, ref):
    """option A on pictures of odd height and width"""
    x, _ = problem(rng, 2, 3, 5, 7, 6)
    agree(you, ref, x, 6, 2, "A")


def case_only_smaller(you, rng, ref):
    """option A with a stride of 3 and no new channel"""
    x, _ = problem(rng, 2, 3, 8, 5, 3)
    agree(you, ref, x, 3, 3, "A")


def case_only_wider(you, rng, ref):
    """option A with new channels and no stride, as many pictures as channels"""
    x, _ = problem(rng, 3, 3, 3, 3, 5)
    agree(you, ref, x, 5, 1, "A")


def case_float32(you, rng, ref):
    """option A in float32: the zeros are float32, too"""
    x, _ = problem(rng, 2, 2, 4, 4, 4, np.float32)
    agree(you, ref, x, 4, 2, "A")


def case_projection(you, rng, ref):
    """option B: half the size, other channels"""
    x, Ws = problem(rng, 2, 3, 6, 4, 5)
    agree(you, ref, x, 5, 2, "B", Ws)


def case_projection_odd(you, rng, ref):
    """option B on odd sizes, without new channels: a smaller picture is another shape, too"""
    x, Ws = problem(rng, 2, 4, 5, 3, 4)
    agree(you, ref, x, 4, 2, "B", Ws)


def case_projection_wider(you, rng, ref):
    """option B with new channels and no stride"""
    x, Ws = problem(rng, 2, 3, 4, 5, 6)
    agree(you, ref, x, 6, 1, "B", Ws)


def case_always_projected(you, rng, ref):
    """option C where the shape stays"""
    x, Ws = problem(rng, 2, 3, 4, 5, 3)
    agree(you, ref, x, 3, 1, "C", Ws)


def case_projected_and_smaller(you, rng, ref):
    """option C where the shape changes, on a view in float32"""
    x, Ws = problem(rng, 4, 3, 8, 6, 4, np.float32)
    agree(you, ref, x[::2, :, :, ::-1], 4, 2, "C", Ws)


def case_a_is_a_special_b(you, rng, ref):
    """option A is option B with ones on the diagonal of Ws"""
    x, _ = problem(rng, 2, 3, 6, 5, 5)
    want = ref.shortcut(x, 5, 2, "B", np.eye(3, 5))
    close(you.shortcut(x, 5, 2, "A", None), want, "the shortcut", B=2, C2=5)


def count(you, ref, blocks, option):
    what = f'extra_weights(...,"{option}")'
    close(you.extra_weights(blocks, option), ref.extra_weights(blocks, option), what)


def case_one_block(you, rng, ref):
    """weights of one shortcut, in each option"""
    for option in "ABC":
        count(you, ref, [(2, 3, 1)], option)


def case_shape_stays(you, rng, ref):
    """weights of blocks whose shape stays"""
    C = int(rng.integers(3, 9))
    for option in "ABC":
        count(you, ref, [(C, C, 1), (C, C, 1)], option)


def case_whole_network(you, rng, ref):
    """weights of a network with all kinds of blocks"""
    C = int(rng.integers(3, 9))
    blocks = [(C, C, 1), (C, 2 * C, 2), (2 * C, 2 * C, 1), (2 * C, 2 * C, 2), (2 * C, 5 * C, 1)]
    for option in "ABC":
        count(you, ref, blocks, option)


def case_no_block(you, rng, ref):
    """a network without blocks"""
    count(you, ref, [], "C")


# %% wrong
EDITS = (
    (
        "averaged",
        "You take the mean of each little square. The paper's shortcut has a stride: it keeps one "
        "pixel of each square and drops the others.",
        "    x = x[:, :, ::stride, ::stride]\n",
        """    tiles = [x[:, :, i::stride, j::stride] for i in range(stride) for j in range(stride)]
    H, W = tiles[0].shape[2:]
    fit = [np.pad(t, ((0, 0), (0, 0), (0, H - t.shape[2]), (0, W - t.shape[3]))) for t in tiles]
    x = sum(fit) / x.dtype.type(stride * stride)
""",
    ),
    (
        "one_axis_only",
        "Only the rows are subsampled. The stride holds for height and width.",
        "x[:, :, ::stride, ::stride]",
        "x[:, :, ::stride]",
    ),
    (
        "channels_last",
        "You subsample the channels: the axes are (B, C, H, W), so height and width are the last "
        "two.",
        "x[:, :, ::stride, ::stride]",
        "x[:, ::stride, ::stride]",
    ),
    (
        "second_pixel_kept",
        "You keep the second pixel of each square. Subsampling begins with pixel 0: `::stride`.",
        "x[:, :, ::stride, ::stride]",
        "x[:, :, stride - 1 :: stride, stride - 1 :: stride]",
    ),
    (
        "odd_row_lost",
        "With an odd height the last row gets lost. Of 5 rows, 0, 2 and 4 are kept: the size is "
        "rounded up.",
        "x[:, :, ::stride, ::stride]",
        "x[:, :, : x.shape[2] // stride * stride : stride, : x.shape[3] // stride * stride : "
        "stride]",
    ),
    (
        "zeros_first",
        "The zeros stand before the old channels. The old ones come first, so that channel c stays "
        "channel c.",
        "np.concatenate([x, np.zeros((B, C2 - C, H, W), x.dtype)], axis=1)",
        "np.concatenate([np.zeros((B, C2 - C, H, W), x.dtype), x], axis=1)",
    ),
    (
        "padded_around_the_picture",
        "The zeros lie around the picture, where a convolution has its padding. What is missing is "
        "channels: the zeros go along axis 1.",
        "return np.concatenate([x, np.zeros((B, C2 - C, H, W), x.dtype)], axis=1)",
        "return np.pad(x, ((0, 0), (0, 0), (0, C2 - C), (0, C2 - C)))",
    ),
    (
        "channels_repeated",
        "The new channels are copies of the old ones. Option A fills them with zeros.",
        "return np.concatenate([x, np.zeros((B, C2 - C, H, W), x.dtype)], axis=1)",
        "return x[:, np.arange(C2) % C] + 0 * x[:, :1]",
    ),
    (
        "a_never_subsamples",
        "With no new channel to add you return x as it is. A stride above 1 changes the shape, "
        "too.",
        'option != "C" and stride == 1 and C2 == C',
        'C2 == C and (stride == 1 and option != "C" or option == "A")',
    ),
    (
        "c_like_b",
        "Option C projects everywhere, also where the shape stays. Yours returns x there.",
        'option != "C" and stride == 1 and C2 == C',
        "stride == 1 and C2 == C",
    ),
    (
        "projection_without_stride",
        "The projection is applied to every pixel: subsample first.",
        'np.einsum("bchw,ck->bkhw", x, Ws)',
        'np.einsum("bchw,ck->bkhw", x.base, Ws)',
    ),
    (
        "three_by_three",
        "You count nine weights for each pair of channels. The projection is a 1 × 1 convolution: "
        "C times C2.",
        "total += C * C2",
        "total += 9 * C * C2",
    ),
    (
        "b_counts_new_channels_only",
        "For option B a block also needs its projection if only the size changes: stride > 1 or C2 "
        "≠ C.",
        "changes = stride > 1 or C2 != C",
        "changes = C2 != C",
    ),
    (
        "a_counted",
        "Option A has no weights at all: picking pixels and adding zeros is not learned.",
        '(option == "B" and changes)',
        '(option in "AB" and changes)',
    ),
    (
        "c_counts_changes_only",
        "Option C has a projection in *every* block.",
        'option == "C" or (option == "B" and changes)',
        'option in "BC" and changes',
    ),
)
