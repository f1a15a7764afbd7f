# /// u30
# id = "d09.5"
# title = "Degradation, measured fairly"
# kind = "experiment"
# difficulty = 4
# minutes = 50
# concepts = ["degradation", "paired comparison", "bootstrap", "ablation", "depth"]
# needs = ["d09.2"]
# timeout = 30
# ///
PROMPT = r"""
Two nets differ by luck as well as by design: by their first weights and their data. A fair
comparison gives both the same luck, repeats it, and says how sure it is.

**1. `degradation(run, depths, seeds, steps, draws, guess)`.** `run(depth, shortcut, seed, steps)`
trains a net, with or without shortcuts, and returns a dict with its losses `"train"` and `"test"`.
The same seed means the same data and the same first weights. Compare **training** losses: the
paper's degradation is no overfitting. Return a dict:

| key | shape | meaning |
|---|---|---|
| `plain`, `residual` | `(D,)` | median over the seeds of the training loss, for each depth |
| `gap` | `(D,)` | median of the paired differences, plain − residual with the same seed |
| `low`, `high` | `(D,)` | bootstrap interval of the gap |
| `best_plain`, `best_residual` | whole numbers | the depth with the smallest median |

A net that fails ends in NaN or inf. Leaving it out would flatter whoever failed, so it counts as
`guess`, the loss of guessing. For the bootstrap, each row of `draws` `(R, S)` names S places in
`seeds`, some twice, some never: take these differences, and their median. `low` and `high` are the
quantiles 0.025 and 0.975 of the R medians.

**2. `lesions(x, labels, net)`** cuts into a trained residual net. `net` has `"W0"`, a list of
`"blocks"` and `"Wy"`; its scores are ReLU(x W0), through the L blocks of d09.2, times Wy; `loss` is
given. Return `(whole, no_shortcut, no_block)`: the loss of the net as it is; the losses with the
shortcut of block l switched off; the losses with block l left out completely, `(L,)` each.

One worked number: training losses (0.9, 0.5, 0.7) without shortcuts and (0.1, 0.3, 0.2) with them
have the medians 0.7 and 0.2, the differences (0.8, 0.2, 0.5) and the gap 0.5. The draw [0, 0, 1]
gives the median of (0.8, 0.8, 0.2), which is 0.8.

Now guess, and write it down. `train` is given: nets of 8 features that tell three spiral arms
apart. Is the interval above 0 with 4 layers? With 16? And in a trained net of 16 layers, what does
more harm: to cut *one* shortcut and leave its two layers, or to take out the shortcut *and* the two
layers? In which block? Then run it; it takes some seconds:

```python
draws = np.random.default_rng(0).integers(0, 5, size=(1000, 5))
print(degradation(train, (4, 16), range(5), 100, draws, np.log(3)))
made = train(16, True, 0, 200)
print(lesions(made["x"], made["labels"], made["net"]))
```
"""
HINTS = (
    "What is the same in two runs with the same seed, and what happens to it when you subtract "
    "before you take the median? And for the cuts: what is ReLU(x), if x is the output of a "
    "block?",
    "Make two tables (D, S) of training losses, replace what is not finite by `guess`, subtract. "
    "`gap[:, draws]` has the shape (D, R, S): median over the last axis, then the quantiles over "
    "R. For the cuts, run the net once whole, and twice for each block: there with "
    "`shortcut=False`, or not at all.",
    "```python\n"
    "table = np.array([[run(depth, shortcut, seed, steps)['train'] for seed in seeds]\n"
    "                  for depth in depths])               # (D,S)\n"
    "table = np.where(np.isfinite(table), table, guess)\n"
    "# then, with plain and residual made this way:\n"
    "medians = np.median((plain - residual)[:, draws], axis=2)  # (D,R)\n"
    "low, high = np.quantile(medians, ..., axis=1)\n"
    "```",
)
AFTER = r"""
With 4 layers the interval holds 0: over these five seeds nobody can tell the two kinds apart. With
16 it is far above 0, and the deeper plain net has the larger *training* loss, 0.8 or 0.9 against
0.13, which no overfitting explains: degradation. (Not even its first digit is the same on every
machine, for in a plain net this deep rounding errors grow, too.) Repeat it with `range(5, 10)`: the
medians move, the verdicts stay. They do not say that 16 layers with shortcuts beat 4 on this task.

And the cuts: to take out a shortcut *and* its two layers costs 1.3 nats on average over the blocks,
to take out the shortcut alone 2.4. That order came out with ten seeds of ten. The two layers
compute a change to what they get. Without the block one change is missing. Without the shortcut
everything that earlier blocks have found is missing, and the change stands alone. The last blocks
matter least. Most losses are larger than ln 3 = 1.1: a damaged net does not guess, it is wrong and
sure of it. (Batch normalisation takes its statistics from the damaged net here.)
"""

