# /// u30
# id = "d13.3"
# title = "Positions as rotations"
# kind = "derive"
# difficulty = 3
# minutes = 35
# concepts = ["positional encoding", "rotation", "relative position"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Attention sees a set. To tell "dog bites man" from "man bites dog", the paper adds to each input a
vector that says where it stands (section 3.5):

$$PE_{p,\,2i} = \sin(p\,\omega_i), \qquad PE_{p,\,2i+1} = \cos(p\,\omega_i), \qquad
\omega_i = 10000^{-2i/d}, \quad i = 0, \dots, d/2 - 1$$

**1. `positional_encoding(n, d)`**: one row for each position 0, …, n − 1. Sine and cosine of one
frequency stand side by side: columns 0 and 1 are the pair of $\omega_0$, and so on. d is even.

**2. `shift_matrix(k, d)`**. The authors chose this formula because, they say, a shift by k is a
linear map. Derive it: which matrix $M_k$, *the same at every position p*, gives

$$PE_{p+k} = M_k\, PE_p \qquad ?$$

(Vectors are columns here.) k may be negative.

**3. `closeness(k, d)`**: the dot product $PE_p \cdot PE_{p+k}$. It does not depend on p; so write
it without p, and without building any encoding.

| name | shape | meaning |
|---|---|---|
| `n`, `d`, `k` | whole numbers | positions, size of an encoding, shift |
| results | `(n, d)`; `(d, d)`; a number | |

One worked number, with d = 4: the frequencies are 1 and 0.01, so $PE_0$ = (0, 1, 0, 1) and $PE_1$ =
(0.8415, 0.5403, 0.0100, 0.99995). $M_1$ has to turn the first into the second.

