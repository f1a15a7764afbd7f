"""Commands about files: init, reset, undo, edit, open."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import webbrowser
from argparse import Namespace
from pathlib import Path

from u30.cli import course, site
from u30.cli.codes import BROKEN, NOT_PASSED, PASSED, Stop
from u30.cli.desk import Desk
from u30.cli.terminal import Terminal
from u30.cli.workspace import NAME, find_workspace, make_workspace
from u30.learn.parse import INTERLUDES
from u30.learn.state import State


def init(terminal: Terminal, args: Namespace) -> int:
    """Lay out the folder; in one that exists, add only what is missing."""
    exercises = course.course()
    found = None if args.folder else find_workspace()
    workspace = found or make_workspace(Path(args.folder or NAME))
    new = workspace.write_starters(exercises)
    desk = Desk(terminal, workspace, State(workspace.state_path), exercises)
    desk.tell_notices()
    folder = os.path.relpath(workspace.folder)
    if len(new) == len(exercises):
        desk.say(f"Your course is in {folder}: {len(new)} exercises, one file each.")
    elif new:
        desk.say(f"Added {len(new)} new exercises to {folder}. Your own files are as they were.")
    else:
        desk.say(f"{folder} is complete already. Your files are as they were.")
    steps = [] if folder == "." else [(f"cd {shlex.quote(folder)}", "")]
    steps += [("u30", "shows the exercise, and checks it each time you save its file")]
    first = workspace.path(desk.here).relative_to(workspace.folder)
    desk.show([[], [("Next:", "bold")]])
    for command, why in steps:
        desk.show([[(f"    {command}", "code"), (f"    {why}" if why else "", "dim")]])
    desk.show([[("    and open ", ""), (str(first), "bold"), (" in your editor", "")]])
    return PASSED


def reset(desk: Desk, args: Namespace) -> int:
    """The starter again; what was there is kept."""
    exercise = desk.chosen(args.id)
    copy = desk.workspace.reset(exercise)
    name = desk.workspace.shown(exercise)
    if copy is None:
        desk.say(f"{name} is the starter.")
    else:
        desk.say(f"{name} is the starter again. `u30 undo {exercise.id}` brings your version back.")
    return PASSED


def undo(desk: Desk, args: Namespace) -> int:
    """The version before the last reset; once more, and it is swapped back."""
    exercise = desk.chosen(args.id)
    desk.workspace.undo(exercise)
    name = desk.workspace.shown(exercise)
    desk.say(f"{name} is as it was before. `u30 undo {exercise.id}` swaps it back again.")
    return PASSED


def edit(desk: Desk, args: Namespace) -> int:
    """The exercise's file in the editor that VISUAL or EDITOR names."""
    exercise = desk.chosen(args.id)
    path = desk.workspace.path(exercise)
    desk.workspace.write_starters([exercise])
    desk.go(exercise)
    command = editor()
    try:
        done = subprocess.run([*command, str(path)])
    except OSError as error:
        raise Stop(
            f"The editor {command[0]} cannot be started: {error.strerror}.", BROKEN
        ) from None
    return PASSED if done.returncode == 0 else NOT_PASSED


def editor() -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        if os.environ.get(name, "").strip():
            try:
                return shlex.split(os.environ[name], posix=os.name != "nt")
            except ValueError as error:
                raise Stop(f"{name} cannot be read as a command: {error}.") from None
    for name in ("code", "nano", "vim", "vi", "notepad"):
        if shutil.which(name):
            return [name]
    raise Stop("No editor was found: set EDITOR to the command that starts yours.", BROKEN)


def open_page(desk: Desk, args: Namespace) -> int:
    """An exercise's or a day's page: of the site built here, else of the published one."""
    base = None if args.published else site.local()
    if args.id and (args.id.strip().isdigit() or args.id.strip() in INTERLUDES):
        series = course.find_series(args.id)
        if not site.module_of(series):
            raise Stop(f"{course.name_of(series)} has no page yet.")
        address = site.page_address(series, base)
    else:
        address = site.exercise_address(desk.chosen(args.id), base)
    print(address)
    if args.print or not desk.terminal.interactive:
        return PASSED
    return PASSED if browse(address) else NOT_PASSED


def browse(address: str) -> bool:
    """Open a browser with a window; a browser that would take over the terminal is not started."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not (screen or os.environ.get("BROWSER")):
        print("There is no screen here: open the address in a browser.", file=sys.stderr)
        return False
    if webbrowser.open(address):
        return True
    print("No browser was found: open the address in one.", file=sys.stderr)
    return False
