"""Who may import whom: lower layers never know the upper ones. Reads the imports, runs nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import u30

ROOT = Path(u30.__file__).parent
# A module may import modules of lower layers, and its own folder.
LAYERS = [
    {"runtime"},
    {"kernels", "data", "command", "claims", "checkpoint", "progress", "schedules"},
    {"baselines", "viz", "probing"},
    {"graph"},
    {"tensor"},
    {"functional", "gradcheck"},
    {"nn", "optim", "schedules"},
    {"train"},
    {"papers"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
NO_PAPERS = {"learn", "cli", "page"}  # and apart from that they may use anything
PLOTTING = {"matplotlib", "plotly", "ipywidgets", "IPython", "rich"}

MODULES = [
    path
    for path in ROOT.rglob("*.py")
    if path != ROOT / "__init__.py" and "exercises" not in path.parts
]


def imports(path, top_level_only=False):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "u30":
                yield from (f"u30.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def layer(path):
    return path.relative_to(ROOT).with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downwards(path):
    own = layer(path)
    used = {name.split(".")[1] for name in imports(path) if name.startswith("u30.")} - {own}
    if own in NO_PAPERS:
        assert "papers" not in used
    else:
        assert own in RANK, f"{own} has no place in the layers yet"
        for name in used:
            assert RANK[name] < RANK[own], f"{own} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_outside_viz_only_numpy_is_imported_at_the_top(path):
    foreign = {name.split(".")[0] for name in imports(path, top_level_only=True)}
    allowed = sys.stdlib_module_names | {"u30", "numpy"}
    if layer(path) != "cli":
        assert foreign <= allowed, foreign - allowed


@pytest.mark.parametrize(
    "path", sorted((ROOT / "papers").glob("d*.py")), ids=lambda path: path.stem
)
def test_a_paper_imports_no_other_paper(path):
    day = path.stem[:3]
    for name in imports(path):
        if name.startswith("u30.papers."):
            assert name.split(".")[2].startswith(day)
    assert not PLOTTING & {name.split(".")[0] for name in imports(path)}


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, u30; print(sorted({'numpy', 'matplotlib', 'plotly'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_a_paper_loads_no_plotting_library():
    code = (
        "import sys, u30.papers.d01_char_rnn, u30.papers.d01_headline, u30.viz;"
        "print(sorted({'matplotlib', 'plotly', 'IPython'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
