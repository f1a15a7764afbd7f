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


def test_options_magics_and_broken_cells_do_not_disturb(reached):
    files = reached(":tags: [hide-input]\n%matplotlib inline\nimport u30.runtime", "def broken(:")
    assert files == {"u30/__init__.py", "u30/runtime.py"}


def test_pages_without_cells_rest_on_nothing(reached):
    assert reached() == set()
