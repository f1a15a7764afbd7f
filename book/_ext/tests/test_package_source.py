import pytest

from u30book.package_source import find_source, too_wide
from u30book.page_text import WIDTH

MODULE = '''"""A module."""

RATE = 0.5


@decorated
def double(x):
    """Twice x."""
    return 2 * x


class Net:
    def forward(self, x):
        return x


def last():
    pass
'''


@pytest.fixture
def code_dir(tmp_path):
    package = tmp_path / "u30" / "kernels"
    package.mkdir(parents=True)
    (package / "small.py").write_text(MODULE)
    (package / "__init__.py").write_text('"""Kernels."""\n\n\ndef inside():\n    return 1\n')
    return tmp_path


def test_a_function_comes_with_its_decorators_and_lines(code_dir):
    source = find_source("u30.kernels.small.double", code_dir)
    assert source.text == '@decorated\ndef double(x):\n    """Twice x."""\n    return 2 * x'
    assert (source.first, source.last) == (6, 9)


def test_a_method_is_shown_without_its_indentation(code_dir):
    source = find_source("u30.kernels.small.Net.forward", code_dir)
    assert source.text == "def forward(self, x):\n    return x"


def test_classes_names_packages_and_whole_modules_are_found(code_dir):
    assert find_source("u30.kernels.small.Net", code_dir).text.startswith("class Net:")
    assert find_source("u30.kernels.small.RATE", code_dir).text == "RATE = 0.5"
    assert find_source("u30.kernels.inside", code_dir).first == 4
    assert find_source("u30.kernels.small", code_dir).last == len(MODULE.splitlines())


def test_lines_that_the_page_cuts_off_are_told(code_dir):
    fits, wide = "x" * WIDTH, "x" * (WIDTH + 1)
    text = f"class Long:\n    def call():\n        {fits[4:]}\n        {wide[4:]}\n"
    (code_dir / "u30" / "kernels" / "small.py").write_text(text)
    method = find_source("u30.kernels.small.Long.call", code_dir)  # shown 4 characters further left
    assert too_wide(method) == [(4, WIDTH + 1)]
    inside = find_source("u30.kernels.small.Long", code_dir)
    assert too_wide(inside) == [(3, WIDTH + 4), (4, WIDTH + 5)]


@pytest.mark.parametrize("name", ["u30.kernels.small.triple", "u30.kernels.small.Net.backward"])
def test_an_unknown_name_is_an_error(code_dir, name):
    with pytest.raises(LookupError, match=r"small\.py has no"):
        find_source(name, code_dir)


def test_an_unknown_module_is_an_error(code_dir):
    with pytest.raises(LookupError, match="no module"):
        find_source("numpy.linalg.norm", code_dir)
