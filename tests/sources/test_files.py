"""Trees on disk: roots, walks, and reads that never leave the root."""

import os

import pytest

from scanner.model.errors import UserError
from scanner.model.reading import UnreadableError
from scanner.sources import files
from scanner.sources.files import FileTree, open_paths, walk
from scanner.sources.repository import root_of


def write(root, **texts):
    for name, text in texts.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "r"
    write(
        root,
        _dot_git__info__exclude="private\n",
        _dot_gitignore="secret\n*.log\n!a/keep.log\n/rendered/\n",
        secret="x",
        private="x",
        a__x_dot_log="x",
        a__keep_dot_log="x",
        a___dot_gitignore="b/\n!deep.log\n",
        a__b__z="x",
        a__deep_dot_log="x",
        a__q_dot_yaml="x: 1\n",
        rendered__r_dot_yaml="x",
        node_modules__p__p_dot_yaml="x",
        _dot_github__w_dot_yml="x",
        _dot_terraform__m_dot_tf="x",
    )
    return root


def test_root_is_the_repository_that_holds_the_path(repository, tmp_path):
    assert {root_of(str(repository / inside)) for inside in ("", "a", "a/q.yaml")} == {str(repository)}
    outside = tmp_path / "outside"
    write(outside, one__f_dot_yaml="x")
    assert root_of(str(outside)) == str(outside)
    assert root_of(str(outside / "one" / "f.yaml")) == str(outside / "one")


def test_named_paths_of_one_root_share_its_tree(repository, tmp_path):
    write(tmp_path, other__f_dot_yaml="x")
    names = [str(path) for path in (repository / "a", tmp_path / "other", repository / "a" / "q.yaml", repository)]
    opened = open_paths(names)
    assert [(one.tree.root, one.named) for one in opened] == [
        (str(repository), ("a", "a/q.yaml", "")),
        (str(tmp_path / "other"), ("",)),
    ]


