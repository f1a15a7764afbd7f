# /// u30
# id = "engine.1"
# title = "The walk back"
# kind = "implement"
# difficulty = 2
# minutes = 20
# concepts = ["computational graph", "chain rule", "topological order"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
`Value` is given: a number that remembers which numbers it was computed from (`parents`) and, for
each of them, the local derivative (`slopes`). Nobody has derived anything about the formula as a
whole. That is your job: carry the gradient from the result back to every number below it.

$$\bar v = \frac{\partial y}{\partial v}, \qquad \bar y = 1, \qquad
\bar v = \sum_{u\ \text{uses}\ v} \bar u\, \frac{\partial u}{\partial v}$$

The sum is the point. A number that is used twice is blamed twice, and it may only hand its blame on
when it has heard from **all** its users. A node is always made after its parents, and `time` says
when: that is all the order you need. Write the middle of `gradient(f, x)`. Every `grad` starts as
zero.

| name | type | meaning |
|---|---|---|
| `f` | function | takes Values, returns one Value |
| `x` | `(n,)` array | the numbers to call it with |
| `leaves` | list of n Values | the inputs of the graph |
| `root` | Value | the result, `f(*leaves)` |
| result | `(n,)` array | the gradient of the result with respect to each input |

No recursion, please: a graph is easily deeper than Python's stack. And visit each node once: where
every step uses the one before twice, forty steps have a million million paths.

