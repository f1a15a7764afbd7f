"""Watch mode: shows the exercise and checks it each time its file is saved.

One loop in one thread reads keys and looks at files; checks run beside it (`u30.cli.checks`).
Nothing goes on to the next exercise by itself, but saving another exercise's file goes there.
"""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress

from u30.cli import answers, course, overview, show
from u30.cli.checks import Checks
from u30.cli.codes import INTERRUPTED, PASSED, Stop
from u30.cli.desk import Desk
from u30.cli.keys import Keys
from u30.cli.saves import OFTEN, Saves, stamp
from u30.cli.screen import KEYS, Screen
from u30.cli.signals import signals
from u30.cli.spans import wrap
from u30.learn.parse import Exercise
from u30.learn.report import Report
from u30.learn.worker import Worker

SLOW = 0.3  # seconds after which a check is said to be running


def watch(desk: Desk, args: Namespace) -> int:
    """Watch until q or Ctrl-C. The terminal is put back as it was, whatever happens."""
    desk.workspace.write_starters(desk.exercises)
    if args.what:
        desk.go(desk.chosen(args.what))
    raw = desk.terminal.cursor
    with Worker() as worker, Keys(raw, read=desk.terminal.interactive) as keys:
        watcher = Watch(desk, worker, keys, args.seed)
        with signals(watcher.resized, watcher.resumed):
            try:
                return watcher.run()
            except KeyboardInterrupt:
                return INTERRUPTED
            finally:
                watcher.leave()


