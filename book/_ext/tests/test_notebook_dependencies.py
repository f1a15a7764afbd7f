import pytest

from u30book.notebook_dependencies import dependencies

FILES = {
    "u30/__init__.py": "def check(id):\n    from u30.learn import notebook\n    return notebook\n",
    "u30/learn/__init__.py": "",
    "u30/learn/notebook.py": "",
    "u30/runtime.py": "import numpy as np\n",
    "u30/kernels/__init__.py": "",
    "u30/kernels/rnn.py": "from ..runtime import mm\n",
    "u30/kernels/conv.py": "from u30 import runtime\n",
    "u30/data/__init__.py": "",
    "u30/data/text.py": "def fables():\n    import u30.data.helper\n",
    "u30/data/helper.py": "",
    "u30/data/fables.txt": "Once.",
    "u30/data/__pycache__/text.pyc": "",
    "u30/data/genome.py": "FILE = 'phage.txt'\nPARTS = \"tales_\"\n",
    "u30/data/phage.txt": "ACGT",
    "u30/data/tales_1.txt": "Twice.",
    "u30/viz/__init__.py": (
        '"""Figures."""\nfrom u30.viz.plots import describe, slider\n'
        'from u30.viz.live import live_cup\n__all__ = ["describe", "live_cup", "slider"]\n'
    ),
    "u30/viz/plots.py": "from u30.viz.theme import COLORS\n",
    "u30/viz/live.py": "",
    "u30/viz/theme.py": "",
    "u30/papers/__init__.py": "",
    "u30/papers/d01_char_rnn.py": "from u30.kernels import rnn\nfrom u30.data.text import fables\n",
}


@pytest.fixture
def reached(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def of(*cells: str) -> set[str]:
        page = tmp_path / "page.md"
        page.write_text("\n\n".join(f"```{{code-cell}} python3\n{cell}\n```" for cell in cells))
        return {str(path.relative_to(tmp_path)) for path in dependencies(page, tmp_path)}

    return of


def test_imports_are_followed_with_packages_and_data(reached):
    assert reached("from u30.papers import d01_char_rnn") == {
        "u30/__init__.py",
        "u30/papers/__init__.py",
        "u30/papers/d01_char_rnn.py",
        "u30/kernels/__init__.py",
        "u30/kernels/rnn.py",
        "u30/runtime.py",
        "u30/data/__init__.py",
        "u30/data/text.py",
        "u30/data/helper.py",
        "u30/data/fables.txt",
    }


def test_importing_the_package_alone_reaches_nothing_else(reached):
    assert reached("import u30\nimport numpy as np") == {"u30/__init__.py"}


def test_a_lazy_import_counts_when_its_function_is_called(reached):
    assert "u30/learn/notebook.py" in reached("import u30", 'u30.check("d01.1")')


VIZ = {"u30/__init__.py", "u30/viz/plots.py", "u30/viz/theme.py"}


@pytest.mark.parametrize(
    "cells",
    [
        ["from u30.viz import describe"],
        ["from u30 import viz", "viz.describe(1)", "viz.slider(2)"],
        ["from u30 import viz as v\nv.slider()"],
    ],
)
def test_of_names_that_are_handed_on_only_those_count_that_are_used(reached, cells):
    assert reached(*cells) == VIZ


@pytest.mark.parametrize(
    "cells",
    [
        ["from u30 import viz", "viz.slider()", "getattr(viz, 'live_' + kind)()"],
        ["from u30 import viz\nv = viz\nv.live_cup()\nviz.slider()"],
        ["from u30 import viz"],
        ["from u30.viz import *"],
        ["import u30.viz"],
        ["import u30.viz as v\nv.slider()"],
    ],
)
def test_where_the_names_cannot_be_told_all_of_them_count(reached, cells):
    assert reached(*cells) == VIZ | {"u30/viz/live.py"}


def test_a_submodule_beside_handed_on_names_is_reached_alone(reached):
    theme = {"u30/__init__.py", "u30/viz/theme.py"}
    assert reached("from u30.viz.theme import COLORS") == theme
    assert reached("from u30 import viz\nviz.theme.COLORS") == theme


def test_an_init_with_code_of_its_own_counts_as_a_whole(reached, tmp_path):
    init = tmp_path / "u30/viz/__init__.py"
    init.write_text(init.read_text() + "SIZE = 3\n")
    files = reached("from u30.viz import describe")
    assert files == VIZ | {"u30/viz/__init__.py", "u30/viz/live.py"}


def test_a_data_file_belongs_to_the_modules_that_name_it(reached):
    common = {"u30/__init__.py", "u30/data/__init__.py", "u30/data/fables.txt"}
    named = {"u30/data/genome.py", "u30/data/phage.txt", "u30/data/tales_1.txt"}
    assert reached("from u30.data import genome") == common | named
    assert reached("import u30.data.helper") == common | {"u30/data/helper.py"}


def test_options_magics_and_broken_cells_do_not_disturb(reached):
    files = reached(":tags: [hide-input]\n%matplotlib inline\nimport u30.runtime", "def broken(:")
    assert files == {"u30/__init__.py", "u30/runtime.py"}


def test_pages_without_cells_rest_on_nothing(reached):
    assert reached() == set()
