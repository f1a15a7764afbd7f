# /// u30
# id = "d01.4"
# title = "A sampler with a broken knob"
# kind = "debug"
# difficulty = 2
# minutes = 15
# concepts = ["sampling", "temperature", "numerical stability"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
The network writes by drawing the next character from its softmax. A *temperature* τ makes it
cautious (below 1) or adventurous (above 1):

$$p^{(\tau)} \propto \exp(\text{logits} / \tau)$$

The sampler below runs, and at τ = 1 it even draws from the right distribution. Its author reports:
*"The temperature does nothing. And with my best model, whose logits reach 1000, I get an error
about NaN."* Find both mistakes. The function keeps its name and arguments.

| name | shape | meaning |
|---|---|---|
| `logits` | `(V,)` | scores of the next character |
| `tau` | one number | temperature, above 0 |
| `rng` | `numpy.random.Generator` | take every random number from it |
| result | one `int` | the character, 0 to V-1 |

One worked number: `logits = [0, ln 4]` gives character 1 with probability 4/5 at τ = 1, 16/17 at
τ = 0.5 and 2/3 at τ = 2. As τ goes to 0 it is always the largest logit.
"""
HINTS = (
    "Take p = [0.2, 0.8]. Divide it by 2, then make it sum to one again. What is left of the 2? "
    "And what is `np.exp(1000)`?",
    "The temperature belongs in front of the exponential, where it changes *differences* "
    "between logits; a constant factor on probabilities cancels. Then subtract the largest "
    "number before `np.exp`, as in the first exercise.",
    "```python\n"
    "scaled = ...                      # the temperature acts here\n"
    "p = np.exp(scaled - scaled.max())\n"
    "p = p / p.sum()\n"
    "return int(rng.choice(len(p), p=p))\n"
    "```",
)
AFTER = r"""
In the blog post the temperature is one short paragraph: near zero the model repeats "is that they
were all the same thing that was a startup" for ever; at higher temperatures it takes chances and
misspells. Dividing logits raises each probability to the power 1/τ, which is why a factor on the
probabilities cannot do it. The bug you repaired is a common one because nothing crashes: the text
looks fine, only the knob is dead. A test that *measures* the distribution finds it at once.
"""

# %% given
import numpy as np


# %% work
def sample(logits, tau, rng):  # (V,) -> int
    """Draw one character from softmax(logits / tau)."""
    # >>> solution
    scaled = logits / tau
    p = np.exp(scaled - scaled.max())
    p = p / p.sum()
    # --- starter
    # p = np.exp(logits)
    # p = p / p.sum()
    # p = p / tau
    # p = p / p.sum()
    # <<<
    return int(rng.choice(len(p), p=p))


# %% check
from u30.learn.cases import close, frequencies, holds

DRAWS = 500


def tempered(logits, tau):
    p = np.exp((logits - logits.max()) / tau)
    return p / p.sum()


def problem(rng):
    """Five logits in a new order each time, far enough apart that the temperature shows."""
    return rng.permutation(np.array([0.0, 0.8, 2.0, 3.0, 4.0]) + 0.1 * rng.random(5))


def draws(you, logits, tau, rng):
    results = you.sample.times(DRAWS, logits, tau, rng)
    frequencies(results, tempered(logits, tau), f"the draws at temperature {tau:g}")


def case_one_draw(you, rng, ref):
    """one draw is one whole number"""
    logits = problem(rng)
    frequencies([you.sample(logits, 1.0, rng)], tempered(logits, 1.0))


def case_temperature_one(you, rng, ref):
    """500 draws at temperature 1 follow softmax"""
    draws(you, problem(rng), 1.0, rng)


def case_cool(you, rng, ref):
    """500 draws at temperature 0.5: likely characters become likelier"""
    draws(you, problem(rng), 0.5, rng)


def case_warm(you, rng, ref):
    """500 draws at temperature 2: unlikely characters get a chance"""
    draws(you, problem(rng), 2.0, rng)


def case_frozen(you, rng, ref):
    """at temperature 0.000001 it is always the largest logit"""
    logits = problem(rng)
    result = you.sample(logits, 1e-6, rng)
    close(result, int(logits.argmax()), "the result")


def case_large_logits(you, rng, ref):
    """logits of -1,000 and +1,000"""
    place = int(rng.integers(6))
    logits = np.where(np.arange(6) == place, 1000.0, -1000.0)
    close(you.sample(logits, 1.0, rng), place, "the result")


def case_same_seed(you, rng, ref):
    """the same generator state gives the same characters"""
    logits, seed = np.zeros(30), int(rng.integers(1000))
    first = you.sample.times(20, logits, 1.0, np.random.default_rng(seed))
    again = you.sample.times(20, logits, 1.0, np.random.default_rng(seed))
    message = "Two generators in the same state gave different characters: draw only from `rng`."
    holds(first == again, message)


# %% wrong
def sample__probabilities_divided(logits, tau, rng):
    """You divide *probabilities* by the temperature and make them sum to one again: the factor
    cancels, and the knob does nothing. Divide the logits, before `np.exp`."""
    p = np.exp(logits - logits.max())
    p = p / p.sum() / tau
    return int(rng.choice(len(p), p=p / p.sum()))


def sample__multiplied(logits, tau, rng):
    """The knob turns the wrong way: a low temperature has to make the choice cautious. Divide the
    logits by it (or raise probabilities to the power 1/tau, not tau)."""
    return sample(logits, 1 / tau, rng)


def sample__overflow(logits, tau, rng):
    """The temperature is right now, but `np.exp` of more than 709 is inf, and inf/inf is NaN.
    Subtract the largest scaled logit first; the probabilities stay the same."""
    p = np.exp(logits / tau)
    return int(rng.choice(len(p), p=p / p.sum()))


def sample__always_the_likeliest(logits, tau, rng):
    """This always takes the likeliest character. That is temperature 0; a *draw* gives every
    character its share, for example with `rng.choice(len(p), p=p)`."""
    return int(np.argmax(logits))


def sample__uniform(logits, tau, rng):
    """Every character comes equally often: the probabilities are not handed to `rng.choice`
    (`p=p`)."""
    return int(rng.integers(len(logits)))


SURVIVORS = {
    "return int(rng.choice(len(p), p=p)) -> return rng.choice(len(p), p=p)": "a NumPy integer is a "
    "whole number as well",
}
