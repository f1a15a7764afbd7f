"""A small language with quotes and brackets whose entropy is known exactly.

Thirty words, all equally likely. Outside, the next thing is a word (probability 0.7; then ".\\n"
with 0.15, else a space), or an opened quote or bracket (0.15 each). Inside, words follow one
another; after each, the quote or bracket is closed with 0.4. Nothing nests, so one bit of memory,
held for any number of words, tells which closer is right.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

WORDS = (
    "the a cat dog king queen old red sea moon runs sings sees eats and of to in stone river "
    "bird night star tree wind fire little green loud soft"
).split()
P_WORD, P_QUOTE, P_BRACKET = 0.7, 0.15, 0.15
P_STOP = 0.15  # a full stop after a word outside
P_CLOSE = 0.4  # the closer after a word inside
CLOSERS = {'"': '"', "[": "]"}


class ToyText(NamedTuple):
    text: str
    bits: float  # -log2 of the probability of all choices made while writing it

    @property
    def bits_per_character(self) -> float:
        """What an ideal predictor, which knows the rules, would pay for this very text."""
        return self.bits / len(self.text)


def generate(n_chars: int, rng: np.random.Generator) -> ToyText:
    """Write at least `n_chars` characters and end where nothing is open."""
    parts: list[str] = []
    bits, length = 0.0, 0
    while length < n_chars:
        phrase, phrase_bits = _phrase(rng)
        parts.append(phrase)
        bits += phrase_bits
        length += len(phrase)
    return ToyText("".join(parts), bits)


def _phrase(rng: np.random.Generator) -> tuple[str, float]:
    """A word, a quote or a bracket, with the bits of its choices."""
    u = rng.random()
    if u < P_WORD:
        stop = rng.random() < P_STOP
        text = _word(rng) + (".\n" if stop else " ")
        return text, -math.log2(P_WORD * _binary(stop, P_STOP) / len(WORDS))
    opener, p = ('"', P_QUOTE) if u < P_WORD + P_QUOTE else ("[", P_BRACKET)
    words, bits, closed = [], -math.log2(p), False
    while not closed:
        words.append(_word(rng))
        closed = rng.random() < P_CLOSE
        bits -= math.log2(_binary(closed, P_CLOSE) / len(WORDS))
    return f"{opener}{' '.join(words)}{CLOSERS[opener]} ", bits


def _word(rng: np.random.Generator) -> str:
    return WORDS[int(rng.integers(len(WORDS)))]


def _binary(happened: bool, p: float) -> float:
    return p if happened else 1 - p


def entropy_rate() -> float:
    """Bits per character of the language, in closed form.

    Phrases are independent and alike, so the rate is the mean number of bits of a phrase over the
    mean number of its characters (renewal-reward theorem). Every text can be read back in one way
    only, so the bits of the choices are the bits of the characters.
    """
    word_bits = math.log2(len(WORDS))
    word_length = sum(map(len, WORDS)) / len(WORDS)
    words_inside = 1 / P_CLOSE  # mean of a geometric distribution
    p_span = P_QUOTE + P_BRACKET
    bits = (
        _entropy(P_WORD, P_QUOTE, P_BRACKET)
        + P_WORD * (word_bits + _entropy(P_STOP, 1 - P_STOP))
        + p_span * words_inside * (word_bits + _entropy(P_CLOSE, 1 - P_CLOSE))
    )
    # Outside: the word, then one or two characters.
    # Inside: the opener, words, the spaces between them, the closer and a space.
    characters = P_WORD * (word_length + 1 + P_STOP) + p_span * (
        1 + words_inside * word_length + (words_inside - 1) + 2
    )
    return bits / characters


def _entropy(*probabilities: float) -> float:
    return -sum(p * math.log2(p) for p in probabilities)


def inside(text: str) -> np.ndarray:  # N characters -> (N,) of "", '"' or "["
    """What is open after each character has been read: nothing, a quote or a bracket."""
    state, states = "", []
    for char in text:
        if state:
            state = "" if char == CLOSERS[state] else state
        elif char in CLOSERS:
            state = char
        states.append(state)
    return np.array(states, dtype="<U1")
