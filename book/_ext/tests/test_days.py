from pathlib import Path

import pytest
from course_files import course_data, write_days

from u30book.days import DaysError, load_days, parse_days

BOOK = Path(__file__).parents[2]


def test_the_course_of_the_book_is_valid_and_has_thirty_days():
    course = load_days(BOOK / "days.yml")
    assert [day.day for day in course.days] == list(range(1, 31))
    assert {unit.id for unit in course.units} == {day.unit for day in course.days}


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


def test_all_mistakes_are_told_at_once():
    data = course_data()
    del data["days"][0]["idea"], data["days"][1]["year"]
    with pytest.raises(DaysError) as caught:
        parse_days(data)
    assert len(str(caught.value).splitlines()) == 2
