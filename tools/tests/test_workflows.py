"""Workflows, README and .ci/run use the same commands, and the workflows are locked down."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
MAKE = re.compile(r"(?<![\w`-])make ([a-z][a-z-]*)")
LOOKING = {"serve"}  # for people: it does not end by itself, so no machine runs it


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job.get("steps", [])]


def makefile() -> dict[str, list[str]]:
    """Targets of the Makefile with the targets they need."""
    rules = re.findall(r"^([a-z][a-z-]*):([^=#\n]*)", read("Makefile"), re.MULTILINE)
    return {name: needs.split() for name, needs in rules}


def reached(targets: set[str]) -> set[str]:
    """The targets and everything that make runs for them."""
    rules = makefile()
    found: set[str] = set()
    waiting = list(targets)
    while waiting:
        name = waiting.pop()
        if name in rules and name not in found:
            found.add(name)
            waiting += rules[name]
    return found


def shell_blocks(text: str) -> str:
    """The shell code of a Markdown file, without comments."""
    blocks = re.findall(r"^```shell\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return re.sub(r"#.*", "", "\n".join(blocks))


def test_there_are_workflows() -> None:
    assert {path.stem for path in WORKFLOWS} == {"test", "publish", "weekly"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit_and_names_its_version(path: Path) -> None:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    used = [line.removeprefix("- ") for line in lines if re.match(r"(- )?uses:", line)]
    assert used
    for line in used:
        assert line.startswith("uses: ./") or PINNED.match(line), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_permissions_are_read_only_unless_a_job_asks(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        writes = {key for key, value in job.get("permissions", {}).items() if value == "write"}
        allowed = {
            "deploy": {"pages", "id-token"},
            "notebooks": {"contents"},
            "release": {"contents"},
        }
        assert writes <= allowed.get(name, set()), name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_job_ends_and_runs_do_not_pile_up(path: Path) -> None:
    workflow = load(path)
    assert "concurrency" in workflow
    for name, job in workflow["jobs"].items():
        assert "uses" in job or job["timeout-minutes"] <= 60, name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", ""), "pass the value through env"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_checkout_keeps_no_credentials(path: Path) -> None:
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def commands_of_the_workflows() -> set[str]:
    return {
        target
        for path in WORKFLOWS
        for step in steps(path)
        for target in MAKE.findall(step.get("run", ""))
    }


def test_every_make_target_that_is_used_exists() -> None:
    used = {
        ".github": commands_of_the_workflows(),
        ".ci/run": set(MAKE.findall(read(".ci/run"))),
        "README.md": set(MAKE.findall(shell_blocks(read("README.md")))),
        "how_to_use.md": set(MAKE.findall(shell_blocks(read("book/pages/how_to_use.md")))),
        "CONTRIBUTING.md": set(re.findall(r"`make ([a-z-]+)", read("CONTRIBUTING.md"))),
    }
    for where, targets in used.items():
        assert targets, where
        assert targets <= set(makefile()), f"{where}: {targets - set(makefile())}"


def test_readme_and_ci_run_the_same_commands() -> None:
    readme = set(MAKE.findall(shell_blocks(read("README.md"))))
    ci = set(MAKE.findall(re.sub(r"#.*", "", read(".ci/run"))))
    assert ci <= readme, f".ci/run runs what the README does not name: {ci - readme}"
    unrun = readme - reached(ci) - LOOKING
    assert not unrun, f"nothing runs what the README tells people to run: {unrun}"


def test_the_workflow_of_the_gates_runs_what_ci_runs() -> None:
    test = next(path for path in WORKFLOWS if path.stem == "test")
    used = {name for step in steps(test) for name in MAKE.findall(step.get("run", ""))}
    assert used == set(MAKE.findall(re.sub(r"#.*", "", read(".ci/run"))))


@pytest.mark.parametrize("name", ["README.md", "book/pages/how_to_use.md"])
def test_the_modules_that_readers_are_told_to_run_exist(name: str) -> None:
    modules = re.findall(r"python -m (u30\.[\w.]+)", read(name))
    assert modules
    for module in modules:
        assert (ROOT / "code" / f"{module.replace('.', '/')}.py").is_file(), module


def test_files_that_the_readme_links_to_exist() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", read("README.md")):
        assert (ROOT / target).exists(), target