One worked number: for `f = lambda a, b: a * b + a` at (2, 3) the result is 8 and the gradient is
(4, 2), which is $(b + 1, a)$.
"""
HINTS = (
    "In `a * b + a`, who uses `a`? When the walk arrives at `a` for the first time, has it heard "
    "from all of them? And which node can be sure that nobody uses it any more?",
    "Two steps. First collect every node below `root`, each once: a set of those found, and a list "
    "of those whose parents you have not looked at yet. Then set `root.grad` to 1 and go through "
    "them from the newest to the oldest. Each node **adds** its grad times the slope to each of "
    "its parents.",
    "```python\n"
    "found, todo = {root}, [root]\n"
    "while todo:\n"
    "    for parent in todo.pop().parents:\n"
    "        if parent not in found:\n"
    "            found.add(parent)\n"
    "            todo.append(parent)\n"
    "root.grad = 1.0\n"
    "for node in sorted(found, key=lambda node: node.time, reverse=True):\n"
    "    for parent, slope in zip(node.parents, node.slopes):\n"
    "        ...\n"
    "```",
)
AFTER = r"""
You have written `walk_back` of `u30/graph.py`, and the heart of every framework: ten lines that
differentiate any formula. They cost a small multiple of the formula itself, however many inputs
there are, while nudging the inputs one by one would cost two formulas each. That is why a network
with a million weights can be trained at all. Your two rules are the two classic bugs turned round:
gradients *add up*, and a node waits for *all* its users. Others sort the graph first; a clock that
ticks with every node is such an order for free.
"""

# %% given
import numpy as np


class Value:
    """A number that remembers what it was computed from."""

    made = 0

    def __init__(self, data, parents=(), slopes=()):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes = parents, slopes  # slopes: d self / d parent
        Value.made += 1
        self.time = Value.made  # larger than that of any parent

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        a, b = self.data, other.data
        return Value(a * b, (self, other), (b, a))

    def tanh(self):
        y = np.tanh(self.data)
        return Value(y, (self,), (1 - y * y,))


# %% work
def gradient(f, x):  # (n,) -> (n,)
    """The gradient of f at x, by one walk back through its graph."""
    leaves = [Value(number) for number in x]
    root = f(*leaves)
    # >>> solution
    found, todo = {root}, [root]
    while todo:
        for parent in todo.pop().parents:
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    root.grad = 1.0
    for node in sorted(found, key=lambda node: node.time, reverse=True):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad
    # --- starter
    # raise NotImplementedError("your turn: fill in every node's grad")
    # <<<
    return np.array([leaf.grad for leaf in leaves])


# %% check
from u30.learn.calls import LearnerError
from u30.learn.cases import close, holds


class Formula:
    """A formula that shows itself in reports, and counts its calls and all looks at parents."""

    def __init__(self, names, text, function=None):
        self.text = f"lambda {names}: {text}"
        self.function = function or eval(self.text)
        self.calls = self.looks = self.nodes = 0

    def __repr__(self):
        return self.text

    def __call__(self, *leaves):
        formula = self

        class Watched(tuple):
            def __iter__(self):
                formula.looks += 1
                return super().__iter__()

        root = self.function(*leaves)
        found, todo = {root}, [root]
        while todo:
            node = todo.pop()
            new = set(node.parents) - found
            node.parents = Watched(node.parents)
            found |= new
            todo += new
        self.calls, self.looks, self.nodes = self.calls + 1, 0, len(found)
        return root


def agree(you, ref, rng, names, text, function=None):
    f = Formula(names, text, function)
    x = np.round(rng.uniform(0.3, 1.7, size=len(names.split(","))), 2)
    x += 0.05 * np.arange(len(x))  # no two alike
    want = ref.gradient(f, x)
    f.calls = 0
    close(you.gradient(f, x), want, "the gradient", n=len(x))
    return f


def case_product(you, rng, ref):
    """one product"""
    agree(you, ref, rng, "a, b", "a * b")


def case_chain(you, rng, ref):
    """a chain of three operations"""
    agree(you, ref, rng, "a, b, c", "(a * b).tanh() * c")


def case_square(you, rng, ref):
    """a number times itself: the same parent twice"""
    agree(you, ref, rng, "a, b", "a * a * b")


def case_diamond(you, rng, ref):
    """a diamond: both factors depend on both inputs"""
    agree(you, ref, rng, "a, b", "(a + b) * (a * b)")


def case_long_arm(you, rng, ref):
    """a diamond with one long arm: a node must wait for its last user"""
    agree(you, ref, rng, "a, b", "(s := a * b).tanh().tanh().tanh() + s * a")


def case_late_arm(you, rng, ref):
    """the same with the short arm first"""
    agree(you, ref, rng, "a, b", "(s := a * b) + (s + a).tanh().tanh() * s")


def case_unused(you, rng, ref):
    """an input that the formula does not use"""
    agree(you, ref, rng, "a, b, c", "a * c + c")


def case_input_itself(you, rng, ref):
    """the formula is one of its inputs"""
    agree(you, ref, rng, "a, b", "b")


def case_random_graph(you, rng, ref):
    """forty operations on random earlier results"""
    plan = [(int(rng.integers(3)), rng.random(2)) for _ in range(40)]

    def function(*leaves):
        nodes = list(leaves)
        for kind, (i, j) in plan:
            a, b = nodes[int(i * len(nodes))], nodes[-1 - int(3 * j)]
            nodes.append((a + b, a * b, b.tanh())[kind].tanh())
        return nodes[-1]

    agree(you, ref, rng, "a, b, c", "... forty operations ...", function)


def case_once(you, rng, ref):
    """twelve doublings: 4,096 paths, but one call and one visit to each node"""

    def function(a):
        for _ in range(12):
            a = a + a
        return a

    visits_each_once(agree(you, ref, rng, "a", "... a = a + a, twelve times ...", function))


def case_once_with_detours(you, rng, ref):
    """the same with a detour in each step, now on the left, now on the right"""

    def function(a):
        for _ in range(8):
            a = a.tanh() + a
            a = a + a.tanh()
        return a

    text = "... a = a.tanh() + a; a = a + a.tanh(), eight times ..."
    visits_each_once(agree(you, ref, rng, "a", text, function))


def visits_each_once(f):
    holds(
        f.calls == 1,
        "Your code computes the formula more than once. One call, and one walk back through its "
        "graph, gives the slopes of all inputs.",
        f"{f.calls} calls",
        "1",
    )
    holds(
        f.looks <= 4 * f.nodes,
        f"The graph has {f.nodes} nodes, but your walk has looked at parents {f.looks} times. "
        "Visit each node once, when all its users are done.",
        f.looks,
        f"at most {4 * f.nodes}",
    )


def case_deep(you, rng, ref):
    """a chain of 1,200 operations: too deep for recursion"""

    def function(a, b):
        c = a
        for _ in range(600):
            c = (c * b).tanh()
        return c + b

    try:
        agree(you, ref, rng, "a, b", "... c = (c * b).tanh(), 600 times ...", function)
    except LearnerError as problem:
        holds(
            not isinstance(problem.error, RecursionError),
            "Your function calls itself once for each node of a chain, and Python stops that after "
            "about 1,000 calls. Keep a list of what is still to do, and a loop.",
        )
        raise


# %% wrong
EDITS = (
    (
        "overwritten",
        "The last user of a number wins: `=` forgets what the others have said. A number that is "
        "used twice is blamed twice, so its gradient is a sum: `+=`.",
        "parent.grad += slope * node.grad",
        "parent.grad = slope * node.grad",
    ),
    (
        "oldest_first",
        "Only the parents of the result have got a gradient. Either the walk ends there, or it "
        "starts with the oldest nodes, who hand on 0 because nobody has told them anything yet. "
        "Blame flows from the result to the inputs: newest first, down to the last one.",
        "reverse=True",
        "reverse=False",
    ),
    (
        "order_of_discovery",
        "You go through the nodes in the order in which you found them. With two arms of different "
        "length a node is found early, and passes its gradient on before its last user has added "
        "to it. Sort by `time`, newest first.",
        """    found, todo = {root}, [root]
    while todo:
        for parent in todo.pop().parents:
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    root.grad = 1.0
    for node in sorted(found, key=lambda node: node.time, reverse=True):
