"""One look for all figures: colour-blind-safe, transparent, and the same bytes at each build."""

from __future__ import annotations

# Okabe and Ito's palette, darkest uses first; readable on white and, inverted, on black.
COLORS = {
    "blue": "#0072b2",
    "orange": "#d55e00",
    "green": "#009e73",
    "pink": "#cc79a7",
    "sky": "#56b4e9",
    "amber": "#e69f00",
    "yellow": "#f0e442",
    "grey": "#6b6b6b",
}
CYCLE = [COLORS[name] for name in ("blue", "orange", "green", "pink", "sky", "amber")]
INK = "#22272e"
SEQUENTIAL = "cividis"  # a colour map that survives colour blindness and grey print
DIVERGING = "RdBu_r"  # for values around zero, such as the states of a tanh unit
FONTS = ["DejaVu Sans", "sans-serif"]


def setup() -> None:
    """Configure matplotlib for this course: call it once at the top of a notebook."""
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update(
        {
            "figure.figsize": (7.0, 3.8),
            "figure.constrained_layout.use": True,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "savefig.transparent": True,
            "savefig.bbox": "tight",
            "font.family": "sans-serif",
            "font.sans-serif": FONTS,
            "font.size": 11,
            "axes.titlesize": 12,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "axes.labelsize": 11,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "axes.titlecolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#b8bec6",
            "grid.linewidth": 0.6,
            "grid.alpha": 0.6,
            "axes.axisbelow": True,
            "axes.prop_cycle": cycler(color=CYCLE),
            "image.cmap": SEQUENTIAL,
            "lines.linewidth": 2.0,
            "legend.frameon": False,
            "svg.fonttype": "none",
            "svg.hashsalt": "u30",
        }
    )
    _inline_svg()


def _inline_svg() -> None:
    """Show figures as SVG, without the date that would differ from build to build."""
    try:
        from IPython.core.getipython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None})
