"""What do hidden states know? Two measures for a yes/no property of every position of a text."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


def unit_auc(states: np.ndarray, label: np.ndarray) -> np.ndarray:  # (N,H), (N,) bool -> (H,)
    """How well each unit alone tells two kinds of position apart: 0.5 is chance, 1 a switch.

    The area under the ROC curve: the probability that the unit is higher at a position of one kind
    than at one of the other, in whichever direction is above one half. A tie counts half.
    """
    auc = np.array([_auc(unit, label) for unit in states.T])
    return np.maximum(auc, 1 - auc)


def _auc(values: np.ndarray, label: np.ndarray) -> float:
    label = np.asarray(label, dtype=bool)
    if label.all() or not label.any():
        raise ValueError("An AUC compares two kinds of position, but all labels are the same.")
    others = np.sort(values[~label])
    below = np.searchsorted(others, values[label], side="left")
    up_to = np.searchsorted(others, values[label], side="right")
    return float((below + up_to).mean() / (2 * len(others)))


class Probe(NamedTuple):
    auc: float  # on the positions that were held out
    accuracy: float  # on the positions that were held out
    scores: np.ndarray  # (N,) above 0: yes


def linear_probe(states: np.ndarray, label: np.ndarray) -> Probe:  # (N,H), (N,) bool
    """Read the property off all units at once by least squares.

    Fitted on the first half of the positions, scored on the second: what the whole state knows,
    even if no single unit does.
    """
    label = np.asarray(label, dtype=bool)
    half = len(states) // 2
    rows = np.column_stack([states, np.ones(len(states))]).astype(np.float64)  # (N,H+1)
    weights, *_ = np.linalg.lstsq(rows[:half], np.where(label[:half], 1.0, -1.0), rcond=None)
    scores = rows @ weights
    held_out = label[half:]
    accuracy = float(np.mean((scores[half:] > 0) == held_out))
    return Probe(_auc(scores[half:], held_out), accuracy, scores)
