"""A revision is read as it was committed, whatever the working tree says and whatever the repository's configuration wants to run."""

import shutil
import subprocess

import pytest

from scanner.model.errors import ConfigError
from scanner.model.reading import UnreadableError
from scanner.sources.files import FileTree, walk
from scanner.sources.git import GitTree, merge_base, resolve

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(root, *words):
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", "-C", root, *identity, *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init")
    for path, text in {"a.yaml": "one\n", "k8s/web.yaml": "two\n", "k8s/deep/x y.yaml": "three\n", "empty": ""}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    for name, target in {"link.yaml": "a.yaml", "outside.yaml": "/etc/passwd", "round.yaml": "round.yaml"}.items():
        (tmp_path / name).symlink_to(target)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    (tmp_path / "a.yaml").write_text("changed\n")
    git(tmp_path, "commit", "-am", "second")
    return tmp_path


def test_a_revision_is_a_tree(repository):
    tree = GitTree(str(repository), "HEAD~1")
    assert tree.commit == git(repository, "rev-parse", "HEAD~1")
    assert [tree.read(path) for path in ("a.yaml", "k8s/deep/x y.yaml", "empty", "a.yaml")] == [b"one\n", b"three\n", b"", b"one\n"]
    assert tree.children("") == ["a.yaml", "empty", "k8s/", "link.yaml"]
    assert tree.children("k8s") == ["deep/", "web.yaml"]
    assert tree.is_file("k8s/web.yaml")
    assert not tree.is_file("k8s")
    assert walk(tree, "k8s").paths == ("k8s/deep/x y.yaml", "k8s/web.yaml")
    assert "link.yaml" not in walk(tree, "").paths
    tree.close()


def test_a_link_inside_the_revision_is_followed(repository):
    assert GitTree(str(repository), "HEAD~1").read("link.yaml") == b"one\n"


def test_what_a_tool_downloaded_is_as_it_is_now(repository):
    (repository / ".terraform").mkdir()
    (repository / ".terraform" / "modules.json").write_text("{}")
    assert GitTree(str(repository), "HEAD", FileTree(str(repository))).read(".terraform/modules.json") == b"{}"
    assert not GitTree(str(repository), "HEAD").is_file(".terraform/modules.json")


@pytest.mark.parametrize("path", ["outside.yaml", "round.yaml", "missing", "../outside", "/etc/passwd", "k8s"])
def test_what_is_no_file_of_the_revision_is_not_read(repository, path):
    with pytest.raises(UnreadableError):
        GitTree(str(repository), "HEAD").read(path)


@pytest.mark.parametrize("revision", ["nowhere", "--all", "-h", "HEAD:a.yaml", "", "HEAD\nHEAD"])
def test_what_is_no_revision_is_a_mistake_of_the_user(repository, revision):
    with pytest.raises(ConfigError):
        resolve(str(repository), revision)


def test_outside_a_repository(tmp_path):
    with pytest.raises(ConfigError, match="not a git repository"):
        GitTree(str(tmp_path), "HEAD")


def test_the_merge_base_is_where_a_branch_left(repository):
    git(repository, "checkout", "-b", "topic")
    git(repository, "commit", "--allow-empty", "-m", "third")
    git(repository, "checkout", "main")
    git(repository, "commit", "--allow-empty", "-m", "fourth")
    git(repository, "checkout", "topic")
    assert merge_base(str(repository), "main") == git(repository, "rev-parse", "topic~1")


def test_nothing_that_the_repository_configures_is_run(repository):
    trap = repository / "ran"
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external", "filter.x.smudge", "diff.x.textconv"):
        git(repository, "config", key, f"touch {trap}")
    (repository / ".gitattributes").write_text("* filter=x diff=x\n")
    tree = GitTree(str(repository), "HEAD")
    assert tree.read("a.yaml") == b"changed\n"
    tree.close()
    assert not trap.exists()


def test_the_callers_git_variables_lead_nowhere(repository, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert GitTree(str(repository), "HEAD").is_file("a.yaml")