# %% given
import numpy as np


def loss(scores, labels):  # (N,K), (N,) -> mean cross-entropy
    """How surprised the net is by the right classes, in nats."""
    scores = scores - scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


def spirals(rng, N):  # -> (N,3), (N,)
    """Points on three spiral arms, each beside a 1; and which arm it is."""
    labels, t = rng.integers(0, 3, size=N), np.sqrt(rng.random(N))
    angle = 2 * np.pi * (1.5 * t + labels / 3)
    x = np.stack([2 * t * np.cos(angle), 2 * t * np.sin(angle)], axis=1)
    x = np.hstack([x, np.ones((N, 1))])
    return x + 0.04 * rng.normal(size=(N, 3)) * [1, 1, 0], labels


def new_net(rng, depth, H):
    """depth layers in blocks of two: He's weights, scales of 1, shifts of 0."""

    def matrix(n, m):
        return np.sqrt(2 / n) * rng.normal(size=(n, m))

    blocks = []
    for _ in range(depth // 2):
        block = {"W1": matrix(H, H), "W2": matrix(H, H)}
        block |= {"gamma1": np.ones(H), "beta1": np.zeros(H)}
        blocks.append(block | {"gamma2": np.ones(H), "beta2": np.zeros(H)})
    return {"W0": matrix(3, H), "blocks": blocks, "Wy": matrix(H, 3)}


def run_net(x, net, shortcut):  # (N,3) -> (N,3), (N,H), caches of the blocks
    h, caches = np.maximum(x @ net["W0"], 0), []
    for params in net["blocks"]:
        h, cache = res_block(h, params, shortcut)
        caches.append(cache)
    return h @ net["Wy"], h, caches


def train(depth, shortcut, seed, steps, H=8, N=150, rate=0.1):
    """Train one net on all N points at once; its losses, the net, its data."""
    rng = np.random.default_rng(seed)
    x, labels = spirals(rng, N)
    x_test, labels_test = spirals(rng, N)
    net = new_net(rng, depth, H)
    parts = [net, *net["blocks"]]
    speeds = [{} for _ in parts]
    for step in range(steps):
        scores, h, caches = run_net(x, net, shortcut)
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        d = (p / p.sum(axis=1, keepdims=True) - np.eye(3)[labels]) / N
        grads = [{"Wy": h.T @ d}]
        d = d @ net["Wy"].T
        for cache in reversed(caches):
            d, block_grads = res_block_backward(d, cache)
            grads.insert(1, block_grads)
        grads[0]["W0"] = x.T @ (d * (x @ net["W0"] > 0))
        cuts = (step >= 0.5 * steps) + (step >= 0.8 * steps)
        for part, speed, grad in zip(parts, speeds, grads, strict=True):
            for name, g in grad.items():
                speed[name] = 0.9 * speed.get(name, 0) + g
                part[name] = part[name] - rate * 0.1**cuts * speed[name]
    losses = {
        "train": loss(run_net(x, net, shortcut)[0], labels),
        "test": loss(run_net(x_test, net, shortcut)[0], labels_test),
    }
    return losses | {"net": net, "x": x, "labels": labels}


# %% work
def degradation(run, depths, seeds, steps, draws, guess):  # -> dict
    """Training losses of plain and residual nets, compared seed by seed."""
    # >>> solution
    tables = []
    for shortcut in (False, True):
        table = []
        for n in depths:
            runs = [run(n, shortcut, seed, steps) for seed in seeds]
            table.append([made["train"] for made in runs])
        tables.append(np.where(np.isfinite(table), table, guess))  # (D,S)
    plain, residual = (np.median(table, axis=1) for table in tables)
    gaps = tables[0] - tables[1]
    drawn = np.median(gaps[:, draws], axis=2)  # (D,R)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=1)
    return {
        "plain": plain,
        "residual": residual,
        "gap": np.median(gaps, axis=1),
        "low": low,
        "high": high,
        "best_plain": depths[np.argmin(plain)],
        "best_residual": depths[np.argmin(residual)],
    }
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def lesions(x, labels, net):  # (N,D), (N,), net of L blocks -> (), (L,), (L,)
    """The loss of the net; then without each shortcut, without each block."""

    # >>> solution
    def cut(no_shortcut, no_block):
        h = np.maximum(x @ net["W0"], 0)
        for i, params in enumerate(net["blocks"]):
            if i not in no_block:
                h, _ = res_block(h, params, i not in no_shortcut)
        return loss(h @ net["Wy"], labels)

    places = range(len(net["blocks"]))
    without_shortcut = np.array([cut([i], []) for i in places])
    without_block = np.array([cut([], [i]) for i in places])
    return cut([], []), without_shortcut, without_block
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close


class Nets:
    """Pretends to train: numbers that depend on everything that a run is told."""

    def __init__(self, rng, luck=0.3, lost=None):
        self.salt = rng.random()
        self.luck, self.lost = luck, lost or {}

    def __repr__(self):
        return "nets that only pretend to train"

    def chance(self, *told):
        """A number from 0 to 1, another one for other arguments."""
        place = sum(np.sqrt(2 + n) * value for n, value in enumerate(told))
        return abs(1e4 * np.sin(place + self.salt)) % 1

    def __call__(self, depth, shortcut, seed, steps):
        if (depth, bool(shortcut), seed) in self.lost:
            train = self.lost[depth, bool(shortcut), seed]
            return {"train": train, "test": train}
        shared = 1 + self.luck * self.chance(seed)
        told = depth, shortcut, seed, steps
        return {"train": shared + self.chance(*told), "test": shared + self.chance(*told, 1)}


def bootstrap(rng, S, R=200):
    return rng.integers(0, S, size=(R, S))


def compare(you, ref, run, depths, seeds, draws, guess=1.0):
    steps = 100
    want = ref.degradation(run, depths, seeds, steps, draws, guess)
    got = you.degradation(run, depths, seeds, steps, draws, guess)
    close(got, want, "result", D=len(depths), S=len(seeds), R=len(draws))


def case_one_seed(you, rng, ref):
    """one depth, one seed"""
    compare(you, ref, Nets(rng), (4,), (0,), bootstrap(rng, 1, 3))


def case_three_seeds(you, rng, ref):
    """two depths, three seeds"""
    compare(you, ref, Nets(rng), (2, 8), (0, 1, 2), bootstrap(rng, 3))


def case_other_seeds(you, rng, ref):
    """four depths in any order, six seeds that do not count from 0"""
    depths = tuple(int(depth) for depth in rng.permutation([2, 4, 8, 24]))
    seeds = [int(seed) for seed in rng.choice(100, size=6, replace=False)]
    compare(you, ref, Nets(rng), depths, seeds, bootstrap(rng, 6))


def case_much_luck(you, rng, ref):
    """seeds that differ far more than the nets do"""
    compare(you, ref, Nets(rng, luck=20.0), (4, 16), range(5), bootstrap(rng, 5))


def case_square(you, rng, ref):
    """as many depths as seeds as draws"""
    compare(you, ref, Nets(rng), (2, 4, 8, 16), range(4), bootstrap(rng, 4, 4))


def case_lost(you, rng, ref):
    """plain nets that end in NaN or inf"""
    lost = {(8, False, 1): np.nan, (16, False, 0): np.inf, (16, False, 2): np.nan}
    run = Nets(rng, lost=lost)
    compare(you, ref, run, (4, 8, 16), range(3), bootstrap(rng, 3), rng.uniform(2, 3))


def case_all_lost(you, rng, ref):
    """a depth at which nobody has trained"""
    lost = {(32, shortcut, seed): np.nan for shortcut in (False, True) for seed in range(3)}
    compare(you, ref, Nets(rng, lost=lost), (4, 32), range(3), bootstrap(rng, 3))


def case_same_draws(you, rng, ref):
    """draws that always take the same seed"""
    draws = np.full((5, 4), rng.integers(4))
    compare(you, ref, Nets(rng), (2, 4), range(4), draws)


def network(rng, D, H, K, L):
    """A residual net with random numbers everywhere."""
    blocks = []
    for _ in range(L):
        block = {name: rng.normal(size=(H, H)) for name in ("W1", "W2")}
        block |= {name: 0.5 + rng.random(H) for name in ("gamma1", "gamma2")}
        blocks.append(block | {name: 0.3 * rng.normal(size=H) for name in ("beta1", "beta2")})
    return {"W0": rng.normal(size=(D, H)), "blocks": blocks, "Wy": rng.normal(size=(H, K))}


def cut(you, ref, rng, N, net):
    D, K, L = len(net["W0"]), net["Wy"].shape[1], len(net["blocks"])
    x, labels = rng.normal(size=(N, D)), rng.integers(0, K, size=N)
    want = ref.lesions(x, labels, net)
    close(you.lesions(x, labels, net), want, ("whole", "no_shortcut", "no_block"), L=L)


def case_one_block(you, rng, ref):
    """a net of one block"""
    cut(you, ref, rng, 4, network(rng, 2, 3, 2, 1))


def case_every_axis(you, rng, ref):
    """a net of four blocks, every axis of different size"""
    cut(you, ref, rng, 7, network(rng, 2, 5, 3, 4))


def case_silent_block(you, rng, ref):
    """a block that changes nothing: it can be left out, but its shortcut cannot"""
    net = network(rng, 3, 4, 2, 3)
    net["blocks"][1] |= {name: 0 * net["blocks"][1][name] for name in ("W2", "gamma2", "beta2")}
    cut(you, ref, rng, 6, net)


def case_no_block(you, rng, ref):
    """a net without any block"""
    cut(you, ref, rng, 5, network(rng, 3, 4, 2, 0))


# %% wrong
EDITS = (
    (
        "test_losses",
        "You compare test losses. A deep net may be worse there because it overfits; degradation "
        'is about the *training* loss: `"train"`.',
        'made["train"]',
        'made["test"]',
    ),
    (
        "other_seeds_for_residual",
        "The two kinds of net get different seeds, so they differ in data and first weights, too. "
        "The same seed for both.",
        "run(n, shortcut, seed, steps)",
        "run(n, shortcut, seed + len(seeds) * shortcut, steps)",
    ),
    (
        "deep_nets_train_longer",
        "The number of steps depends on the depth. Every net gets the same budget, or you measure "
        "the budget.",
        "run(n, shortcut, seed, steps)",
        "run(n, shortcut, seed, steps * n)",
    ),
    (
        "residual_nets_train_longer",
        "Nets with shortcuts get another number of steps than nets without. The same budget for "
        "both.",
        "run(n, shortcut, seed, steps)",
        "run(n, shortcut, seed, steps * (1 + shortcut))",
    ),
    (
        "kinds_exchanged",
        "Plain and residual are exchanged: a plain net has `shortcut=False`.",
        "for shortcut in (False, True)",
        "for shortcut in (True, False)",
    ),
    (
        "means_for_medians",
        "These are means. One unlucky seed moves a mean a long way; the median is asked for.",
        "(np.median(table, axis=1) for table in tables)",
        "(table.mean(axis=1) for table in tables)",
    ),
    (
        "difference_of_medians",
        "The gap is the difference of two medians, which may come from two different seeds. "
        "Subtract seed by seed first, then take the median.",
        '"gap": np.median(gaps, axis=1)',
        '"gap": plain - residual',
    ),
    (
        "unpaired_bootstrap",
        "Each draw takes the median of the plain and of the residual losses separately. Resample "
        "the *differences*: pairs stay together.",
        "np.median(gaps[:, draws], axis=2)",
        "np.median(tables[0][:, draws], axis=2) - np.median(tables[1][:, draws], axis=2)",
    ),
    (
        "gap_turned_round",
        "The gap is plain − residual: above 0 where shortcuts help.",
        "tables[0] - tables[1]",
        "tables[1] - tables[0]",
    ),
    (
        "lost_nets_left_out",
        "Nets that ended in NaN or inf are left out, so those that failed most look best. They "
        "count as `guess`.",
        """        tables.append(np.where(np.isfinite(table), table, guess))  # (D,S)
    plain, residual = (np.median(table, axis=1) for table in tables)
    gaps = tables[0] - tables[1]
    drawn = np.median(gaps[:, draws], axis=2)  # (D,R)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=1)
""",
        """        tables.append(np.where(np.isfinite(table), table, np.nan))
    plain, residual = (np.nanmedian(table, axis=1) for table in tables)
    gaps = tables[0] - tables[1]
    drawn = np.nanmedian(gaps[:, draws], axis=2)
    low, high = np.nanquantile(drawn, (0.025, 0.975), axis=1)
    gaps = np.nanmedian(gaps, axis=1, keepdims=True)
""",
    ),
    (
        "inf_kept",
        "You replace NaN but keep inf. A loss of inf is a lost net, too: `np.isfinite`.",
        "np.isfinite(table)",
        "~np.isnan(table)",
    ),
    (
        "lost_nets_count_as_0",
        "A net that failed counts as a loss of 0, the best there is. It counts as `guess`.",
        "np.where(np.isfinite(table), table, guess)",
        "np.nan_to_num(table, posinf=0.0)",
    ),
    (
        "spread_of_the_seeds",
        "These are quantiles of the differences themselves: how much seeds differ. Asked for is "
        "how uncertain their *median* is: the quantiles of the medians of all draws.",
        "np.quantile(drawn, (0.025, 0.975), axis=1)",
        "np.quantile(gaps, (0.025, 0.975), axis=1)",
    ),
    (
        "ninety_percent",
        "These quantiles leave 5 % on either side. An interval of 95 % leaves 2.5 %: 0.025 and "
        "0.975.",
        "(0.025, 0.975)",
        "(0.05, 0.95)",
    ),
    (
        "place_of_the_depth",
        "`best_plain` and `best_residual` are places in the list. Return the depths themselves.",
        """        "best_plain": depths[np.argmin(plain)],
        "best_residual": depths[np.argmin(residual)],
""",
        """        "best_plain": int(np.argmin(plain)),
        "best_residual": int(np.argmin(residual)),
""",
    ),
    (
        "all_shortcuts_at_once",
        "You switch off all shortcuts. One at a time, the others stay: whose loss goes up is what "
        "you want to know.",
        "i not in no_shortcut)",
        "not no_shortcut)",
    ),
    (
        "cuts_add_up",
        "The cuts add up: with block l you also cut all blocks before it. One at a time.",
        """            if i not in no_block:
                h, _ = res_block(h, params, i not in no_shortcut)
""",
        """            if not no_block or i > no_block[0]:
                h, _ = res_block(h, params, not no_shortcut or i > no_shortcut[0])
""",
    ),
    (
        "block_without_its_branch_is_zero",
        "A block that is left out passes on what it got. You pass on zeros, as if its shortcut "
        "were gone, too.",
        """                h, _ = res_block(h, params, i not in no_shortcut)
""",
        """                h, _ = res_block(h, params, i not in no_shortcut)
            else:
                h = 0 * h
""",
    ),
    (
        "first_relu_missing",
        "The first layer has a ReLU as well: the blocks get ReLU(x W0).",
        'np.maximum(x @ net["W0"], 0)',
        'x @ net["W0"]',
    ),
    (
        "cuts_exchanged",
        "`no_shortcut` and `no_block` are exchanged.",
        "def cut(no_shortcut, no_block):",
        "def cut(no_block, no_shortcut):",
    ),
)

SURVIVORS = {
    "h = np.maximum(x @ net['W0'], 0) -> h = np.maximum(0, x @ net['W0'])": "the larger of two has "
    "no order",
}