Before you run the third: does closeness tell a word *before* from a word *after*? And does it
always get smaller with distance?
"""
HINTS = (
    "Draw the pair (cos pω, sin pω) as a point in the plane. Where does it move when p grows by "
    "one, and does that movement depend on where it is? Now what do sin(a + b) and cos(a + b) "
    "say about sin a and cos a?",
    "sin(pω + kω) = sin pω · cos kω + cos pω · sin kω, and cos(pω + kω) = cos pω · cos kω − sin pω "
    "· sin kω. So each pair is multiplied by a 2 × 2 matrix made of cos kω and sin kω only; the "
    "big matrix has those blocks on its diagonal and 0 elsewhere. For the closeness: sin a sin b + "
    "cos a cos b = cos(a − b), once for each pair.",
    "```python\n"
    "w = 10000.0 ** (-np.arange(0, d, 2) / d)     # one frequency for each pair\n"
    "M = np.zeros((d, d))\n"
    "for i, angle in enumerate(k * w):\n"
    "    M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [\n"
    "        [np.cos(angle), np.sin(angle)],\n"
    "        [...],\n"
    "    ]\n"
    "```",
)
AFTER = r"""
An encoding is a row of clock hands, the first turning once in 6.28 positions, the last (for large
d) once in about 63,000. A shift turns each hand by its own angle: $M_k$ is a rotation, so it keeps
lengths, and $M_k M_l = M_{k+l}$. Closeness is even in k: by itself it cannot tell before from
after, and it falls with ups and downs. A head can learn "look at the word before me" all the same,
because queries and keys go through matrices of their own first, and those can turn every query back
by one step, as $M_{-1}$ does. Later models (RoPE) build the rotation into queries and keys, and add
nothing to the input. Papers and code differ in the layout: many put all sines first, then all
cosines. Both work, but weights trained with one are useless with the other.
"""

# %% given
import numpy as np


# %% work
def positional_encoding(n, d):  # -> (n,d)
    """Positions 0 to n - 1: sine and cosine of each frequency, side by side."""
    # >>> solution
    angles = np.arange(n)[:, None] * 10000.0 ** (-np.arange(0, d, 2) / d)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n, d)
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def shift_matrix(k, d):  # -> (d,d)
    """The matrix that turns the encoding of any p into that of p + k."""
    # >>> solution
    M = np.zeros((d, d))
    for i, angle in enumerate(k * 10000.0 ** (-np.arange(0, d, 2) / d)):
        c, s = np.cos(angle), np.sin(angle)
        M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, s], [-s, c]]
    return M
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def closeness(k, d):  # -> number
    """The dot product of two encodings that are k positions apart."""
    # >>> solution
    return np.cos(k * 10000.0 ** (-np.arange(0, d, 2) / d)).sum()
    # --- starter
    # raise NotImplementedError("third part")
    # <<<


# %% check
from u30.learn.cases import close


def agree(you, ref, n, d):
    want = ref.positional_encoding(n, d)
    close(you.positional_encoding(n, d), want, "the encoding", n=n, d=d)


def agree_shift(you, ref, k, d):
    close(you.shift_matrix(k, d), ref.shift_matrix(k, d), f"the matrix for k = {k}", d=d)


def case_one_frequency(you, rng, ref):
    """d = 2: a single sine and cosine"""
    agree(you, ref, 3, 2)


def case_two_frequencies(you, rng, ref):
    """d = 4: two frequencies"""
    agree(you, ref, 3, 4)


def case_one_position(you, rng, ref):
    """one position, many frequencies"""
    agree(you, ref, 1, 10)


def case_many_positions(you, rng, ref):
    """many positions, d a power of two or not"""
    agree(you, ref, int(rng.integers(90, 120)), 6)
    agree(you, ref, 2000, 8)


def case_every_row_has_one_length(you, rng, ref):
    """the squares of each row sum to d/2"""
    P = you.positional_encoding(9, 14)
    close((P * P).sum(axis=1), np.full(9, 7.0), "the sum of squares of each row", n=9)


def case_shift_by_one(you, rng, ref):
    """a shift by one, d = 2"""
    agree_shift(you, ref, 1, 2)


def case_no_shift(you, rng, ref):
    """a shift by 0 changes nothing"""
    close(you.shift_matrix(0, 6), np.eye(6), "the matrix for k = 0", d=6)


def case_shift_moves_all_rows(you, rng, ref):
    """one matrix moves every position by k"""
    d, k = 8, int(rng.integers(2, 20))
    P = ref.positional_encoding(30 + k, d)
    M = you.shift_matrix(k, d)
    close(M @ P[:30].T, P[k:].T, f"M PE for k = {k}", absolute=1e-9, d=d, n=30)
    agree_shift(you, ref, k, d)


def case_shift_back(you, rng, ref):
    """a negative shift"""
    agree_shift(you, ref, -int(rng.integers(1, 9)), 4)


def case_shift_far(you, rng, ref):
    """a shift by hundreds of positions"""
    agree_shift(you, ref, int(rng.integers(300, 900)), 10)


def case_shifts_add_up(you, rng, ref):
    """two shifts in a row are one"""
    k, l = (int(number) for number in rng.integers(1, 30, size=2))
    both = you.shift_matrix(k, 6) @ you.shift_matrix(l, 6)
    close(both, ref.shift_matrix(k + l, 6), f"M_{k} M_{l}", absolute=1e-9, d=6)


def case_closeness_of_itself(you, rng, ref):
    """a position with itself"""
    d = 2 * int(rng.integers(2, 20))
    close(you.closeness(0, d), d / 2, f"the closeness for k = 0, d = {d}")


def case_closeness(you, rng, ref):
    """two positions, taken from the encoding itself"""
    for d, k in ((2, 1), (4, -3), (16, int(rng.integers(2, 40)))):
        P = ref.positional_encoding(90, d)
        want = P[45] @ P[45 + k]
        close(you.closeness(k, d), want, f"the closeness for k = {k}, d = {d}")
        close(you.closeness(-k, d), want, f"the closeness for k = {-k}, d = {d}")


def case_closeness_far(you, rng, ref):
    """two positions that are hundreds apart"""
    k = int(rng.integers(300, 900))
    close(you.closeness(k, 64), ref.closeness(k, 64), f"the closeness for k = {k}, d = 64")


# %% wrong
EDITS = (
    (
        "exponent_without_the_2",
        "The exponent is 2i/d: it runs from 0 almost to 1 while i counts the *pairs*. Yours is i/d "
        "and stops half-way.",
        "np.arange(n)[:, None] * 10000.0 ** (-np.arange(0, d, 2) / d)",
        "np.arange(n)[:, None] * 10000.0 ** (-np.arange(d // 2) / d)",
    ),
    (
        "a_frequency_for_each_column",
        "You give each column its own frequency. Columns 2i and 2i + 1 are a pair and share "
        "one: without it no rotation could turn the one into the other.",
        """    angles = np.arange(n)[:, None] * 10000.0 ** (-np.arange(0, d, 2) / d)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n, d)
