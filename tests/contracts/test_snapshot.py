"""What every snapshot must do, run over the work tree, the index and a commit of one real repository."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.repo import new_repo
from support.tree import Link

from mlgitops.adapters.files.tree import WorkTree
from mlgitops.adapters.git.discovery import find_top
from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.snapshots import CommitSnapshot, IndexSnapshot
from mlgitops.core.listed import Listed
from mlgitops.core.snapshot import files_below
from mlgitops.errors import InputError

FILES = {
    "mlgitops.yaml": "path: [dev, prod]\n",
    "environments/dev/environment.yaml": "kind: Environment\n",
    "environments/dev/state/fraud.yaml": "a: 1\r\n",
    "environments/dev/state/risk/fraud.yaml": "a: 2\n",
    "environments/dev-2/state/fraud.yaml": "sorts before dev/\n",
    "environments/dev/state/größe-模型.yaml": "ü\n",
    "environments/dev/state/with space 'and\" quotes": "x",
    "environments/dev/empty": "",
    "environments/dev/binary": bytes(range(256)) * 300,
    "environments/dev/HEAD": "a folder with a file HEAD is no repository\n",
    "environments/dev/refs/x": "nor with refs beside it\n",
    "link-to-file": Link("mlgitops.yaml"),
    "link-to-folder": Link("environments"),
    "link-to-nowhere": Link("nowhere"),
    "link-outside": Link("../../.."),
}


def snapshots(git, prefix=""):
    return {
        "work tree": WorkTree(git.top / prefix),
        "index": IndexSnapshot(git, prefix),
        "commit": CommitSnapshot(git, "HEAD", prefix),
        "listed": Listed(WorkTree(git.top / prefix)),
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    top = tmp_path_factory.mktemp("snapshot").resolve()
    other = new_repo(top / "other", {"file": "of another repository\n"})
    repo = new_repo(top / "repo", FILES)
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(other.top), "vendor/other")
    repo.commit({"nested/env/mlgitops.yaml": "x", "nested/env/environments/a.yaml": "y", "nested/envy": "z"})
    return Git(find_top(repo.top))


@pytest.fixture(scope="module")
def opened(repository):
    found = snapshots(repository)
    yield found
    found["index"].close()
    found["commit"].close()


@pytest.fixture(params=["work tree", "index", "commit", "listed"])
def snapshot(opened, request):
    return opened[request.param]


def test_entries_are_all_paths_in_byte_order_with_their_kinds(snapshot):
    found = snapshot.entries()
    assert list(found) == sorted(found, key=str.encode)
    assert {path for path, kind in found.items() if kind == "link"} == {
        "link-to-file",
        "link-to-folder",
        "link-to-nowhere",
        "link-outside",
    }
    assert [path for path, kind in found.items() if kind == "submodule"] == ["vendor/other"]
    regular = {path for path, content in FILES.items() if not isinstance(content, Link)}
    assert set(files_below(snapshot, "")) == regular | {
        ".gitmodules",
        "nested/env/mlgitops.yaml",
        "nested/env/environments/a.yaml",
        "nested/envy",
    }


@pytest.mark.parametrize("folder", ["environments", "environments/dev", "environments/dev/state", "vendor"])
def test_entries_of_a_folder_are_those_below_it_and_no_others(snapshot, folder):
    expected = {path: kind for path, kind in snapshot.entries().items() if path.startswith(f"{folder}/")}
    assert snapshot.entries(folder) == expected
    assert expected


@pytest.mark.parametrize(
    "folder",
    ["nowhere", "environments/nowhere/deeper", "mlgitops.yaml", "mlgitops.yaml/x", "vendor/other", "vendor/other/x"],
)
def test_a_folder_that_is_none_has_no_entries(snapshot, folder):
    assert snapshot.entries(folder) == {}


def test_a_file_holds_its_own_bytes_and_no_others(snapshot):
    for path in files_below(snapshot, ""):
        data = snapshot.read(path)
        assert snapshot.holds(path, data)
        assert not snapshot.holds(path, data + b"\n")
    for path in ("nowhere", "environments", "link-to-file", "link-outside", "vendor/other"):
        assert not snapshot.holds(path, b"path: [dev, prod]\n")


@pytest.mark.parametrize("folder", ["link-to-folder", "link-to-folder/dev", "link-outside", "link-to-nowhere"])
def test_entries_through_a_link_are_refused(snapshot, folder):
    with pytest.raises(InputError, match="links are not followed"):
        snapshot.entries(folder)


def test_read_gives_the_bytes_that_were_written(snapshot):
    for path, content in FILES.items():
        if not isinstance(content, Link):
            assert snapshot.read(path) == (content.encode() if isinstance(content, str) else content), path


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "environments/nowhere/x",
        "environments",
        "mlgitops.yaml/x",
        "link-to-file",
        "link-to-folder",
        "link-to-nowhere",
        "link-to-folder/dev/environment.yaml",
        "link-outside/etc/passwd",
        "vendor/other",
        "",
        "/",
        "/mlgitops.yaml",
        "/etc/passwd",
        "..",
        "../other/file",
        "environments/../mlgitops.yaml",
        "./mlgitops.yaml",
        "environments//dev/environment.yaml",
        "environments/dev/",
        "mlgitops.yaml\0",
    ],
)
def test_what_is_no_regular_file_inside_is_not_read(snapshot, path):
    with pytest.raises(InputError):
        snapshot.read(path)


def test_exists_is_true_exactly_for_entries(snapshot):
    entries = snapshot.entries()
    assert all(snapshot.exists(path) for path in entries)
    through_link = "link-to-folder/dev/environment.yaml"
    for path in ("nowhere", "environments", "", "/mlgitops.yaml", "../other/file", through_link, "a\0"):
        assert not snapshot.exists(path), path


def test_a_prefix_makes_a_folder_the_root(repository):
    found = snapshots(repository, "nested/env")
    for snapshot in found.values():
        assert list(snapshot.entries()) == ["environments/a.yaml", "mlgitops.yaml"]
        assert snapshot.read("environments/a.yaml") == b"y"
        assert not snapshot.exists("../envy")
    found["index"].close()
    found["commit"].close()


def test_a_snapshot_may_be_sent_to_another_process_and_shared_by_threads(snapshot):
    expected = {path: snapshot.read(path) for path in files_below(snapshot, "environments")}
    copy = pickle.loads(pickle.dumps(snapshot))
    with ThreadPoolExecutor(4) as threads:
        for _ in range(10):
            assert dict(zip(expected, threads.map(copy.read, expected), strict=True)) == expected
    assert copy.label == snapshot.label
    if hasattr(copy, "close"):
        copy.close()


# Names that Git and every file system here can hold: no separator, no control character, not `.git` in any spelling.
letters = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"], exclude_characters="/")
names = st.text(letters, min_size=1, max_size=12).filter(lambda name: name not in (".", "..", ".git"))
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
trees = st.dictionaries(paths, st.binary(max_size=40), min_size=1, max_size=8)


@given(trees)
def test_work_tree_index_and_commit_agree(tmp_path_factory, files):
    kept = {path: data for path, data in files.items() if not any(other.startswith(f"{path}/") for other in files)}
    repo = new_repo(tmp_path_factory.mktemp("agree").resolve())
    repo.commit(kept)
    found = snapshots(Git(repo.top))
    for label, snapshot in found.items():
        assert {path: snapshot.read(path) for path in snapshot.entries()} == kept, label
        assert list(snapshot.entries()) == sorted(kept, key=str.encode), label
    found["index"].close()
    found["commit"].close()