class Watch:
    def __init__(self, desk: Desk, worker: Worker, keys: Keys, seed: int | None = None):
        self.desk, self.keys, self.seed = desk, keys, seed
        self.screen = Screen(desk)
        self.checks = Checks(desk, worker, keys.wake)
        self.redraw = False
        self.wants_solution = ""  # the exercise whose solution was asked for once
        paths = [desk.workspace.path(exercise) for exercise in desk.exercises]
        self.by_path = dict(zip(paths, desk.exercises))
        self.saves = Saves(paths, desk.workspace.path(desk.here))
        self.state_seen = stamp(desk.workspace.state_path)

    def run(self) -> int:
        self.open()
        while True:
            for key in self.keys.wait(OFTEN):
                if key in "qQ":
                    return PASSED
                self.press(key.lower())
            saved = self.saves.look()
            if saved is not None:
                self.saved(self.by_path[saved])
            self.look_at_the_check()
            self.look_at_the_progress()
            if self.redraw:
                self.redraw = False
                self.screen.draw()

    def look_at_the_check(self) -> None:
        result = self.checks.result()
        if isinstance(result, Report):
            praise = result.passed and not self.screen.note[0]
            self.screen.verdict(result, self._praise() if praise else "")
        elif isinstance(result, Stop):
            self.screen.trouble(result.sentence)
        elif result is not None:
            raise result
        seconds = self.checks.seconds
        if seconds is not None and seconds > SLOW and not self.screen.running:
            self.screen.running = self.redraw = True

    def look_at_the_progress(self) -> None:
        """Show what the progress file has to say, and follow `u30 goto` in another terminal."""
        desk = self.desk
        for notice in desk.notices():
            self.screen.print(wrap([(notice, "warn")], desk.terminal.width))
            self.redraw = True
        now = stamp(desk.workspace.state_path)
        if now == self.state_seen or self.checks.seconds is not None:
            return
        self.state_seen = now
        desk.state.reload()
        there = course.current(desk.state, desk.exercises)
        if desk.state.current and there != desk.here:
            self.go(there)

    # What happens

    def open(self) -> None:
        """Show the current exercise from its task on, and check what is written so far."""
        self.screen.clear()
        self.screen.print(answers.task_lines(self.desk, self.desk.here))
        self.check()

    def saved(self, exercise: Exercise) -> None:
        if exercise == self.desk.here:
            self.screen.note = ("", "")
            self.check()
        else:
            self.go(exercise)

    def go(self, exercise: Exercise) -> None:
        self.desk.workspace.write_starters([exercise])
        self.desk.go(exercise)
        self.saves.follow(self.desk.workspace.path(exercise))
        self.open()

    def check(self) -> None:
        here = self.desk.here
        self.screen.running = False
        try:
            source = self.desk.workspace.answer(here)
        except Stop as stop:
            self.checks.stop()
            self.screen.trouble(stop.sentence)
            return
        self.checks.start(here, source, self.seed)

    def resized(self) -> None:
        self.redraw = True
        self.keys.wake()

    def resumed(self) -> None:
        """After Ctrl-Z and fg the shell has written below our lines."""
        self.keys.resume()
        self.screen.live.leave()
        self.resized()

    def leave(self) -> None:
        self.checks.stop()
        with suppress(OSError):  # the terminal may be gone
            self.screen.leave()

    # Keys

    def press(self, key: str) -> None:
        action = getattr(self, f"key_{key}", None) if key.isalpha() else None
        if action:
            action()
        elif key in "\r\n ":
            self.saved(self.desk.here)
        elif key == "?":
            words = ", ".join(KEYS)
            self.screen.say(f"Keys: {words}, undo, prompt; Enter checks again, Ctrl-C leaves.")

    def key_h(self) -> None:
        here = self.desk.here
        known = self.desk.state.entry(here.id).hints
        number = min(known + 1, len(here.hints))
        if number > known:
            self.desk.state.hint(here.id, number)
        self.screen.print(show.hint(here, number, self.desk.terminal))
        text = "" if number > known else "That was the last hint. s shows a solution."
        self.screen.say(text, "dim")

    def key_s(self) -> None:
        here = self.desk.here
        entry = self.desk.state.entry(here.id)
        if not entry.done and not entry.helped and self.wants_solution != here.id:
            self.wants_solution = here.id
            self.screen.say(
                f"Press s again to read the solution before you have passed {here.id}. It then "
                "counts as helped and comes back for review in three days.",
                "warn",
            )
            return
        self.desk.state.help(here.id)
        self.screen.print(show.solution(here, self.desk.terminal))
        self.screen.say("")

    def key_r(self) -> None:
        copy = self.desk.workspace.reset(self.desk.here)
        text = "This is the starter." if copy is None else "The starter is back; u undoes it."
        self._changed(text)

    def key_u(self) -> None:
        try:
            self.desk.workspace.undo(self.desk.here)
        except Stop as stop:
            self.screen.say(stop.sentence)
            return
        self._changed("Your version from before is back; u again swaps it.")

    def key_n(self) -> None:
        after = course.following(self.desk.state, self.desk.exercises, self.desk.here)
        if after:
            self.go(after)
        else:
            self.screen.say("There is nothing left to do: every exercise has been passed.", "ok")

    def key_l(self) -> None:
        desk = self.desk
        self.screen.print(overview.listing(desk.exercises, desk.state, desk.here.id, desk.terminal))
        self.screen.say("Saving another exercise's file goes there, as does `u30 goto ID`.", "dim")

    def key_p(self) -> None:
        self.screen.print(answers.task_lines(self.desk, self.desk.here))
        self.screen.draw()

    def _changed(self, text: str) -> None:
        """We have written the file ourselves: check it, once."""
        self.saves.follow(self.desk.workspace.path(self.desk.here))
        self.screen.note = (text, "warn")
        self.check()

    def _praise(self) -> str:
        desk, here = self.desk, self.desk.here
        of_day = [exercise for exercise in desk.exercises if exercise.series == here.series]
        done = sum(desk.state.entry(exercise.id).done for exercise in of_day)
        text = f"Passed: {done} of {len(of_day)} on {course.name_of(here.series)}."
        after = course.following(desk.state, desk.exercises, here)
        if after is None:
            return f"{text} That was the last one there is."
        return f"{text} Press n for {after.id}, {after.title}."


def once(desk: Desk) -> int:
    """Where there is nobody at a terminal: one plain check of the current exercise."""
    code = answers.check(desk, Namespace(all=False, what=[], seed=None, json=False))
    print("This is no terminal: checked once. `u30 watch` goes on watching.")
    return code
