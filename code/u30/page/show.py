"""What a cell shows of a value: the richest form that the page can draw, as {"mime", "data"}."""

import base64
import io
import json
import pprint
import sys
from typing import Any

from u30.claims import MIME as CLAIMS
from u30.learn.printed import MOST_OUTPUT, cap
from u30.viz.live import MIME as LIVE

PLOTLY = "application/vnd.plotly.v1+json"
# From the richest down.
RICH = (PLOTLY, CLAIMS, LIVE, "text/html", "image/svg+xml", "image/png", "text/plain")
METHODS = {"text/html": "_repr_html_", "image/svg+xml": "_repr_svg_", "image/png": "_repr_png_"}
MOST = 5_000_000  # characters of one output

Shown = dict[str, Any]


def shown(value: Any) -> Shown:
    forms = _forms(value)
    mime = next((mime for mime in RICH if forms.get(mime)), "text/plain")
    data = forms.get(mime, "")
    if isinstance(data, bytes):
        data = base64.b64encode(data).decode("ascii")
    if mime == "text/plain":
        return {"mime": mime, "data": cap(data[:MOST_OUTPUT], max(0, len(data) - MOST_OUTPUT))}
    size = len(data if isinstance(data, str) else json.dumps(data))
    if size > MOST:
        large = f"This output is too large to show in the page ({size / 1e6:.0f} MB)."
        return {"mime": "text/plain", "data": large}
    return {"mime": mime, "data": data}


def figures() -> list[Shown]:
    """The matplotlib figures that are open, as SVG; then they are closed."""
    if "matplotlib.pyplot" not in sys.modules:
        return []
    import matplotlib.pyplot as plt

    return [shown(plt.figure(number)) for number in plt.get_fignums()]


def _forms(value: Any) -> dict[str, Any]:
    """Every form the value offers, by MIME type."""
    if hasattr(value, "to_plotly_json") and hasattr(value, "to_json"):
        return {PLOTLY: json.loads(value.to_json())}
    if type(value).__name__ == "Figure" and hasattr(value, "savefig"):
        return {"image/svg+xml": _svg(value)}
    forms: dict[str, Any] = {}
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_(include=None, exclude=None)
        forms |= bundle[0] if isinstance(bundle, tuple) else bundle
    for mime, method in METHODS.items():
        if mime not in forms and hasattr(value, method):
            forms[mime] = getattr(value, method)()
    if not any(forms.get(mime) for mime in RICH):
        forms["text/plain"] = _text(value)
    return forms


def _text(value: Any) -> str:
    if isinstance(value, list | tuple | dict | set):
        return pprint.pformat(value, sort_dicts=False)
    return repr(value)


def _svg(figure: Any) -> str:
    """The picture. The figure is closed then: its cell shows it once, however it was asked for."""
    import matplotlib.pyplot as plt

    stream = io.StringIO()
    figure.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    return stream.getvalue()