def test_a_named_path_must_exist(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        open_paths([str(tmp_path / "nothing")])


@pytest.mark.parametrize(
    ("named", "exclude", "paths"),
    [
        ("", (), [".github/w.yml", ".gitignore", "a/.gitignore", "a/deep.log", "a/keep.log", "a/q.yaml"]),
        ("", ("a", ".github/**"), [".gitignore"]),
        ("a", ("**/*.log",), ["a/.gitignore", "a/q.yaml"]),
        ("a/b", (), ["a/b/z"]),
        ("rendered", (), ["rendered/r.yaml"]),
        (".terraform", (), [".terraform/m.tf"]),
        ("a/x.log", (), ["a/x.log"]),
        ("a/q.yaml", ("a",), ["a/q.yaml"]),
    ],
)
def test_walk_passes_over_what_is_ignored_vendored_or_excluded(repository, named, exclude, paths):
    assert list(walk(FileTree(str(repository)), named, exclude).paths) == paths


def test_walk_says_what_it_passed_over(repository):
    assert dict(walk(FileTree(str(repository)), "", ("a",)).skipped) == {
        ".git/": "a hidden folder",
        ".terraform/": "a hidden folder",
        "a/": "excluded by configuration",
        "node_modules/": "a folder of downloaded packages",
        "private": "ignored by git",
        "rendered/": "ignored by git",
        "secret": "ignored by git",
    }


def test_links_are_read_inside_the_root_only(repository, tmp_path):
    write(tmp_path, out__file="secret")
    for name, target in {"in": "q.yaml", "out": "../../out/file", "folder": "../../out", "loop": ".", "passwd": "/etc/passwd"}.items():
        (repository / "a" / name).symlink_to(target)
    tree = FileTree(str(repository))
    assert tree.read("a/in") == b"x: 1\n"
    assert tree.is_file("a/in")
    for path in ("a/out", "a/folder/file", "a/passwd", "../out/file", "/etc/passwd", str(tmp_path / "out" / "file")):
        assert not tree.is_file(path)
        with pytest.raises(UnreadableError, match="out of the scanned root"):
            tree.read(path)
    assert [name for name in tree.children("a") if name in ("in", "out", "folder/", "loop/", "passwd")] == ["in"]
    walked = walk(tree, "")
    assert {"a/in", "a/loop", "a/folder"}.isdisjoint(walked.paths)
    assert {"a/out", "a/passwd"} <= set(walked.paths), "reading them says why they cannot be read"
    assert [(problem.location.path, problem.detail) for problem in walked.problems] == [
        ("a/folder", "cannot be listed: leads out of the scanned root")
    ]


def test_links_to_what_a_walk_does_not_meet_are_read(repository):
    links = {"up.yaml": "../../a/q.yaml", "gone.yaml": "nowhere.yaml", "itself.yaml": "itself.yaml", "round": ".."}
    (repository / "apps" / "web").mkdir(parents=True)
    for name, target in links.items():
        (repository / "apps" / "web" / name).symlink_to(target)
    tree = FileTree(str(repository))
    assert walk(tree, "apps/web").paths == ("apps/web/gone.yaml", "apps/web/itself.yaml", "apps/web/up.yaml")
    assert tree.read("apps/web/up.yaml") == b"x: 1\n"
    whole = walk(tree, "")
    assert [path for path in whole.paths if path.startswith("apps/")] == ["apps/web/gone.yaml", "apps/web/itself.yaml"]
    for path, why in {"apps/web/gone.yaml": "no such file", "apps/web/itself.yaml": "cannot be read"}.items():
        with pytest.raises(UnreadableError, match=why):
            tree.read(path)
    assert not whole.problems


@pytest.mark.parametrize(
    ("path", "why"), [("nothing", "no such file"), ("a", "directory|regular"), ("a/\0", "out of"), ("a/pipe", "regular file")]
)
def test_what_cannot_be_read_says_why(repository, path, why):
    os.mkfifo(repository / "a" / "pipe")
    with pytest.raises(UnreadableError, match=f"(?i){why}") as refused:
        FileTree(str(repository)).read(path)
    assert (refused.value.problem.kind, refused.value.problem.location.path) == ("unreadable", path)


def test_a_file_that_is_too_large_is_not_read(repository, monkeypatch):
    monkeypatch.setattr(files, "LIMIT", 4)
    with pytest.raises(UnreadableError) as refused:
        FileTree(str(repository)).read("a/q.yaml")
    assert refused.value.problem.kind == "too-large"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden_folders_and_files_are_problems(repository):
    (repository / "a").chmod(0)
    tree = FileTree(str(repository))
    assert [(problem.kind, problem.location.path) for problem in walk(tree, "").problems] == [("unreadable", "a")]
    (repository / "a").chmod(0o700)


def test_a_folder_that_cannot_be_listed_is_a_problem(repository, monkeypatch):
    tree = FileTree(str(repository))
    real = tree.entries

    def entries(folder, *, below=None):
        if folder == "a":
            raise PermissionError(13, "Permission denied")
        return real(folder, below=below)

    monkeypatch.setattr(tree, "entries", entries)
    walked = walk(tree, "")
    assert [(problem.kind, problem.location.path) for problem in walked.problems] == [("unreadable", "a")]
    assert ".github/w.yml" in walked.paths


def test_a_name_that_is_no_text_is_a_problem(repository):
    with open(os.fsencode(repository) + b"/a/\xff.yaml", "wb"):
        pass
    walked = walk(FileTree(str(repository)), "a")
    assert [problem.location.path for problem in walked.problems] == ["a/\\udcff.yaml"]


def test_children(repository):
    tree = FileTree(str(repository))
    assert tree.children("a") == [".gitignore", "b/", "deep.log", "keep.log", "q.yaml", "x.log"]
    assert tree.children("nothing") == ()
    assert tree.children("..") == ()
