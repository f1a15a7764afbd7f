"""Progress: what is written down, and that no accident loses it."""

import dataclasses
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import u30
from u30.learn import state_file, sync
from u30.learn.check import check_source
from u30.learn.parse import load
from u30.learn.report import CaseResult, Report
from u30.learn.state import Entry, State, check_remembering, default_path

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


def report(status, seed=1, id="d01.1"):
    ran = "skipped" if status == "todo" else status
    return Report(id, "The loss", status, seed, [CaseResult("one", "one", ran)])


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".u30" / "state.json"


def test_a_pass_is_remembered(path):
    State(path).record(report("pass"), NOW)
    entry = State(path).entry("d01.1")
    assert entry == Entry("passed", 1, "2026-01-31T12:00:00+00:00")
    assert entry.done


def test_the_file_is_the_documented_one(path):
    state = State(path)
    state.record(report("fail", 7), NOW)
    state.current = "d01.1"
    assert json.loads(path.read_text()) == {
        "version": 1,
        "exercises": {
            "d01.1": {
                "status": "tried",
                "tries": 1,
                "first_passed": None,
                "helped": False,
                "review": None,
                "failing_seed": 7,
                "hints": 0,
                "reviews": 0,
            }
        },
        "current": "d01.1",
    }


def test_todo_is_no_try(path):
    State(path).record(report("todo"), NOW)
    assert State(path).entries() == {}


def test_a_later_failure_does_not_take_a_pass_away(path):
    state = State(path)
    state.record(report("pass"), NOW)
    assert state.record(report("fail", 5), LATER) == Entry(
        "passed", 2, "2026-01-31T12:00:00+00:00", failing_seed=5
    )


def test_reading_the_solution_first_means_a_review_three_days_later(path):
    state = State(path)
    state.record(report("fail"), NOW)
    entry = state.help("d01.1", NOW)
    day = date.fromisoformat(entry.review)
    assert (entry.status, entry.helped) == ("helped", True)
    assert state.due(day - timedelta(days=1)) == []
    assert state.due(day) == ["d01.1"]
    assert state.record(report("pass"), NOW).status == "helped"  # copied, not yet learned
    assert state.entry("d01.1").done
    entry = state.record(report("pass"), LATER)
    assert (entry.status, entry.helped) == ("passed", True)
    assert entry.first_passed == "2026-01-31T12:00:00+00:00"


def test_a_helped_exercise_comes_back_after_3_7_and_21_days(path):
    state = State(path)
    state.help("d01.1", NOW)
    now, seen = NOW, []
    while (review := state.entry("d01.1").review) is not None:
        days = (date.fromisoformat(review) - now.astimezone().date()).days
        seen.append(days)
        early = now + timedelta(days=days - 1)
        assert state.record(report("pass"), early).review == review  # too early to count
        now += timedelta(days=days)
        assert state.due(now.astimezone().date()) == ["d01.1"]
        state.record(report("fail"), now)
        assert state.due(now.astimezone().date()) == ["d01.1"]
        state.record(report("pass"), now)
    assert seen == [3, 7, 21]
    assert (state.entry("d01.1").status, state.entry("d01.1").reviews) == ("passed", 3)


def test_reading_the_solution_at_a_review_starts_the_reviews_again(path):
    state = State(path)
    state.help("d01.1", NOW)
    passed = state.record(report("pass"), LATER)
    assert state.help("d01.1", LATER + timedelta(days=1)) == passed  # not due: no harm done
    again = state.help("d01.1", LATER + timedelta(days=7))
    assert (again.status, again.reviews, again.done) == ("helped", 0, True)
    assert state.due(date.fromisoformat(again.review)) == ["d01.1"]
    assert state.record(report("pass"), LATER + timedelta(days=10)).status == "passed"


def test_reading_the_solution_after_passing_changes_nothing(path):
    state = State(path)
    before = state.record(report("pass"), NOW)
    assert state.help("d01.1", NOW) == before


def test_hints_are_counted_once(path):
    state = State(path)
    state.hint("d01.1", 2)
    assert state.hint("d01.1", 1).hints == 2


def test_the_failing_seed_is_repeated_until_it_passes(path):
    first, state, seeds = load("d01.1"), State(path), []

    def check(exercise, source, seed=None):
        result = check_source(exercise, source, seed)
        seeds.append(result.seed)
        return result

    wrong = first.solution.replace("/ len(y)", "")
    failed = check_remembering(check, state, first, wrong)
    assert state.seed("d01.1") == failed.seed
    assert check_remembering(check, state, first, wrong).seed == failed.seed
    assert len(seeds) == 2
    assert check_remembering(check, state, first, first.solution).passed
    assert (len(seeds), seeds[2]) == (4, failed.seed)
    assert state.seed("d01.1") is None
    assert state.entry("d01.1").tries == 3


def test_a_syntax_error_is_not_blamed_on_a_seed(path):
    state = State(path)
    state.record(check_source(load("d01.1"), "def f(:", 3))
    assert state.seed("d01.1") is None
    assert state.entry("d01.1").status == "tried"


