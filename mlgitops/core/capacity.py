"""Capacity: whether the pods of an environment fit on its nodes all at once.

Three means, from the cheapest to the dearest. A *bound* proves that pods do not fit: together they ask for more than
all nodes that they may use can give. A *greedy* arrangement, when it finds a place for each pod, proves that they do.
Where neither tells, a *search* tries every arrangement as long as it is given. What none decides stays open: nothing
is called impossible that is not proven to be.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.pools import Pool

_SUBSETS = 8
"""Distinct sets of pools of which every union is looked at; of more, each alone and all together."""
_STEPS = 10_000
"""States of the nodes that a search looks at before it gives up."""

Room = tuple[int, ...]


class Group(NamedTuple):
    """Pods that are alike.

    Attributes:
        name: Whose they are.
        number: How many.
        requests: What each asks for, in the scheduler's units.
        pools: Indices of the pools whose empty nodes each of them fits on; at least one.
    """

    name: str
    number: int
    requests: Mapping[str, int]
    pools: tuple[int, ...]


class Overload(NamedTuple):
    """Proof that pods do not fit.

    Attributes:
        pools: Indices of the pools that are too small together.
        resource: What they lack; `pods` where nodes cannot be filled to the brim, empty where only a search told.
        asked: How much is asked of them.
        offered: How much they offer.
        groups: Names of those who ask.
    """

    pools: tuple[int, ...]
    resource: str
    asked: int
    offered: int
    groups: tuple[str, ...]


class Arrangement(NamedTuple):
    """Pods on nodes.

    Attributes:
        rooms: For each pool, how many of its nodes have how much room left, by `resources`.
        resources: Names of the resources that rooms are counted in.
        homeless: The groups of which no place was found for some pods, with the number of these.
    """

    rooms: tuple[Counter[Room], ...]
    resources: tuple[str, ...]
    homeless: tuple[tuple[Group, int], ...]

    def left(self, pool: int) -> dict[str, int]:
        """What all nodes of a pool have left together."""
        return {
            name: sum(room[at] * count for room, count in self.rooms[pool].items())
            for at, name in enumerate(self.resources)
        }

    def idle(self, at: int, pool: Pool) -> int:
        """How many nodes of a pool, which is the `at`-th, nothing runs on."""
        return self.rooms[at][_room(pool, self.resources)]


class Answer(NamedTuple):
    """Whether pods fit: `fits`, `overloaded` (then `overload` says why) or `open`."""

    verdict: Literal["fits", "overloaded", "open"]
    arrangement: Arrangement
    overload: Overload | None = None


def judge(groups: Sequence[Group], pools: Sequence[Pool]) -> Answer:
    """Whether all pods fit at once; a group that fits nowhere must not be among them."""
    arrangement = arranged(groups, pools)
    if not arrangement.homeless:
        return Answer("fits", arrangement)
    overload = bound(groups, pools)
    if overload is None:
        found = _searched(groups, pools)
        if isinstance(found, Arrangement):
            return Answer("fits", found)
        if found == "unknown":
            return Answer("open", arrangement)
        touched = tuple(sorted({at for group in groups for at in group.pools}))
        overload = Overload(touched, "", 0, 0, tuple(group.name for group, _ in arrangement.homeless))
    return Answer("overloaded", arrangement, overload)


# --- greedy ---------------------------------------------------------------------------------------------------------


def arranged(groups: Sequence[Group], pools: Sequence[Pool]) -> Arrangement:
    """Pods on nodes, by best fit: the best of a few orders, from the pickiest group on or from the largest."""
    sizes = {id(group): _size(group, pools) for group in groups}
    orders = [
        sorted(groups, key=lambda group: (len(group.pools), -sizes[id(group)], group.name)),
        sorted(groups, key=lambda group: (-sizes[id(group)], len(group.pools), group.name)),
    ]
    tried = []
    for order in orders:
        tried.append(_filled(order, pools))
        if not tried[-1].homeless:
            break
    return min(tried, key=lambda arrangement: sum(count for _, count in arrangement.homeless))


def fits_beside(groups: Sequence[Group], arrangement: Arrangement, pools: Sequence[Pool]) -> bool:
    """Whether more pods have room on the nodes of an arrangement as it is; False proves nothing."""
    rooms = {at: Counter(arrangement.rooms[at]) for group in groups for at in group.pools}
    for group in groups:
        missing = group.number
        for at in group.pools:
            missing = _put(_vector(group, pools[at], arrangement.resources), missing, rooms[at])
        if missing:
            return False
    return True


def _size(group: Group, pools: Sequence[Pool]) -> float:
    """The share of a node that one pod takes, where it takes the least."""
    return min(
        max((amount / pools[at].offers[name] for name, amount in _known(group, pools[at]).items()), default=0.0)
        for at in group.pools
    )


def _known(group: Group, pool: Pool) -> dict[str, int]:
    """What is asked of resources that the pool declares; where pods are counted, each is one."""
    requests = {**group.requests, "pods": 1}
    return {name: requests[name] for name in pool.offers if requests.get(name, 0) > 0}


def _filled(groups: Sequence[Group], pools: Sequence[Pool]) -> Arrangement:
    resources = tuple(sorted({name for pool in pools for name in pool.offers}))
    rooms = [Counter({_room(pool, resources): pool.nodes}) for pool in pools]
    homeless = []
    for group in groups:
        missing = group.number
        for at in group.pools:
            missing = _put(_vector(group, pools[at], resources), missing, rooms[at])
        if missing:
            homeless.append((group, missing))
    return Arrangement(tuple(+room for room in rooms), resources, tuple(homeless))


def _room(pool: Pool, resources: Sequence[str]) -> Room:
    return tuple(pool.offers.get(name, 0) for name in resources)


def _vector(group: Group, pool: Pool, resources: Sequence[str]) -> Room:
    known = _known(group, pool)
    return tuple(known.get(name, 0) for name in resources)


def _put(wanted: Room, count: int, rooms: Counter[Room]) -> int:
    """Put pods on the nodes with the least room that they fit on; how many found none."""
    for room in sorted(rooms):
        each = _times(wanted, room, count)
        if not count or not each:
            continue
        full = min(count // each, rooms[room])
        _use(rooms, room, wanted, full, each)
        count -= full * each
        if count and rooms[room]:
            rest = min(count, each)
            _use(rooms, room, wanted, 1, rest)
            count -= rest
    return count


def _times(wanted: Room, room: Room, most: int) -> int:
    """How many such pods one node has room for."""
    return min((has // wants for wants, has in zip(wanted, room, strict=True) if wants), default=most)


def _use(rooms: Counter[Room], room: Room, wanted: Room, nodes: int, each: int) -> None:
    if nodes:
        rooms[room] -= nodes
        rooms[tuple(has - wants * each for has, wants in zip(room, wanted, strict=True))] += nodes


# --- bound ----------------------------------------------------------------------------------------------------------


def bound(groups: Sequence[Group], pools: Sequence[Pool]) -> Overload | None:
    """Proof that the pods do not fit, of the fewest pools that show it; None if there is none of this kind."""
    for chosen in _unions({group.pools for group in groups}):
        inside = [group for group in groups if chosen.issuperset(group.pools)]
        found = _too_many(inside, pools) or _too_much(inside, sorted(chosen), pools)
        if found:
            return found
    return None


def _unions(sets: set[tuple[int, ...]]) -> Iterator[frozenset[int]]:
    distinct = sorted(sets)
    sizes = range(1, len(distinct) + 1) if len(distinct) <= _SUBSETS else (1, len(distinct))
    unions = {frozenset().union(*chosen) for size in sizes for chosen in combinations(distinct, size)}
    yield from sorted(unions, key=lambda union: (len(union), sorted(union)))


def _too_many(groups: Sequence[Group], pools: Sequence[Pool]) -> Overload | None:
    """Whether one group alone is more pods than nodes have room for, each filled with them."""
    for group in groups:
        room = 0
        for at in group.pools:
            known = _known(group, pools[at])
            room += pools[at].nodes * min(
                (pools[at].offers[name] // known[name] for name in known), default=group.number
            )
        if group.number > room:
            return Overload(group.pools, "pods", group.number, room, (group.name,))
    return None


def _too_much(groups: Sequence[Group], chosen: Sequence[int], pools: Sequence[Pool]) -> Overload | None:
    """Whether groups ask for more of a resource than the nodes of all pools that they may use have."""
    for resource in sorted({name for at in chosen for name in pools[at].offers}):
        if any(resource not in pools[at].offers and resource in _UNBOUNDED for at in chosen):
            continue
        wants = [group for group in groups if _asked(group, resource)]
        asked = sum(_asked(group, resource) * group.number for group in wants)
        offered = sum(pools[at].offers.get(resource, 0) * pools[at].nodes for at in chosen)
        if asked > offered:
            return Overload(tuple(chosen), resource, asked, offered, tuple(group.name for group in wants))
    return None


_UNBOUNDED = frozenset({"cpu", "memory", "ephemeral-storage", "pods"})
"""What every node has: where a pool does not declare it, its amount is not known."""


def _asked(group: Group, resource: str) -> int:
    return 1 if resource == "pods" else group.requests.get(resource, 0)


# --- search ---------------------------------------------------------------------------------------------------------

_Rooms = tuple[Counter[Room], ...]


def _searched(groups: Sequence[Group], pools: Sequence[Pool]) -> Arrangement | Literal["none", "unknown"]:
    """An arrangement that holds all pods: depth first, pod by pod, each state of the nodes looked at once."""
    order = sorted(groups, key=lambda group: (-_size(group, pools), len(group.pools), group.name))
    pods = [group for group in order for _ in range(min(group.number, _STEPS))]
    if len(pods) >= _STEPS:
        return "unknown"
    resources = tuple(sorted({name for pool in pools for name in pool.offers}))
    wanted = {id(group): {at: _vector(group, pools[at], resources) for at in group.pools} for group in order}
    start: _Rooms = tuple(Counter({_room(pool, resources): pool.nodes}) for pool in pools)
    stack = [_next(start, wanted[id(pods[0])])]
    seen = set()
    while stack:
        rooms = next(stack[-1], None)
        if rooms is None:
            stack.pop()
            continue
        if len(stack) == len(pods):
            return Arrangement(tuple(+room for room in rooms), resources, ())
        state = (len(stack), tuple(frozenset((+room).items()) for room in rooms))
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > _STEPS:
            return "unknown"
        stack.append(_next(rooms, wanted[id(pods[len(stack)])]))
    return "none"


def _next(rooms: _Rooms, wanted: Mapping[int, Room]) -> Iterator[_Rooms]:
    """The rooms after one more pod, for each place that it may take; nodes that are alike are one place."""
    for at, vector in wanted.items():
        for room in sorted(+rooms[at]):
            if _times(vector, room, 1):
                after = Counter(rooms[at])
                _use(after, room, vector, 1, 1)
                yield (*rooms[:at], after, *rooms[at + 1 :])
