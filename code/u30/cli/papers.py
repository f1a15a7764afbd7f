"""Commands about a day as a whole: notebook, train, claims."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from u30.cli import course, site
from u30.cli.codes import BROKEN, INTERRUPTED, NOT_PASSED, PASSED, Stop
from u30.cli.desk import Desk
from u30.cli.overview import title_of
from u30.cli.workspace import put
from u30.learn.parse import Exercise

CLAIMS = """
import importlib, inspect, sys
paper = importlib.import_module("u30.papers." + sys.argv[1])
arguments = []
if inspect.signature(paper.claims).parameters:
    series = sys.argv[1].partition("_")[0]
    arguments = [importlib.import_module(f"u30.papers.{series}_headline").headline()]
table = paper.claims(*arguments)
print(table)
sys.exit(0 if table.hold else 1)
"""


def train(day_text: str, options: list[str]) -> int:
    """Run the day's quick start with the options that follow the day."""
    module = _module(course.find_series(day_text))
    return _python(["-m", f"u30.papers.{module}", *options])


def claims(day_text: str | None) -> int:
    """Run a day's experiment and show its claims; 1 if one of them does not hold."""
    if day_text is None:
        print("Days whose claims can be run here, with `u30 claims DAY`:")
        for name in site.with_module():
            print(f"  {name:>6}  {title_of(course.find_series(name))}")
        return PASSED
    series = course.find_series(day_text)
    module = _module(series)
    print(f"Running the experiment: {title_of(series)}. Please wait.", file=sys.stderr)
    return _python(["-c", CLAIMS, module])


def notebook(desk: Desk, args: Namespace) -> int:
    """Write a notebook with the day's exercises and open it in Jupyter."""
    series = course.find_series(args.day)
    exercises = course.select([series], desk.exercises)
    folder = desk.workspace.path(exercises[0]).parent
    path = folder / f"{folder.name}_exercises.ipynb"
    shown = os.path.relpath(path)
    if path.exists():
        desk.say(f"{shown} is there already and stays as it is.")
    else:
        put(path, json.dumps(day_notebook(series, exercises), indent=1, ensure_ascii=False) + "\n")
        desk.say(f"{shown} has these exercises: {title_of(series)}.")
    command = next((name for name in ("jupyter-lab", "jupyter-notebook") if shutil.which(name)), "")
    if args.no_open or not desk.terminal.interactive:
        return PASSED
    if not command:
        desk.say("Jupyter is not installed: `pip install jupyterlab`, or open the file in VS Code.")
        return PASSED
    desk.say("Jupyter is starting; Ctrl-C twice stops it.", "dim")
    return _run([command, str(path)])


def day_notebook(series: str, exercises: list[Exercise]) -> dict[str, Any]:
    """A notebook in Jupyter's own format: task, starter and check of each exercise."""
    title = f"# {title_of(series)}\n\nThe page: {site.page_address(series)}"
    cells = [_cell("title", title), _cell("import", "import u30", code=True)]
    for e in exercises:
        head = f"## {e.id}: {e.title}\n\n{e.kind}, about {e.minutes} minutes\n\n{e.prompt}"
        cells.append(_cell(f"task-{e.number}", head))
        starter = f"{e.given.strip()}\n\n\n{e.starter.strip()}"
        cells.append(_cell(f"answer-{e.number}", starter, code=True))
        cells.append(_cell(f"check-{e.number}", f'u30.check("{e.id}")', code=True))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(id: str, text: str, code: bool = False) -> dict[str, Any]:
    cell: dict[str, Any] = {"id": id, "metadata": {}, "source": text.splitlines(keepends=True)}
    if code:
        return {"cell_type": "code", "execution_count": None, "outputs": [], **cell}
    return {"cell_type": "markdown", **cell}


def _module(series: str) -> str:
    module = site.module_of(series)
    if not module:
        written = ", ".join(site.with_module())
        name = course.name_of(series)
        raise Stop(f"{name} has no model yet; there is one for {written or 'no day'}.")
    return module


def _python(arguments: list[str]) -> int:
    """Our own Python, with this very package whatever folder we are in."""
    paths = [str(site.PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return _run([sys.executable, *arguments], PYTHONPATH=os.pathsep.join(filter(None, paths)))


def _run(command: list[str], **environment: str) -> int:
    """Run a program in our place. Ctrl-C is for the program, which may want to save its work."""
    try:
        process = subprocess.Popen(command, env={**os.environ, **environment})
    except OSError as error:
        name = Path(command[0]).name
        raise Stop(f"{name} cannot be started: {error.strerror}.", BROKEN) from None
    while True:
        try:
            code = process.wait()
            break
        except KeyboardInterrupt:
            continue
    if code < 0:  # ended by a signal
        return INTERRUPTED if code == -2 else NOT_PASSED
    return code
