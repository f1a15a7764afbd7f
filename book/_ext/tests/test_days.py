from pathlib import Path

import pytest
from course_files import course_data, write_days

from u30.learn.parse import INTERLUDES
from u30book.days import DaysError, load_days, parse_days

BOOK = Path(__file__).parents[2]


def test_the_course_of_the_book_is_valid_and_has_thirty_days():
    course = load_days(BOOK / "days.yml")
    assert [day.day for day in course.days] == list(range(1, 31))
    assert {unit.id for unit in course.units} == {day.unit for day in course.days}


def test_the_exercises_know_where_each_interlude_stands():
    course = load_days(BOOK / "days.yml")
    assert {one.id: one.before for one in course.interludes} == INTERLUDES


def test_an_interlude_is_read_before_its_day(tmp_path):
    course = load_days(write_days(tmp_path))
    assert [one.key for one in course.lessons] == ["1", "2", "engine", "3"]
    assert [one.key for one in course.lessons_of(course.unit(2))] == ["engine", "3"]
    assert [day.day for day in course.days_of(course.unit(2))] == [3]


def test_an_interlude_knows_its_names(tmp_path):
    course = load_days(write_days(tmp_path))
    interlude = course.lesson("engine")
    assert (interlude.label, interlude.page) == ("Interlude", "days/interlude_engine")
    assert course.place_of(interlude) == "before Day 3"
    assert course.lesson("2") is course.day(2)
    assert course.place_of(course.day(2)) == "Unit 1: Memory"
    assert not interlude.written(tmp_path)
    with pytest.raises(KeyError, match='no interlude "motor"'):
        course.lesson("motor")


def test_a_course_may_have_no_interludes():
    data = course_data()
    del data["interludes"]
    assert parse_days(data).interludes == ()
    with pytest.raises(DaysError, match="has the keys"):
        parse_days(data | {"extras": []})


def test_a_day_knows_its_names_and_whether_its_page_is_written(tmp_path):
    day = load_days(write_days(tmp_path)).day(1)
    assert (day.label, day.page) == ("Day 1", "days/day01_char_rnn")
    assert day.module == "u30.papers.d01_char_rnn"
    assert not day.written(tmp_path)
    (tmp_path / "days").mkdir()
    (tmp_path / f"{day.page}.md").write_text("# Day 1")
    assert day.written(tmp_path)


def test_the_course_answers_what_leads_where():
    course = parse_days(course_data())
    assert [day.day for day in course.leads_to(course.day(1))] == [2, 3]
    assert [day.day for day in course.days_of(course.unit(1))] == [1, 2]
    with pytest.raises(KeyError, match="no day 9"):
        course.day(9)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda days: days[0].update(colour="red"), 'day 1: unknown key "colour"'),
        (lambda days: days[1].pop("idea"), 'day 2: the key "idea" is missing'),
        (lambda days: days[1].update(year="2015"), 'day 2: "year" must be a whole number'),
        (lambda days: days[1].update(builds_on=[3]), "builds on 3, which is not an earlier day"),
        (lambda days: days[2].update(builds_on=[1, 1]), '"builds_on" names a day twice'),
        (lambda days: days[2].update(slug="lstm"), 'slug "lstm" is already that of day 2'),
        (lambda days: days[2].update(slug="Res-Net"), "lower case with underscores"),
        (lambda days: days[0].update(unit=7), "there is no unit 7"),
        (lambda days: days[0].update(short="x" * 29), "29 characters"),
        (lambda days: days[0].update(difficulty=6), "must be 1 to 5, not 6"),
        (lambda days: days[0].update(links={"code": "https://a.b"}), 'needs a link named "paper"'),
        (lambda days: days[0].update(links={"paper": "paper.pdf"}), "is no web address"),
        (lambda days: days.pop(0), "numbered 1, 2, 3"),
    ],
)
def test_every_mistake_is_one_clear_sentence(change, sentence):
    data = course_data()
    change(data["days"])
    with pytest.raises(DaysError) as caught:
        parse_days(data)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slug": "x"}, 'interlude engine: unknown key "slug"'),
        ({"before": "3"}, 'interlude engine: "before" must be a whole number'),
        ({"before": 9}, "interlude engine: it comes before day 9, which does not exist"),
        ({"builds_on": [3]}, "interlude engine: it builds on 3, which is not an earlier day"),
        ({"id": "engine2"}, "interlude engine2: its id must be lower-case letters"),
        ({"short": "x" * 29}, "29 characters"),
        ({"difficulty": 0}, "must be 1 to 5, not 0"),
        ({"links": {"survey": "no address"}}, "is no web address"),
    ],
)
def test_every_mistake_of_an_interlude_is_one_clear_sentence(change, sentence):
    data = course_data()
    data["interludes"][0].update(change)
    with pytest.raises(DaysError) as caught:
        parse_days(data)
    assert sentence in str(caught.value)


def test_two_interludes_of_one_name_are_a_mistake():
    data = course_data()
    data["interludes"] *= 2
    with pytest.raises(DaysError, match="another interlude has this id"):
        parse_days(data)


def test_all_mistakes_are_told_at_once():
    data = course_data()
    del data["days"][0]["idea"], data["days"][1]["year"]
    with pytest.raises(DaysError) as caught:
        parse_days(data)
    assert len(str(caught.value).splitlines()) == 2
