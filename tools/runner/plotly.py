"""Plotly for the page: of the installed package what the site's plotly.js can draw.

plotly.js is the cartesian partial bundle, so the classes of all other kinds of trace are left out,
and so are the notebook extensions, express, figure_factory and matplotlib's converter. Narwhals
comes along without its connections to other libraries. The page can then say in one sentence that
something is not there; what is there is unchanged, but for shorter lists of validators and styles.
"""

from __future__ import annotations

import json
from importlib.metadata import files, metadata, version
from importlib.util import find_spec
from pathlib import Path

from runner.wheels import file_name, wheel

SOURCES = {
    "plotly": "https://github.com/plotly/plotly.py",
    "narwhals": "https://github.com/narwhals-dev/narwhals",
}
TRACES = (
    "bar box contour heatmap histogram histogram2d histogram2dcontour image pie scatter "
    "scatterternary violin"
).split()
LEFT_OUT = {
    "plotly": {
        "labextension",
        "express",
        "figure_factory",
        "matplotlylib",
        "data",
        "api",
        "validators",
    },
    "_plotly_utils": set(),
    "narwhals": {
        "_arrow",
        "_dask",
        "_duckdb",
        "_ibis",
        "_pandas_like",
        "_polars",
        "_spark_like",
        "testing",
    },
}


def folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec and spec.origin, f"{package} is not installed"
    return Path(spec.origin).parent


def trimmed(package: str) -> dict[str, bytes]:
    """The Python files of an installed package, without the subpackages that are left out."""
    root = folder(package)
    kept = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if parts[0] not in LEFT_OUT[package] and "tests" not in parts:
            kept["/".join((package, *parts))] = path.read_bytes()
    return kept


def traces() -> set[str]:
    """All kinds of trace that plotly knows, by the names of their folders."""
    graph_objs = folder("plotly") / "graph_objs"
    kinds = {path.name for path in graph_objs.iterdir() if path.is_dir()}
    return kinds - {"layout", "__pycache__"}


def validators(kept: set[str]) -> bytes:
    """The list of validators, without those of traces that are left out."""
    path = folder("plotly") / "validators" / "_validators.json"
    every = json.loads(path.read_text("utf-8"))
    gone = traces() - kept
    few = {key: value for key, value in every.items() if key.split(".")[0] not in gone}
    return json.dumps(few, separators=(",", ":")).encode()


def template(path: Path, gone: set[str]) -> bytes:
    """A style template, without the styles of traces that are left out."""
    content = json.loads(path.read_text("utf-8"))
    for kind in gone & set(content.get("data", {})):
        del content["data"][kind]
    return json.dumps(content, separators=(",", ":")).encode()


def plotly_files() -> dict[str, bytes]:
    gone = traces() - set(TRACES)
    graph_objs = "plotly/graph_objs/"
    kept = {}
    for name, content in trimmed("plotly").items():
        kind = name.removeprefix(graph_objs).split("/")[0].removeprefix("_").removesuffix(".py")
        if not (name.startswith(graph_objs) and kind in gone | {"figurewidget"}):
            kept[name] = content
    for path in sorted((folder("plotly") / "package_data" / "templates").glob("*.json")):
        kept[f"plotly/package_data/templates/{path.name}"] = template(path, gone)
    kept["plotly/validators/_validators.json"] = validators(set(TRACES))
    return kept | trimmed("_plotly_utils")


def licence(package: str) -> bytes:
    """The text of an installed package's licence."""
    [path] = [path for path in files(package) or [] if path.stem == "LICENSE"]
    return Path(str(path.locate())).read_bytes()


def wheels() -> dict[str, bytes]:
    """Both wheels, by their file names."""
    made = {}
    for name, content in (("plotly", plotly_files()), ("narwhals", trimmed("narwhals"))):
        about = metadata(name)
        expression, address = about["License-Expression"], SOURCES[name]
        data = wheel(name, version(name), content, expression, address, licence(name))
        made[file_name(name, version(name), data)] = data
    return made
