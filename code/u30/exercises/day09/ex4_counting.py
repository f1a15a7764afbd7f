# /// u30
# id = "d09.4"
# title = "Counting layers and parameters"
# kind = "derive"
# difficulty = 3
# minutes = 30
# concepts = ["parameter counts", "depth", "bottleneck block"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
How deep is a network, and what does depth cost? The paper's nets for CIFAR-10 (section 4.2) are
built like this, with w = 16:

| part | layers | what is learned |
|---|---|---|
| first convolution, 3 → w channels | 1 | 3 × 3 weights for each pair of channels, and its BN |
| stage 1: n blocks of 2 convolutions | 2n | w → w channels each |
| stage 2 | 2n | the first convolution w → 2w, the others 2w → 2w |
| stage 3 | 2n | the first convolution 2w → 4w, the others 4w → 4w |
| global average pooling | – | nothing |
| fully connected, 4w → 10 classes | 1 | weights and 10 biases |

Every convolution is 3 × 3 and has **no** bias; the batch normalisation (BN) after it learns a scale
and a shift for each of its output channels. Shortcuts are option A: no weights.

| function | result |
|---|---|
| `depth(n)` | the number of layers that have weights |
| `resnet_params(n, w)` | how many numbers are learned in all |
| `deepest(budget, w)` | depth of the deepest net with at most `budget` parameters, else 0 |
| `block_weights(kind, C)` | convolution weights, without BN, of one block on C channels |

The two kinds of block (figure 5): `"basic"` is two 3 × 3 convolutions C → C; `"bottleneck"` is
1 × 1 from C to C/4, 3 × 3 from C/4 to C/4, 1 × 1 from C/4 back to C. C is a multiple of 4.

One worked number: n = 1 and w = 1 has 8 layers. The first convolution learns 27 + 2; stage 1 learns
2 · (9 + 2) = 22; stage 2 learns 18 + 4 + 36 + 4 = 62; stage 3 learns 72 + 8 + 144 + 8 = 232; the
last layer 4 · 10 + 10 = 50. In all 395.

Now guess, and write it down. Which has more weights: a basic block on 64 channels or a bottleneck
on 256? How deep a net do the 11.7 million parameters of an 18-layer ImageNet ResNet buy on CIFAR-10
(w = 16): 50, 200 or 700 layers? Then compute `deepest(11_700_000, 16)`.
"""
HINTS = (
    "If n grows by one, what is added? Does it depend on how large n already was?",
    "A convolution from C to C2 channels with its BN has 9 · C · C2 + 2 · C2 parameters. Walk "
    "through the three stages, and remember how many channels come in. For `deepest`: each "
    "further n costs the same, so two values of `resnet_params` tell you all others.",
    "```python\n"
    "total, C = 9 * 3 * w + 2 * w, w\n"
    "for C2 in (w, 2 * w, 4 * w):\n"
    "    for _ in range(2 * n):\n"
    "        total += ...\n"
    "        C = C2\n"
    "# then the last layer; deepest: n = 1 + (budget - first) // step\n"
    "```",
)
AFTER = r"""
With w = 16 the counts are 269,722 for n = 3 and 853,018 for n = 9: the 0.27 M and 0.85 M of the
paper's table 6, for ResNet-20 and ResNet-56. The basic block on 64 channels has 73,728 weights, the
bottleneck on 256 has 69,632: four times as many channels for less. On the *same* number of channels
it has 17/16 C² against 18 C², a seventeenth. That is how ResNet-50 has three layers per block and
still about the cost of ResNet-34. And 11.7 million buy 722 layers. Depth is cheap: it costs
parameters linearly, width quadratically, and most of them sit in stage 3. Whether depth can be
*trained* is another question, and the next exercise.
"""

# %% given
COLOURS, CLASSES = 3, 10  # channels of a picture, and what it may show


# %% work
def depth(n):  # -> whole number
    """Layers that have weights, with n blocks in each of three stages."""
    # >>> solution
    return 6 * n + 2
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def resnet_params(n, w):  # -> whole number
    """How many numbers such a net learns, with w channels in stage 1."""
    # >>> solution
    total, C = 9 * COLOURS * w + 2 * w, w
    for C2 in (w, 2 * w, 4 * w):
        for _ in range(2 * n):
            total += 9 * C * C2 + 2 * C2
            C = C2
    return total + C * CLASSES + CLASSES
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def deepest(budget, w):  # -> whole number
    """Depth of the deepest net with at most `budget` parameters, or 0."""
    # >>> solution
    first = resnet_params(1, w)
    step = resnet_params(2, w) - first
    return depth(1 + (budget - first) // step) if budget >= first else 0
    # --- starter
    # raise NotImplementedError("third part")
    # <<<


def block_weights(kind, C):  # -> whole number
    """Weights of the convolutions of one block on C channels."""
    # >>> solution
    narrow = C // 4
    if kind == "basic":
        return 2 * 9 * C * C
    return C * narrow + 9 * narrow * narrow + narrow * C
    # --- starter
    # raise NotImplementedError("fourth part")
    # <<<


# %% check
from u30.learn.cases import close


def case_depth(you, rng, ref):
    """layers of three nets"""
    for n in (1, 2, int(rng.integers(3, 99))):
        close(you.depth(n), ref.depth(n), f"depth({n})")


def count(you, ref, n, w):
    close(you.resnet_params(n, w), ref.resnet_params(n, w), f"resnet_params({n},{w})")


def case_smallest(you, rng, ref):
    """the net of the prompt: n = 1, one channel"""
    count(you, ref, 1, 1)


def case_wider(you, rng, ref):
    """n = 1, more channels"""
    count(you, ref, 1, int(rng.integers(2, 9)))


def case_deeper(you, rng, ref):
    """more blocks, one channel"""
    count(you, ref, int(rng.integers(2, 9)), 1)


def case_any(you, rng, ref):
    """any n and any w"""
    for _ in range(3):
        count(you, ref, int(rng.integers(2, 12)), int(rng.integers(2, 40)))


def case_table_6(you, rng, ref):
    """the paper's 20, 56 and 110 layers: 0.27, 0.85 and 1.7 million"""
    for n, want in ((3, 269_722), (9, 853_018), (18, 1_727_962)):
        close(you.resnet_params(n, 16), want, f"resnet_params({n},16)")


