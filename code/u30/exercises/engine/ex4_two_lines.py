# /// u30
# id = "engine.4"
# title = "Two lines that save memory"
# kind = "debug"
# difficulty = 3
# minutes = 25
# concepts = ["in-place changes", "aliasing", "gradient accumulation"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
A colleague has made the engine "save memory". It is complete, it runs, and on many formulas its
gradients are right. On others they are wrong, with no error and no warning. Find out why, and
repair it. Everything is in the starter; `graph` is given and right.

It is worth guessing before you change anything. These are two symptoms, for arrays of one entry:

| formula | gradient that comes out | right |
|---|---|---|
| `a + b` | (1, 1) | (1, 1) |
| `a + b + a` | (2, **2**) | (2, 1) |
| `a + b.relu()` at b = −1 | (**0**, 0) | (1, 0) |

One worked number: in `a + b + a`, b is used once, so its gradient is 1. Which line has ever written
a 2 into it?

Return the gradients as the starter does: a tuple with one array for each entry of `xs`, the
gradient of the **sum** of the formula's entries.
"""
HINTS = (
    "A sum hands its gradient d on to both parents. How many arrays are there then: one, two or "
    "three? Print `id(g)` for both, or ask `np.shares_memory`.",
    "Both symptoms have one cause: a line changes an array that somebody else is still using. "
    "`a += b` writes into the array that `a` names; `a = a + b` makes a new one. `d[mask] = 0` "
    "writes, too. Look for the lines of the backward pass that write into an array they did not "
    "make.",
    "```python\n"
    "# relu: make a new array instead of writing into d\n"
    "return (d * (x > 0),)\n"
    "# the walk: whoever holds the old sum must not see it change\n"
    "if parent in sums:\n"
    "    sums[parent] = ...\n"
    "```",
)
AFTER = r"""
The rule behind both repairs: *write only into arrays that are yours*. An engine that never writes
in place is right, and slower, because each sum makes a new array. The engine of this course
remembers which sums nobody else holds (`ours` in `u30/graph.py`) and writes into those; PyTorch
counts who holds an array before it adds in place, and gives every tensor a version number, so that
it can refuse to go back through one that was changed. Notice what does *not* find such a bug: a
test on a chain; or training, which also makes progress with a gradient that is a little wrong. A
gradient check on a formula with two arms finds it at once.
"""

# %% given
import numpy as np


def graph(root):
    """Every node that root was computed from, and root: newest first."""
    found, todo = {root}, [root]
    while todo:
        for parent in todo.pop().parents:
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    return sorted(found, key=lambda node: node.time, reverse=True)


# %% work
class _Node:
    """An array that knows its parents, and how its gradient becomes theirs."""

    made = 0

    def __init__(self, data, parents=(), vjp=None):
        self.data, self.parents, self.vjp = data, parents, vjp
        _Node.made += 1
        self.time = _Node.made

    def __add__(self, other):
        return _Node(self.data + other.data, (self, other), lambda d: (d, d))

    def __mul__(self, other):
        a, b = self.data, other.data
        return _Node(a * b, (self, other), lambda d: (d * b, d * a))

    def tanh(self):
        y = np.tanh(self.data)
        return _Node(y, (self,), lambda d: (d * (1 - y * y),))

    def relu(self):
        x = self.data

        def vjp(d):
            # >>> solution
            return (d * (x > 0),)
            # --- starter
            # d[x <= 0] = 0
            # return (d,)
            # <<<

        return _Node(np.maximum(x, 0), (self,), vjp)


def gradients(f, xs):  # function, list of arrays -> tuple of arrays
    """Gradients of the sum of f(*xs) with respect to each array in xs."""
    leaves = [_Node(x) for x in xs]
    root = f(*leaves)
    sums = {root: np.ones_like(root.data)}
    for node in graph(root):
        if not node.parents:
            continue
        d = sums[node]
        for parent, g in zip(node.parents, node.vjp(d)):
            if parent in sums:
                # >>> solution
                sums[parent] = sums[parent] + g
                # --- starter
                # sums[parent] += g
                # <<<
            else:
                sums[parent] = g
    return tuple(sums.get(leaf, np.zeros_like(leaf.data)) for leaf in leaves)


# %% check
from u30.learn.cases import close, grad


class Formula:
    """A formula that shows itself in reports."""

    def __init__(self, names, text):
        self.text = f"lambda {names}: {text}"
        self.names = tuple(f"d{name}" for name in names.split(", "))
        self.function = eval(self.text)

    def __repr__(self):
        return self.text

    def __call__(self, *nodes):
        return self.function(*nodes)


def agree(you, ref, names, text, *xs):
    f, xs = Formula(names, text), list(xs)
    close(you.gradients(f, xs), ref.gradients(f, xs), f.names)


def signed(rng, *shape):
    """Numbers of both signs, none near zero."""
    x = rng.uniform(0.3, 1.5, size=shape)
    x.flat[1::2] *= -1
    return np.round(x, 2)


def case_chain(you, rng, ref):
    """a chain: (a * b).tanh()"""
    agree(you, ref, "a, b", "(a * b).tanh()", signed(rng, 2), signed(rng, 2))


def case_relu_alone(you, rng, ref):
    """relu at the end of a chain"""
    agree(you, ref, "a, b", "(a * b).relu()", signed(rng, 4), signed(rng, 4)[::-1])


def case_twice(you, rng, ref):
    """a is used twice, b once"""
    agree(you, ref, "a, b", "a + b + a", signed(rng, 1), signed(rng, 1))


def case_relu_beside(you, rng, ref):
    """relu in one arm, nothing in the other"""
    agree(you, ref, "a, b", "a + b.relu()", signed(rng, 4), signed(rng, 4))


def case_relu_first(you, rng, ref):
    """the same with the arms swapped"""
    agree(you, ref, "a, b", "b.relu() + a", signed(rng, 4), signed(rng, 4))


def case_relu_factor(you, rng, ref):
    """relu as a factor: what it returned is a slope"""
    agree(you, ref, "a, b", "a.relu() * b + b", signed(rng, 4) * [1, 1, 0.5, 0.5], signed(rng, 4))


def case_product_and_sum(you, rng, ref):
    """a is used in a product and in a sum"""
    agree(you, ref, "a, b", "a * a + (a + b)", signed(rng, 3), signed(rng, 3))


def case_three_arms(you, rng, ref):
    """three arms that share a node"""
    text = "(s := a + b) + s.relu() + s * c + b"
    agree(you, ref, "a, b, c", text, signed(rng, 2, 3), signed(rng, 2, 3) / 2, signed(rng, 2, 3))


def case_doubled(you, rng, ref):
    """a + a: both parents are the same node"""
    agree(you, ref, "a, b", "(s := a + a) + (s + b).relu()", signed(rng, 4), signed(rng, 4))


def case_unused(you, rng, ref):
    """an input that is not used, of another shape"""
    agree(you, ref, "a, b, c", "a + c + a", signed(rng, 2), signed(rng, 3, 2), signed(rng, 2))


def case_float32(you, rng, ref):
    """float32 arrays, with relu before and after the sum"""
    xs = [signed(rng, 3, 4).astype(np.float32) for _ in range(3)]
    agree(you, ref, "a, b, c", "(a.relu() * b + c).relu() + a.tanh() + b", *xs)


def case_slope(you, rng, ref):
    """nudge every entry"""
    xs = [signed(rng, 2, 2) for _ in range(3)]
    f = Formula("a, b, c", "(a + (b + c).tanh()) * (b + c) + a + b.tanh() + a * c")
    values = {"tanh": np.tanh}
    text = "(a + tanh(b + c)) * (b + c) + a + tanh(b) + a * c"
    got = you.gradients(f, xs)
    for i, name in enumerate(f.names):

        def total(x, i=i):
            return eval(text, values, dict(zip("abc", xs[:i] + [x] + xs[i + 1 :]))).sum()

        grad(total, xs[i], got[i], name)


# %% wrong
SURVIVORS = {
    "made = 0 -> made = 1": "only the order of the times counts",
    "made = 0 -> made = -1": "only the order of the times counts",
    "_Node.made += 1 -> _Node.made += 2": "only the order of the times counts",
    "return _Node(self.data + other.data, (self, other), lambda d: (d, d)) -> "
    "return _Node(self.data + other.data, (other, self), lambda d: (d, d))": "a sum has no order, "
    "and both parents get the same gradient",
    "return (d * (x > 0),) -> return (d * (x >= 0),)": "at the kink every slope from 0 to 1 is "
    "right, so no case goes there",
    "return _Node(np.maximum(x, 0), (self,), vjp) -> "
    "return _Node(np.maximum(0, x), (self,), vjp)": "a maximum has no order",
}
EDITS = (
    (
        "sum_in_place",
        "`sums[parent] += g` writes into the array that is there, and `add` has given that very "
        "array to both of its parents. Whoever else holds it gets g as well. Make a new sum.",
        "sums[parent] = sums[parent] + g",
        "sums[parent] += g",
    ),
    (
        "relu_in_place",
        "relu writes zeros into d, the gradient of its *output*. That array may also be the "
        "gradient of a neighbour: `add` hands the same one to both. Return a new array.",
        "            return (d * (x > 0),)\n",
        "            d[x <= 0] = 0\n            return (d,)\n",
    ),
    (
        "sum_forgotten",
        "Now the last user's gradient replaces that of the others. A node that is used twice gets "
        "both: a sum, in a new array.",
        "sums[parent] = sums[parent] + g",
        "sums[parent] = g",
    ),
    (
        "relu_lets_all_through",
        "relu hands its gradient on unchanged. Where its input was negative the output is a "
        "constant 0, and so is the gradient.",
        "return (d * (x > 0),)",
        "return (d,)",
    ),
    (
        "copied_too_late",
        "You copy the gradient when a node's turn comes. By then both parents of an earlier `add` "
        "may hold one array, and a sum that is written into one of them shows up in the other. "
        "Copy where an array is stored, or never add in place.",
        """        d = sums[node]
        for parent, g in zip(node.parents, node.vjp(d)):
            if parent in sums:
                sums[parent] = sums[parent] + g
""",
        """        d = sums[node].copy()
        for parent, g in zip(node.parents, node.vjp(d)):
            if parent in sums:
                sums[parent] += g
""",
    ),
)