def test_unknown_ids_and_keys_are_kept(path):
    path.parent.mkdir()
    document = {
        "version": 1,
        "theme": {"dark": True},
        "exercises": {"d99.1": {"x": 1}, "d01.1": {"tries": 2, "note": "my own"}},
    }
    path.write_text(json.dumps(document))
    state = State(path)
    state.record(report("pass"), NOW)
    after = json.loads(path.read_text())
    assert after["theme"] == {"dark": True}
    assert after["exercises"]["d99.1"] == {"x": 1}
    assert after["exercises"]["d01.1"]["note"] == "my own"
    assert after["exercises"]["d01.1"]["tries"] == 3
    assert not state.notices


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"version": "x"}', '{"version": 1}', "[" * 100_000, "\x00" * 50],
    ids=range(8),
)
def test_a_broken_file_is_moved_aside_and_never_overwritten(path, text):
    path.parent.mkdir()
    for number in (1, 2):
        path.write_text(text)
        state = State(path)
        aside = path.with_name(f"state.broken-{number}.json")
        assert str(aside) in state.notices[0]
        assert aside.read_text() == text
        state.record(report("pass"), NOW)
        assert State(path).entry("d01.1").done
        assert len(state.notices) == 1


def test_of_a_damaged_file_the_sound_part_goes_on(path):
    path.parent.mkdir()
    exercises = {"d01.1": {"status": "passed", "tries": 1}, "d01.2": {"tries": "many"}, "d01.3": 5}
    path.write_text(json.dumps({"version": 1, "exercises": exercises}))
    state = State(path)
    assert state.entry("d01.1").status == "passed"
    assert list(state.entries()) == ["d01.1"]
    assert "d01.2, d01.3" in state.notices[0]
    assert path.with_name("state.broken-1.json").exists()


def test_bytes_that_are_no_text_are_a_broken_file(path):
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00{")
    assert "broken-1" in State(path).notices[0]


def test_a_byte_order_mark_is_harmless(path):
    path.parent.mkdir()
    path.write_text('\ufeff{"version": 1, "exercises": {"d01.1": {"tries": 4}}}', "utf-8")
    assert State(path).entry("d01.1").tries == 4


def test_the_file_of_a_newer_version_is_left_alone(path):
    path.parent.mkdir()
    text = '{"version": 2, "everything": "different"}'
    path.write_text(text)
    state = State(path)
    state.record(report("pass"), NOW)
    assert "newer u30" in state.notices[0]
    assert path.read_text() == text
    assert state.entry("d01.1").done  # for this session


def test_what_cannot_be_written_stays_in_memory_and_is_said_once(tmp_path):
    (tmp_path / "file").write_text("")
    state = State(tmp_path / "file" / "state.json")  # a folder that cannot be made
    state.record(report("fail"), NOW)
    state.record(report("pass"), NOW)
    assert state.entry("d01.1").tries == 2
    assert len(state.notices) == 1


def test_a_disk_that_is_full_counts_a_try_once(path, monkeypatch):
    state = State(path)
    state.record(report("fail"), NOW)
    before = path.read_text()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert state.record(report("fail"), NOW).tries == 2
    assert "No space left" in state.notices[0]
    assert path.read_text() == before
    assert {file.name for file in path.parent.iterdir()} == {"state.json", ".state.json.lock"}


def test_two_processes_lose_nothing_of_each_other(path):
    code = (
        "import sys; from pathlib import Path; from u30.learn.state import State\n"
        "from u30.learn.report import Report\n"
        "state = State(Path(sys.argv[1]))\n"
        "for n in range(25):\n"
        "    state.record(Report('d01.1', '', 'fail', n))\n"
        "    state.record(Report(f'd0{sys.argv[2]}.{n}', '', 'pass', n))\n"
    )
    env = {"PYTHONPATH": str(Path(u30.__file__).parents[1])}
    both = [subprocess.Popen([sys.executable, "-c", code, str(path), day], env=env) for day in "23"]
    assert [process.wait(60) for process in both] == [0, 0]
    state = State(path)
    assert len(state.entries()) == 51
    assert state.entry("d01.1").tries == 50
    assert not state.notices


def test_an_old_state_in_memory_does_not_overwrite_what_another_wrote(path):
    one, two = State(path), State(path)
    one.record(report("pass"), NOW)
    two.record(report("pass", id="d01.2"), NOW)
    one.reload()
    assert {"d01.1", "d01.2"} == set(one.entries()) == set(State(path).entries())


def test_a_lock_that_is_never_given_back_does_not_stop_the_learner(path, monkeypatch):
    monkeypatch.setattr(state_file, "PATIENCE", 0.05)
    state = State(path)
    with state_file.locked(path):
        state.record(report("pass"), NOW)
    assert State(path).entry("d01.1").done


def test_a_link_stays_a_link(path, tmp_path):
    path.parent.mkdir()
    real = tmp_path / "real.json"
    real.write_text('{"version": 1, "exercises": {}}')
    try:
        path.symlink_to(real)
    except OSError:
        pytest.skip("no links here")
    State(path).record(report("pass"), NOW)
    assert path.is_symlink()
    assert "d01.1" in real.read_text()


def test_without_a_place_progress_lasts_for_the_session():
    state = State()
    state.record(report("pass"), NOW)
    state.current = "d01.2"
    assert (state.entry("d01.1").status, state.current) == ("passed", "d01.2")


def test_the_workspace_is_found_from_below(tmp_path):
    (tmp_path / ".u30").mkdir()
    (tmp_path / "day01").mkdir()
    assert default_path(tmp_path / "day01") == tmp_path.resolve() / ".u30" / "state.json"


def test_progress_goes_to_another_machine_as_text(tmp_path):
    here, there = State(tmp_path / "a.json"), State(tmp_path / "b.json")
    here.record(report("pass"), NOW)
    here.help("d01.2", NOW)
    there.record(report("fail", 9), NOW)
    there.record(report("pass", id="d01.3"), NOW)
    text = here.export()
    assert there.merge(f"  {text[:20]}\n{text[20:]} ") == 2
    assert there.merge(text) == 0
    assert there.entry("d01.1") == dataclasses.replace(here.entry("d01.1"), failing_seed=9)
    assert there.entry("d01.2").status == "helped"
    assert there.entry("d01.3").done


def test_the_text_for_a_whole_course_is_short():
    state = State()
    for day in range(1, 31):
        for number in range(1, 6):
            now = NOW + timedelta(days=day, seconds=977 * number)
            state.record(report("pass", id=f"d{day:02}.{number}"), now)
    text = state.export()
    assert len(text) < 4000
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert len(sync.from_text(text)["exercises"]) == 150


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: "hello", "no progress text"),
        (lambda text: "", "no progress text"),
        (lambda text: text[:-12], "not complete"),
        (lambda text: text[:10] + "A" + text[11:], "not complete"),
        (lambda text: text.replace("u30-1", "u30-2"), "another version"),
        (lambda text: "u30-1..00000000", "holds no progress"),
        (lambda text: sync.to_text([1]), "holds no progress"),
        (lambda text: sync.to_text({"exercises": {"d01.1": {"tries": "x"}}}), "holds no progress"),
    ],
    ids=range(8),
)
def test_a_text_that_cannot_be_used_is_refused_with_a_sentence(change, said):
    state = State()
    state.record(report("pass"), NOW)
    with pytest.raises(ValueError, match=said):
        state.merge(change(state.export()))
    assert state.entry("d01.1").tries == 1


