"""Interactive plotly figures for a static page: all frames are inside, a slider chooses one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from u30.viz.theme import CYCLE


def layout(**changes: Any) -> dict[str, Any]:
    """The course's plotly layout: transparent, with fonts left to the page."""
    base: dict[str, Any] = {
        "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": CYCLE,
        "font": {"family": "inherit", "size": 14},
        "margin": {"l": 60, "r": 20, "t": 60, "b": 50},
        "hovermode": "closest",
    }
    return {**base, **changes}


def describe(figure: Any, alt: str) -> Any:
    """Give a plotly figure its alternative text and return the figure."""
    if not alt.strip():
        raise ValueError("The alternative text is empty: say what the figure shows.")
    figure.layout.meta = {"alt": alt}
    return figure


def slider_figure(
    frames: Sequence[Sequence[Any]],
    labels: Sequence[object],
    *,
    alt: str,
    title: str = "",
    prefix: str = "",
    start: int = 0,
    play: bool = False,
    milliseconds: int = 400,
    **layout_changes: Any,
) -> Any:
    """A figure with one frame per label and a slider that chooses among them.

    `frames[i]` is the list of plotly traces to show at `labels[i]`; every frame has the same number
    of traces. `prefix` stands before the label, `play` adds a button, and further keywords change
    the layout (`xaxis`, `yaxis`, `height`, ...).
    """
    import plotly.graph_objects as go

    if len(frames) != len(labels) or not frames:
        raise ValueError(f"There are {len(frames)} frames but {len(labels)} labels.")
    if len({len(traces) for traces in frames}) != 1:
        raise ValueError("Every frame needs the same number of traces.")
    names = [str(label) for label in labels]
    jump = {"mode": "immediate", "transition": {"duration": 0}}
    steps = [
        {
            "label": name,
            "method": "animate",
            "args": [[name], {**jump, "frame": {"duration": 0, "redraw": True}}],
        }
        for name in names
    ]
    slider = {"active": start, "currentvalue": {"prefix": prefix}, "pad": {"t": 50}, "steps": steps}
    settings = layout(title={"text": title, "x": 0}, sliders=[slider], **layout_changes)
    if play:
        settings["updatemenus"] = [_buttons(milliseconds)]
    figure = go.Figure(
        data=list(frames[start]),
        frames=[go.Frame(name=name, data=list(traces)) for name, traces in zip(names, frames)],
        layout=settings,
    )
    return describe(figure, alt)


def _buttons(milliseconds: int) -> dict[str, Any]:
    run = {"frame": {"duration": milliseconds, "redraw": True}, "fromcurrent": True}
    stop = {"frame": {"duration": 0}, "mode": "immediate"}
    return {
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "x": 0,
        "y": -0.15,
        "xanchor": "left",
        "yanchor": "top",
        "buttons": [
            {"label": "Play", "method": "animate", "args": [None, run]},
            {"label": "Pause", "method": "animate", "args": [[None], stop]},
        ],
    }
