"""Every exercise, whatever day, is proven; and every proof finds what it is there to find."""

from dataclasses import replace

import nbformat
import pytest

from u30.cli.template import TEMPLATE
from u30.learn import golden
from u30.learn.fresh import BUILT, stale
from u30.learn.parse import load, load_all, parse
from u30.learn.proof import PROOFS, prove

EXERCISES = load_all()
FAST = [name for name in PROOFS if name != "fresh"]  # needs no built site


@pytest.mark.parametrize("name", FAST)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_exercise_is_proven(exercise, name):
    proof = prove(exercise, (name,))
    assert proof.holds, "\n".join(map(str, proof.findings))


@pytest.mark.site
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_built_pages_and_notebooks_show_this_version(exercise):
    if not BUILT.is_dir():
        pytest.skip("the site is not built")
    assert not list(stale(exercise))


def test_golden_texts_belong_to_exercises():
    left_over = {path.stem for path in golden.FOLDER.glob("*")} - {e.id for e in EXERCISES}
    assert not left_over


def exercise(*changes):
    """The template as an exercise, with texts changed."""
    text = TEMPLATE.replace("{id}", "d30.9").replace("{title}", "A title")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return parse(text)


def findings(name, *changes):
    return "\n".join(finding.text for finding in prove(exercise(*changes), (name,)).findings)


def test_the_template_lacks_nothing_but_words():
    proof = prove(exercise())
    assert {finding.proof for finding in proof.findings} == {"golden"}


def widened(words, length):
    return words, words.ljust(length, "#")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"A question that leads on.', '"```x```'), "the first hint shows code"),
        (("x - ...   # the", "x - m   # the"), "code with one hole"),
        (("# minutes = 15", "# minutes = 300"), "300 minutes"),
        (("|---|---|---|", ""), "no table"),
        (("worked number", "example"), "worked number"),
        (('"""float32, and a view', '"""the smallest readable case"""\n    """'), "two cases"),
        (("import numpy as np\n", "import numpy as np\nimport scipy\n"), "import scipy"),
        (("# needs = []", '# needs = ["d30.9"]'), "needs d30.9"),
        (('# concepts = ["DRAFT: the ideas it trains"]', "# concepts = []"), "concepts"),
        (widened("import numpy as np", 81), "given has a line of 81 characters"),
        (widened('("your turn")', 52), "starter has a line of 81 characters"),
        (widened("return x - x.mean(axis=0)", 77), "solution has a line of 81 characters"),
        (widened("mean of each column", 60), "hint 3 has a line of 83 characters"),
        (("One worked", f"```\n{81 * 'x'}\n```\nOne worked"), "prompt has a line of 81"),
    ],
)
def test_a_file_that_lacks_something_is_found(change, said):
    assert said in findings("file", change)


def test_a_line_of_80_characters_and_a_wide_line_of_prose_are_fine():
    prose = ("One worked", f"{81 * 'x'}\n\nOne worked")
    assert not findings("file", widened("return x - x.mean(axis=0)", 76), prose)


def test_a_starter_that_passes_is_found():
    right = ('# raise NotImplementedError("your turn")', "# return x - x.mean(axis=0)")
    assert "the starter ends in pass" in findings("starter", right)


def test_a_starter_of_a_debug_exercise_has_something_to_debug():
    assert "ends in todo" in findings("starter", ('"implement"', '"debug"'))


def test_a_solution_that_fails_on_some_seeds_is_found():
    unlucky = ('"""N and D of different size"""', "assert rng.random() < 0.5")
    title = ("def case_every_axis(you, rng, ref):", "def case_every_axis(you, rng, ref):\n    'x'")
    assert "does not pass on seed" in findings("solution", title, unlucky)


def test_a_solution_that_takes_too_long_is_found(monkeypatch):
    monkeypatch.setattr("u30.learn.proof.QUICK", 0.0)
    assert "learners wait for it" in findings("solution")


WEAK = (
    "close(you.centred(x), ref.centred(x), N=N, D=D)",
    "assert you.centred(x).shape == ref.centred(x).shape",
)
STRICT = (
    "close(you.centred(x), ref.centred(x), N=N, D=D)",
    "close(bool((you.centred(x) == ref.centred(x)).all()), True)",
)