def test_merging_keeps_the_best_of_both():
    ours = {"status": "helped", "tries": 2, "helped": True, "review": "2026-02-03", "own": 1}
    theirs = {"status": "passed", "tries": 5, "first_passed": "2026-01-01", "other": 2}
    assert sync.merged(ours, theirs) == sync.merged(theirs, ours) == {
        "status": "passed",
        "tries": 5,
        "helped": True,
        "review": None,
        "first_passed": "2026-01-01",
        "own": 1,
        "other": 2,
    }  # fmt: skip


def test_merging_keeps_the_reviews_of_who_came_further():
    once = {"status": "passed", "reviews": 1, "review": "2026-02-10", "helped": True}
    twice = {"status": "passed", "reviews": 2, "review": "2026-03-03", "helped": True}
    old = {"status": "helped", "review": "2026-02-03", "helped": True}  # of an older version
    for one, other, want in [(once, twice, twice), (old, once, once), (once, once, once)]:
        assert sync.merged(one, other) == sync.merged(other, one) == want


def test_cards_travel_with_the_progress(tmp_path):
    here, there = tmp_path / "a.json", tmp_path / "b.json"
    ours = {
        "d01.a": {"last": "2026-02-01", "right": 2},
        "d01.b": {"last": "2026-02-01", "right": 1},
    }
    theirs = {"d01.a": {"last": "2026-02-05", "right": 0}, "d01.b": 5, "d01.c": {"last": "x"}}
    here.write_text(json.dumps({"version": 1, "exercises": {}, "cards": ours}))
    there.write_text(json.dumps({"version": 1, "exercises": {}, "cards": theirs}))
    State(here).merge(State(there).export())
    State(there).merge(State(here).export())
    want = {"d01.a": theirs["d01.a"], "d01.b": ours["d01.b"], "d01.c": {"last": "x"}}
    assert json.loads(here.read_text())["cards"] == json.loads(there.read_text())["cards"] == want


def test_cards_that_are_none_do_no_harm(path):
    state = State(path)
    state.merge(sync.to_text({"version": 1, "exercises": {}, "cards": [1]}))
    good = {"d01.a": {"last": "2026-02-05", "right": 0}}
    state.merge(sync.to_text({"version": 1, "exercises": {}, "cards": good}))
    state.merge(sync.to_text({"version": 1, "exercises": {}, "cards": None}))
    assert json.loads(path.read_text())["cards"] == good