""",
        """    found, todo = {root: 1}, [root]
    while todo:
        for parent in todo.pop(0).parents:
            if parent not in found:
                found[parent] = 1
                todo.append(parent)
    root.grad = 1.0
    for node in found:
""",
    ),
    (
        "passed_on_again_and_again",
        "A node that is reached on two ways is handled twice, and the second time it hands on what "
        "it has handed on before. Collect the nodes first, each once; then let each pass its "
        "gradient on a single time.",
        """    found, todo = {root}, [root]
    while todo:
        for parent in todo.pop().parents:
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    root.grad = 1.0
    for node in sorted(found, key=lambda node: node.time, reverse=True):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad
""",
        """    root.grad = 1.0
    steps = 0

    def push(node):
        nonlocal steps
        steps += 1
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad
            if steps < 400:
                push(parent)

    push(root)
""",
    ),
    (
        "start_missing",
        "The walk starts with nothing to hand on. The result depends on itself with slope 1: "
        "`root.grad = 1.0`.",
        "    root.grad = 1.0\n",
        "",
    ),
    (
        "starts_with_the_result",
        "You start with the value of the result. What starts the walk is its slope with respect to "
        "itself, which is 1 whatever the value.",
        "root.grad = 1.0",
        "root.grad = root.data",
    ),
    (
        "slope_of_the_value",
        "You multiply by the parent's *value*. What belongs there is the local derivative, "
        "`slope`: for `a * b` the slope for a is b.",
        "slope * node.grad",
        "parent.data * node.grad",
    ),
    (
        "slope_missing",
        "The gradient arrives at every parent unchanged. The chain rule multiplies it by the local "
        "derivative, `slope`.",
        "slope * node.grad",
        "node.grad",
    ),
    (
        "slopes_without_the_way",
        "Only the last slope counts here. The chain rule multiplies the slopes along the way: the "
        "local one times what the node itself has been told, `node.grad`.",
        "slope * node.grad",
        "slope",
    ),
)