def buy(you, ref, budget, w):
    close(you.deepest(budget, w), ref.deepest(budget, w), f"deepest({budget},{w})")


def case_exact_budget(you, rng, ref):
    """a budget that a net meets exactly, one less and one more"""
    n, w = int(rng.integers(2, 9)), int(rng.integers(2, 20))
    price = ref.resnet_params(n, w)
    for budget in (price, price - 1, price + 1):
        buy(you, ref, budget, w)


def case_first_net(you, rng, ref):
    """a budget for n = 1, and for nothing"""
    w = int(rng.integers(2, 20))
    price = ref.resnet_params(1, w)
    for budget in (price, price - 1, 0):
        buy(you, ref, budget, w)


def case_any_budget(you, rng, ref):
    """any budget"""
    for _ in range(4):
        buy(you, ref, int(rng.integers(5_000, 400_000)), int(rng.integers(2, 17)))


def case_large_budget(you, rng, ref):
    """nineteen million: the paper's 1202 layers"""
    buy(you, ref, 19_500_000, 16)


def block(you, ref, kind, C):
    close(you.block_weights(kind, C), ref.block_weights(kind, C), f'block_weights("{kind}",{C})')


def case_basic(you, rng, ref):
    """basic blocks"""
    for C in (4, 64, 4 * int(rng.integers(2, 40))):
        block(you, ref, "basic", C)


def case_bottleneck(you, rng, ref):
    """bottleneck blocks"""
    for C in (4, 256, 4 * int(rng.integers(2, 40))):
        block(you, ref, "bottleneck", C)


