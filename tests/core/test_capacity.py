from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.capacity import Group, bound, fits_beside, judge
from mlgitops.core.pools import Pool


def pool(name: str, nodes: int, **offers: int) -> Pool:
    return Pool(name, nodes, {"pool": name}, [], offers, {})


def fits_by_force(groups: list[Group], pools: list[Pool]) -> bool:
    """Whether pods fit, by trying every node for every pod."""
    nodes = [(at, one) for at, one in enumerate(pools) for _ in range(one.nodes)]
    pods = [group for group in groups for _ in range(group.number)]
    choices = [[index for index, (at, _) in enumerate(nodes) if at in group.pools] for group in pods]
    for chosen in product(*choices):
        used: dict[tuple[int, str], int] = {}
        for index, group in zip(chosen, pods, strict=True):
            for name, amount in group.requests.items():
                used[index, name] = used.get((index, name), 0) + amount
        if all(amount <= nodes[index][1].offers.get(name, 0) for (index, name), amount in used.items()):
            return True
    return False


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Group], list[Pool]]:
    pools = [
        pool(str(at), draw(st.integers(1, 2)), cpu=draw(st.integers(2, 6)), gpu=draw(st.integers(1, 4)))
        for at in range(draw(st.integers(1, 2)))
    ]
    groups = []
    for number in range(draw(st.integers(1, 3))):
        requests = {"cpu": draw(st.integers(1, 4)), "gpu": draw(st.integers(0, 3))}
        homes = [
            at for at, one in enumerate(pools) if all(one.offers[name] >= amount for name, amount in requests.items())
        ]
        allowed = [at for at in homes if draw(st.booleans())] or homes
        if allowed:
            groups.append(Group(f"g{number}", draw(st.integers(1, 2)), requests, tuple(allowed)))
    return groups, pools


@given(situations())
def test_small_cases_are_decided_as_by_force(situation: tuple[list[Group], list[Pool]]) -> None:
    groups, pools = situation
    assert judge(groups, pools).verdict == ("fits" if fits_by_force(groups, pools) else "overloaded")


@given(situations())
def test_a_bound_is_a_proof(situation: tuple[list[Group], list[Pool]]) -> None:
    groups, pools = situation
    if bound(groups, pools):
        assert not fits_by_force(groups, pools)


@given(situations())
def test_an_arrangement_keeps_count_of_every_node_and_every_amount(situation: tuple[list[Group], list[Pool]]) -> None:
    groups, pools = situation
    answer = judge(groups, pools)
    assert [sum(rooms.values()) for rooms in answer.arrangement.rooms] == [one.nodes for one in pools]
    assert all(amount >= 0 for rooms in answer.arrangement.rooms for room in rooms for amount in room)
    if answer.verdict == "fits":
        for name in ("cpu", "gpu"):
            offered = sum(one.nodes * one.offers[name] for one in pools)
            asked = sum(group.number * group.requests[name] for group in groups)
            assert sum(answer.arrangement.left(at)[name] for at in range(len(pools))) == offered - asked


@given(situations(), st.integers(0, 1))
def test_one_more_node_never_makes_pods_homeless(situation: tuple[list[Group], list[Pool]], which: int) -> None:
    groups, pools = situation
    larger = [one._replace(nodes=one.nodes + 1) if at == which else one for at, one in enumerate(pools)]
    if judge(groups, pools).verdict == "fits":
        assert judge(groups, larger).verdict == "fits"


def test_where_greed_fails_a_search_finds_the_arrangement() -> None:
    pools = [pool("a", 2, cpu=10)]
    groups = [Group(f"g{size}{at}", 1, {"cpu": size}, (0,)) for at, size in enumerate((4, 4, 4, 3, 3, 2))]
    assert sum(group.requests["cpu"] for group in groups) == 20
    assert judge(groups, pools).verdict == "fits"


@pytest.mark.parametrize(
    ("groups", "resource", "asked", "offered"),
    [
        ([Group("a", 9, {"gpu": 1}, (0,))], "pods", 9, 8),
        ([Group("a", 3, {"gpu": 3}, (0,))], "pods", 3, 2),
        ([Group("a", 1, {"gpu": 4}, (0,)), Group("b", 5, {"gpu": 1}, (0,))], "gpu", 9, 8),
        ([Group("a", 8, {"gpu": 1}, (0, 1)), Group("b", 5, {"gpu": 1}, (0, 1))], "gpu", 13, 12),
    ],
)
def test_an_overload_says_what_is_short(groups: list[Group], resource: str, asked: int, offered: int) -> None:
    overload = judge(groups, [pool("x", 2, gpu=4), pool("y", 4, gpu=1)]).overload
    assert overload is not None
    assert (overload.resource, overload.asked, overload.offered) == (resource, asked, offered)


def test_what_only_a_search_proves_names_no_resource() -> None:
    overload = judge([Group("a", 2, {"gpu": 3}, (0,)), Group("b", 1, {"gpu": 2}, (0,))], [pool("x", 2, gpu=4)]).overload
    assert overload is not None
    assert overload.resource == ""


def test_amounts_that_a_pool_does_not_declare_are_no_reason() -> None:
    pools = [pool("a", 1, gpu=8), pool("b", 1, cpu=1000, gpu=1)]
    assert judge([Group("a", 8, {"cpu": 5000, "gpu": 1}, (0,))], pools).verdict == "fits"
    assert bound([Group("a", 4, {"cpu": 1000}, (0, 1))], pools) is None


def test_what_cannot_be_tried_out_stays_open() -> None:
    cuts = [(197, 582, 864), (33, 501, 990), (391, 483, 776), (130, 415, 921), (96, 288, 614), (389, 402, 817)]
    sizes = [b - a for cut in cuts for a, b in pairwise((0, *cut, 1000))]  # six nodes, each filled to the brim by four
    groups = [Group(f"g{at}", 1, {"cpu": size}, (0,)) for at, size in enumerate(sizes)]
    answer = judge(groups, [pool("a", 6, cpu=1000)])
    assert (answer.verdict, answer.overload) == ("open", None)
    assert answer.arrangement.homeless


def test_more_pods_find_room_beside_an_arrangement_or_do_not() -> None:
    pools = [pool("a", 2, gpu=2)]
    arrangement = judge([Group("a", 3, {"gpu": 1}, (0,))], pools).arrangement
    assert arrangement.idle(0, pools[0]) == 0
    assert fits_beside([Group("b", 1, {"gpu": 1}, (0,))], arrangement, pools)
    assert not fits_beside([Group("b", 1, {"gpu": 2}, (0,))], arrangement, pools)
