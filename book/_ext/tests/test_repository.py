import subprocess

import pytest

from u30book.repository import PLACEHOLDER, Repository, find_repository, name_in_remote


@pytest.fixture(autouse=True)
def no_github(monkeypatch):
    for name in ("GITHUB_REPOSITORY", "GITHUB_REF_TYPE", "GITHUB_REF_NAME"):
        monkeypatch.delenv(name, raising=False)
    find_repository.cache_clear()
    yield
    find_repository.cache_clear()


@pytest.mark.parametrize(
    ("remote", "name"),
    [
        ("https://github.com/ada/course.git", "ada/course"),
        ("https://github.com/ada/course/", "ada/course"),
        ("git@github.com:ada/my.course.git\n", "ada/my.course"),
        ("ssh://git@github.com/ada/course", "ada/course"),
        ("https://example.org/ada/course.git", None),
        ("", None),
    ],
)
def test_the_name_is_read_from_a_github_remote_only(remote, name):
    assert name_in_remote(remote) == name


def test_github_says_which_repository_and_branch(monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/fork")
    monkeypatch.setenv("GITHUB_REF_TYPE", "branch")
    monkeypatch.setenv("GITHUB_REF_NAME", "better")
    assert find_repository(tmp_path) == Repository("ada/fork", "better")


def test_the_merge_of_a_pull_request_is_no_branch(monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_REF_TYPE", "branch")
    monkeypatch.setenv("GITHUB_REF_NAME", "12/merge")
    assert find_repository(tmp_path).branch == "main"


def test_a_clone_of_a_fork_leads_to_the_fork(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    remote = "https://github.com/ada/clone.git"
    add = ["git", "-C", str(tmp_path), "remote", "add", "origin", remote]
    subprocess.run(add, check=True)
    assert find_repository(tmp_path).name == "ada/clone"


def test_without_any_hint_the_placeholder_stands(tmp_path):
    assert find_repository(tmp_path).name == PLACEHOLDER


def test_addresses_of_files_and_lines():
    repository = Repository("ada/course", "main")
    assert repository.file("a/b.py") == "https://github.com/ada/course/blob/main/a/b.py"
    assert repository.file("a/b.py", 3, 9).endswith("/a/b.py#L3-L9")