""",
        """    angles = np.arange(n)[:, None] * 10000.0 ** (-np.arange(d) / d)
    return np.where(np.arange(d) % 2, np.cos(angles), np.sin(angles))
""",
    ),
    (
        "sines_first",
        "All your sines come first, then all cosines. That works as well (and much code does it), "
        "but asked for are the paper's columns: sine, cosine, sine, cosine, …",
        "np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n, d)",
        "np.concatenate([np.sin(angles), np.cos(angles)], axis=1)",
    ),
    (
        "cosine_first",
        "Sine and cosine are exchanged: the even columns are sines.",
        "np.stack([np.sin(angles), np.cos(angles)], axis=-1)",
        "np.stack([np.cos(angles), np.sin(angles)], axis=-1)",
    ),
    (
        "degrees",
        "You treat the angles as degrees. `np.sin` takes radians, and so does the formula.",
        "    return np.stack([np.sin(angles)",
        "    angles = angles * np.pi / 180\n    return np.stack([np.sin(angles)",
    ),
    (
        "positions_from_1",
        "Positions are counted from 0: the first row is 0, 1, 0, 1, …",
        "np.arange(n)[:, None] *",
        "np.arange(1, n + 1)[:, None] *",
    ),
    (
        "frequencies_grow",
        "Your frequencies grow from 1 to 10,000. They *fall*: the angle is p divided by "
        "10000^(2i/d).",
        "np.arange(n)[:, None] * 10000.0 ** (-np",
        "np.arange(n)[:, None] * 10000.0 ** (np",
    ),
    (
        "turned_the_other_way",
        "Your matrix turns the hands back: it leads from p to p − k. Mind which of the two sines "
        "has the minus; the pairs are (sine, cosine), not (cosine, sine).",
        "[[c, s], [-s, c]]",
        "[[c, -s], [s, c]]",
    ),
    (
        "minus_missing",
        "cos(a + b) = cos a cos b **−** sin a sin b: one of the four entries has a minus. Without "
        "it the matrix is no rotation.",
        "[[c, s], [-s, c]]",
        "[[c, s], [s, c]]",
    ),
    (
        "one_angle_for_all",
        "You turn all pairs by the same angle k. Each pair has its own frequency, so it turns by k "
        "times that.",
        "for i, angle in enumerate(k * 10000.0 ** (-np.arange(0, d, 2) / d)):",
        "for i, angle in enumerate(k * np.ones(d // 2)):",
    ),
    (
        "blocks_as_halves",
        "This matrix belongs to a layout with all sines first. Here a sine and its cosine are "
        "neighbours: 2 × 2 blocks along the diagonal.",
        "M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = ",
        "M[i :: d // 2, i :: d // 2] = ",
    ),
    (
        "mean_not_sum",
        "This is the mean over the pairs. A dot product is a sum.",
        "/ d)).sum()",
        "/ d)).mean()",
    ),
    (
        "closeness_of_a_sine",
        "sin a sin b + cos a cos b is the *cosine* of a − b. With the sine, a position would have "
        "nothing in common with itself.",
        "np.cos(k * ",
        "np.sin(k * ",
    ),
    (
        "pairs_counted_twice",
        "You count each pair twice. The products of sines and of cosines add up to one cosine for "
        "each *pair*: d/2 terms.",
        "return np.cos(k * 10000.0 ** (-np.arange(0, d, 2) / d)).sum()",
        "return 2 * np.cos(k * 10000.0 ** (-np.arange(0, d, 2) / d)).sum()",
    ),
)