def test_lazy_answers_that_pass_are_found():
    found = findings("answers", WEAK)
    assert "`centred` returning zeros ends in pass" in found
    assert "`centred` returning input 0 ends in pass" in found
    assert "returning None" not in found


def test_right_answers_that_are_rejected_are_found():
    assert "the right answer with rounding errors is rejected" in findings("answers", STRICT)


def test_wrong_versions_that_pass_are_found():
    assert "wrong_axis ends in pass on seed 0" in findings("wrong", WEAK)


def test_wrong_versions_that_are_taken_for_another_are_found():
    twin = (
        '    (\n        "wrong_axis"',
        '    ("twin", "An equal one.", "x.mean(axis=0)", "x.mean(1, keepdims=True)"),\n'
        '    (\n        "wrong_axis"',
    )
    assert "wrong_axis is rejected on seed 0, but named as twin" in findings("wrong", twin)


def test_mutants_that_pass_are_found():
    assert "a mutant passes: return x - x.mean(axis=0)" in findings("mutants", WEAK)


def test_a_mutant_that_passes_by_luck_is_found():
    lucky = ("close(you.centred(x)", "x[0, 0] > 0 or close(you.centred(x)")
    assert "seeds): return x - x.mean(axis=0) ->" in findings("mutants", lucky)


def test_a_survivor_needs_no_repair_when_a_reason_is_given():
    same = ("return x - x.mean(axis=0)", "return +(x - x.mean(axis=0))")
    mutant = "return +(x - x.mean(axis=0)) -> return x - x.mean(axis=0)"
    reason = ("EDITS = (", f'SURVIVORS = {{"{mutant}": "a plus changes nothing"}}\nEDITS = (')
    assert mutant in findings("mutants", same)
    assert not findings("mutants", same, reason)
    assert "does not survive" in findings("mutants", reason)


def test_changed_feedback_is_found_and_shown(tmp_path, monkeypatch):
    monkeypatch.setattr(golden, "FOLDER", tmp_path / "golden")
    assert "nobody has read its feedback" in findings("golden")
    assert golden.accept(exercise())
    assert not golden.accept(exercise())
    assert not findings("golden")
    found = findings("golden", ("You take the mean of each row.", "You take a mean of rows."))
    assert "its feedback has changed" in found
    assert "You take a mean of rows." in found


def test_numbers_in_golden_texts_are_rounded_and_counts_are_not():
    text = "seed 0. 3 of 10,000: [0.123456, -1. , 2.3e-17] at (2, 3), 1.23456. d01.1"
    assert golden._rounded(text) == "seed 0. 3 of 10,000: [0.1235, -1. , 0] at (2, 3), 1.235. d01.1"
    text = "A step of 1e-09 after `grad = 1.0`."
    assert golden._rounded(text) == text


def test_an_older_starter_in_a_built_file_is_found(tmp_path):
    current = load("d01.4")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "html" / "days").mkdir(parents=True)

    def build(code):
        cells = [nbformat.v4.new_code_cell(code), nbformat.v4.new_code_cell('u30.check("d01.4")')]
        notebook = nbformat.v4.new_notebook(cells=cells)
        nbformat.write(notebook, tmp_path / "notebooks" / "day01.ipynb")
        page = f'<div data-exercise="d01.4"><pre>{code.replace("exp", "<b>exp</b>")}</pre></div>'
        (tmp_path / "html" / "days" / "day01.html").write_text(page, encoding="utf-8")

    assert not list(stale(current, tmp_path))
    build(f"import numpy as np\n\n{current.starter}")
    assert not list(stale(current, tmp_path))
    build(current.starter.replace("p = p / tau", "p = p * tau"))
    assert [text.split()[0] for text in stale(current, tmp_path)] == ["day01.ipynb", "day01.html"]


def test_proofs_of_one_exercise_are_timed_one_by_one():
    proof = prove(replace(EXERCISES[0]), ("file", "starter"))
    assert list(proof.seconds) == ["file", "starter"]
