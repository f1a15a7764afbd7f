"""Exercise files are read without running them, and mistakes name file and line."""

from pathlib import Path

import pytest

from u30.learn.cut import ExerciseError
from u30.learn.parse import folder_of, load, parse, read

GOOD = '''# /// u30
# id = "d01.1"
# title = "Double"
# kind = "implement"
# difficulty = 1
# minutes = 5
# concepts = ["numbers"]
# ///
PROMPT = "Write double."
HINTS = ("What is twice x?", "Add it.", "```python\\nreturn ...\\n```")
AFTER = "That was it."

# %% given
import nothing_that_exists

# %% work
def double(x):
    """Twice x."""
    # >>> solution
    return 2 * x
    # --- starter
    # y = x  # a start
    # raise NotImplementedError("your turn")
    # <<<

# %% check
def case_one(you, rng, ref):
    """one number"""

# %% wrong
def double__same(x):
    """This is x itself."""
    return x

EDITS = (("triple", "This is three times x.", "2 *", "3 *"),)
'''
PATH = Path("day01/ex1_double.py")


def test_starter_and_solution_are_cut_from_one_text():
    exercise = parse(GOOD, PATH)
    assert exercise.solution == 'def double(x):\n    """Twice x."""\n    return 2 * x\n'
    assert exercise.starter == (
        'def double(x):\n    """Twice x."""\n    y = x  # a start\n'
        '    raise NotImplementedError("your turn")\n'
    )


def test_parsing_does_not_run_the_file():
    assert parse(GOOD, PATH).given == "import nothing_that_exists\n"


def test_names_cases_and_wrong_versions():
    exercise = parse(GOOD, PATH)
    assert exercise.names == ("double",)
    assert [(c.name, c.title) for c in exercise.cases] == [("one", "one number")]
    assert [(w.name, w.says) for w in exercise.wrongs] == [
        ("same", "This is x itself."),
        ("triple", "This is three times x."),
    ]
    assert "return 3 * x" in exercise.wrongs[1].source
    assert (exercise.needs, exercise.timeout, exercise.order) == ((), 5, (1, 1))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# minutes = 5\n", "", 'day01/ex1_double.py:1: the metadata lacks "minutes"'),
        ("# minutes", "# hours", 'day01/ex1_double.py:6: unknown key "hours"'),
        ("# minutes = 5", "# minutes = five", "day01/ex1_double.py:6: metadata"),
        ('"implement"', '"do"', 'ex1_double.py:4: kind "do" is none of'),
        ('id = "d01.1"', 'id = "1.1"', 'ex1_double.py:2: id "1.1" should look like'),
        ("difficulty = 1", "difficulty = 9", "ex1_double.py:5: difficulty goes from 1 to 5"),
        ('AFTER = "That was it."', "", "AFTER is missing"),
        ('"Add it.", ', "", "HINTS is a tuple of three"),
        ('PROMPT = "', 'PROMPT = f"{1}', "ex1_double.py:9: PROMPT must be a plain literal"),
        ("    # --- starter\n", "", "`# <<<` out of order"),
        ("    # <<<\n", "", "ex1_double.py:21: this cut is never closed"),
        ("    # y = x ", "    y = x ", "ex1_double.py:22: starter lines are written as comments"),
        ("    # y = x ", "    # y = = x ", "ex1_double.py:22: not valid Python"),
        ("# %% check", "# %% checks", "expected `check`"),
        ('    """one number"""', "    pass", "case_one needs a docstring"),
        ("(you, rng, ref)", "(you, ref)", "case_one takes (you, rng, ref)"),
        ("double__same", "treble__same", "the learner does not define `treble`"),
        ('"2 *"', '"4 *"', "'4 *' is 0 times in the solution"),
        ('"""This is x itself."""', "", "needs a docstring"),
    ],
)
def test_mistake_in_a_file_is_one_clear_sentence(old, new, message):
    assert old in GOOD
    with pytest.raises(ExerciseError) as error:
        parse(GOOD.replace(old, new), PATH)
    assert message in str(error.value)


def test_the_exercises_of_an_interlude_have_its_name_and_come_before_its_day():
    text = GOOD.replace("d01.1", "engine.3")
    exercise = parse(text, Path("engine/ex3_double.py"))
    assert (exercise.series, exercise.number, exercise.order) == ("engine", 3, (7.5, 3))
    assert folder_of("engine.3").name == "engine" and folder_of("d08.1").name == "day08"
    with pytest.raises(ExerciseError, match="should look like"):
        parse(GOOD.replace("d01.1", "motor.1"), PATH)


def test_a_file_and_its_id_belong_together(tmp_path):
    for id, place in (("d01.1", "day01/ex2_x.py"), ("engine.1", "day01/ex1_x.py")):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(GOOD.replace("d01.1", id))
        with pytest.raises(ExerciseError, match="does not belong to this file name"):
            read(path)


def test_unknown_ids_are_explained():
    with pytest.raises(KeyError, match="ids look like"):
        load("1")
    with pytest.raises(KeyError, match="there is no exercise"):
        load("d99.1")
