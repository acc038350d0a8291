from __future__ import annotations

from mlgitops.core.kubernetes.lists import objects

POD, MAP = {"kind": "Pod"}, {"kind": "ConfigMap"}


def test_lists_are_taken_apart_and_all_else_stands_for_itself() -> None:
    documents = [POD, {"kind": "List", "items": [MAP, 1]}, {"kind": "PodList", "items": []}, 2, MAP]
    assert list(objects(documents)) == [
        (0, (), POD),
        (1, ("items", 0), MAP),
        (1, ("items", 1), 1),
        (3, (), 2),
        (4, (), MAP),
    ]


def test_what_only_looks_like_a_list_is_none() -> None:
    documents = [{"kind": "Menu", "items": [MAP]}, {"kind": "List", "items": {"a": 1}}, {"kind": "List"}, {"items": []}]
    assert list(objects(documents)) == [(number, (), one) for number, one in enumerate(documents)]
