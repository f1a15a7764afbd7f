"""Figures, tables and live demos for the pages. Plotting libraries are imported only when used.

from u30.viz import setup, glue, describe, slider_figure, live_char_rnn
"""

from u30.viz.glue import glue
from u30.viz.graphs import GraphStep, graph_figure
from u30.viz.live import live_char_rnn
from u30.viz.live_bits_back import live_bits_back
from u30.viz.live_coffee import live_coffee
from u30.viz.live_memory import live_memory
from u30.viz.live_query import live_query
from u30.viz.live_structure import live_structure
from u30.viz.live_transformer import live_transformer
from u30.viz.live_whisper import live_whisper
from u30.viz.live_zipper import live_zipper
from u30.viz.plots import describe, layout, slider_figure
from u30.viz.theme import COLORS, SEQUENTIAL, setup

__all__ = [
    "COLORS",
    "SEQUENTIAL",
    "GraphStep",
    "describe",
    "glue",
    "graph_figure",
    "layout",
    "live_bits_back",
    "live_char_rnn",
    "live_coffee",
    "live_memory",
    "live_query",
    "live_structure",
    "live_transformer",
    "live_whisper",
    "live_zipper",
    "setup",
    "slider_figure",
]
