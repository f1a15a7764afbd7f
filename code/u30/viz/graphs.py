"""A computational graph as an interactive figure: values appear, then gradients walk back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from u30.viz.plots import slider_figure
from u30.viz.theme import COLORS

Place = tuple[float, float]


@dataclass(frozen=True)
class GraphStep:
    """What is known at one position of the slider, and which node is at work."""

    says: str
    values: Mapping[str, float]
    gradients: Mapping[str, float] = field(default_factory=dict)
    busy: str = ""


def graph_figure(
    places: Mapping[str, Place],
    arrows: Sequence[tuple[str, str]],
    steps: Sequence[GraphStep],
    **options: Any,
) -> Any:
    """Nodes at `places`, lines along `arrows` (parent, node), and a slider over the steps.

    A node is grey until its value is known and orange while it is at work; its value stands above
    it and its gradient below. `options` go to `slider_figure`, which needs at least `alt`.
    """
    frames = [_traces(places, arrows, step) for step in steps]
    across, up = zip(*places.values())
    settings: dict[str, Any] = {
        "prefix": "step ",
        "height": 430,
        "hovermode": False,
        "showlegend": False,
        "margin": {"l": 15, "r": 15, "t": 60, "b": 40},
        "xaxis": {"visible": False, "range": [min(across) - 0.4, max(across) + 0.4]},
        "yaxis": {"visible": False, "range": [min(up) - 0.7, max(up) + 1.2]},
    }
    return slider_figure(frames, range(len(steps)), **{**settings, **options})


def _traces(
    places: Mapping[str, Place], arrows: Sequence[tuple[str, str]], step: GraphStep
) -> list[dict[str, Any]]:
    active = [(parent, node) for parent, node in arrows if node == step.busy]
    colors = [
        COLORS["orange" if node == step.busy else "blue" if node in step.values else "grey"]
        for node in places
    ]
    nodes = {
        **_points(list(places.values())),
        "mode": "markers+text",
        "marker": {"size": 32, "color": colors},
        "text": list(places),
        "textfont": {"color": "white", "size": 15},
    }
    across, up = zip(*places.values())
    middle = ((min(across) + max(across)) / 2, max(up) + 0.9)
    gradients = {node: f"∂ {value:.2f}" for node, value in step.gradients.items()}
    return [
        _lines(places, arrows, "#9aa0a6", 1.5),
        _lines(places, active, COLORS["orange"], 4),
        nodes,
        _texts(places, {node: f"{value:.2f}" for node, value in step.values.items()}, 0.42),
        _texts(places, gradients, -0.42),
        {**_points([middle]), "mode": "text", "text": [step.says]},
    ]


def _points(points: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [point[0] for point in points],
        "y": [point[1] for point in points],
    }


def _lines(
    places: Mapping[str, Place], arrows: Sequence[tuple[str, str]], color: str, width: float
) -> dict[str, Any]:
    ends = [place for a, b in arrows for place in (places[a], places[b], (None, None))]
    line = {"color": color, "width": width}
    return {**_points(ends or [(None, None)]), "mode": "lines", "line": line}


def _texts(places: Mapping[str, Place], texts: Mapping[str, str], shift: float) -> dict[str, Any]:
    at: list[tuple[Any, Any]] = [(places[node][0], places[node][1] + shift) for node in texts]
    return {**_points(at or [(None, None)]), "mode": "text", "text": list(texts.values()) or [""]}