# %% wrong
EDITS = (
    (
        "first_or_last_layer_not_counted",
        "6n + 1: either the first convolution or the fully connected layer is missing. Three "
        "stages of 2n layers, and one layer at each end.",
        "6 * n + 2",
        "6 * n + 1",
    ),
    (
        "blocks_not_layers",
        "You count a block as one layer. It has two convolutions, so n blocks in three stages are "
        "6n layers.",
        "6 * n + 2",
        "3 * n + 2",
    ),
    (
        "batch_norms_counted_as_layers",
        "You count every batch normalisation as a layer. The paper counts layers with a matrix or "
        "a convolution.",
        "6 * n + 2",
        "12 * n + 3",
    ),
    (
        "biases_counted_twice",
        "You give the convolutions a bias. The BN behind them has a shift, which would undo it, so "
        "they have none: 9 · C · C2 + 2 · C2.",
        "total += 9 * C * C2 + 2 * C2",
        "total += 9 * C * C2 + 3 * C2",
    ),
    (
        "batch_norm_not_counted",
        "The scales and shifts of the BN after the blocks' convolutions are missing: 2 · C2 each.",
        "total += 9 * C * C2 + 2 * C2",
        "total += 9 * C * C2",
    ),
    (
        "running_statistics_counted",
        "You count four numbers for each channel of a BN. The running mean and variance are kept, "
        "but not learned: two.",
        "total += 9 * C * C2 + 2 * C2",
        "total += 9 * C * C2 + 4 * C2",
    ),
    (
        "norm_of_the_input_channels",
        "The BN comes after the convolution, so it has a scale and a shift for each *output* "
        "channel.",
        "total += 9 * C * C2 + 2 * C2",
        "total += 9 * C * C2 + 2 * C",
    ),
    (
        "first_convolution_of_a_stage",
        "The first convolution of a stage still reads the channels of the stage before: 2w → 4w, "
        "not 4w → 4w. Keep in mind what comes in.",
        "total += 9 * C * C2 + 2 * C2",
        "total += 9 * C2 * C2 + 2 * C2",
    ),
    (
        "one_convolution_per_block",
        "Each block has two convolutions: 2n of them in a stage.",
        "range(2 * n)",
        "range(n)",
    ),
    (
        "same_width_everywhere",
        "All stages have w channels in your count. Where the picture gets half as high and wide, "
        "the channels double: w, 2w, 4w.",
        "(w, 2 * w, 4 * w)",
        "(w, w, w)",
    ),
    (
        "width_grows_by_w",
        "The widths are w, 2w, 4w: doubled twice, not w, 2w, 3w.",
        "(w, 2 * w, 4 * w)",
        "(w, 2 * w, 3 * w)",
    ),
    (
        "picture_as_one_channel",
        "The picture has three colours: the first convolution learns 9 · 3 · w weights.",
        "9 * COLOURS * w + 2 * w",
        "9 * w + 2 * w",
    ),
    (
        "last_bias_missing",
        "The fully connected layer has no BN behind it, so it keeps its bias: 10 more.",
        "total + C * CLASSES + CLASSES",
        "total + C * CLASSES",
    ),
    (
        "projections_counted",
        "You count projections at the two places where the shape changes. Option A has no weights "
        "there.",
        "total + C * CLASSES + CLASSES",
        "total + C * CLASSES + CLASSES + 2 * w * w + 8 * w * w",
    ),
    (
        "one_too_deep",
        "The budget is exceeded: take the largest n whose net still fits.",
        "1 + (budget - first) // step",
        "2 + (budget - first) // step",
    ),
    (
        "exact_budget_refused",
        "A net that costs exactly the budget fits, too: *at most*.",
        "depth(1 + (budget - first) // step) if budget >= first else 0",
        "depth(1 + (budget - 1 - first) // step) if budget > first else 0",
    ),
    (
        "n_instead_of_depth",
        "This is n. Asked for is the depth of that net, in layers.",
        "return depth(1 + (budget - first) // step) if",
        "return 1 + (budget - first) // step if",
    ),
    (
        "two_layers_for_nothing",
        "If not even n = 1 fits, the answer is 0. A net of two layers is not one of these.",
        " if budget >= first else 0",
        " if budget >= first else 2",
    ),
    (
        "one_convolution_in_the_basic_block",
        "A basic block has two 3 × 3 convolutions.",
        "return 2 * 9 * C * C",
        "return 9 * C * C",
    ),
    (
        "bottleneck_that_stays_wide",
        "The 3 × 3 convolution of a bottleneck works on C/4 channels, in and out. That is what the "
        "bottleneck is for.",
        "9 * narrow * narrow",
        "9 * C * C",
    ),
    (
        "bottleneck_of_three_by_threes",
        "Two of the three convolutions of a bottleneck are 1 × 1: one weight for each pair of "
        "channels, not nine.",
        "C * narrow + 9 * narrow * narrow + narrow * C",
        "9 * (C * narrow + narrow * narrow + narrow * C)",
    ),
    (
        "no_way_back",
        "The third convolution of the bottleneck, 1 × 1 from C/4 back to C, is missing. Without it "
        "there is nothing to add x to.",
        "C * narrow + 9 * narrow * narrow + narrow * C",
        "C * narrow + 9 * narrow * narrow",
    ),
)

SURVIVORS = {
    "return total + C * CLASSES + CLASSES -> "
    "return total + C2 * CLASSES + CLASSES": "after the last layer both are what came out of it",
}
