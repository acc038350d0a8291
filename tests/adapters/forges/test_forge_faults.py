"""What goes wrong on the way to a forge: each row is retried or refused, in time, and no token shows or strays."""

from __future__ import annotations

import dataclasses
import gzip
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from support.clocks import NOW
from support.forges.fake import TOKEN, Fault
from support.forges.gitea import FakeGitea
from support.scripted import ScriptedServer, answer

from mlgitops.errors import InputError, MlgitopsError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.forge import Proposal, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.forges.worlds import FakeWorld

BRANCH = "mlgitops/promote/dev/staging/teamless"
PROPOSAL = Proposal(BRANCH, "main", "Promote fraud", "Words.", draft=False, labels=("promotion",))
SEARCH = r"GET .*/(pulls|merge_requests)$"
OPEN = r"POST .*/(pulls|merge_requests)$"
ALWAYS = 1000
SECONDARY = {"message": f"You have exceeded a secondary rate limit. {TOKEN}"}


def said(status: int, value: Any = None, **headers: str) -> bytes:
    return answer(
        status,
        json.dumps({"message": f"No. {TOKEN}"} if value is None else value).encode(),
        content_type="application/json",
        **headers,
    )


def page(status: int) -> bytes:
    return answer(status, b"<html>Please sign in.</html>", content_type="text/html")


def cut_off() -> bytes:
    return answer(200, b'[{"number": 1, "ti', content_type="application/json")


def endless() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    chunk = b" " * 65_536
    for _ in range(200):
        yield b"10000\r\n" + chunk + b"\r\n"


def bomb() -> bytes:
    body = gzip.compress(b" " * 20_000_000)
    return answer(200, body, content_type="application/json", content_encoding="gzip")


def drip(world: FakeWorld) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n["
    while not world.fake.server.closing.wait(0.05):
        yield b" "


@dataclass(frozen=True)
class Row:
    """One way in which something goes wrong.

    Attributes:
        what: Its name.
        at: Which request.
        sends: What is sent instead of an answer.
        after: Whether the request was carried out.
        times: How often.
        raises: The error; None where it is overcome.
        waits: Seconds, at least and at most, that are waited.
    """

    what: str
    at: str
    sends: bytes | None
    after: bool = False
    times: int = 1
    raises: type[MlgitopsError] | None = None
    waits: tuple[float, float] | None = None


OVERCOME = [
    Row("429 with Retry-After", SEARCH, said(429, retry_after="7"), waits=(7, 8)),
    Row("429 without", SEARCH, said(429), waits=(2, 62)),
    Row("429 twice", SEARCH, said(429, retry_after="3"), times=2, waits=(6, 8)),
    Row("429 with a date", SEARCH, said(429, retry_after="Fri, 15 Jan 2027 08:00:10 GMT"), waits=(10, 11)),
    Row("429 on opening", OPEN, said(429, retry_after="5"), waits=(5, 6)),
    Row("403 secondary with Retry-After", OPEN, said(403, SECONDARY, retry_after="5"), waits=(5, 6)),
    Row("403 secondary without a header", OPEN, said(403, SECONDARY), waits=(2, 62)),
    Row(
        "403 spent until",
        SEARCH,
        said(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 20)),
        waits=(20, 21),
    ),
    Row("404 just after the push, on search", SEARCH, said(404), waits=(0.5, 0.5)),
    Row("404 just after the push, on opening", OPEN, said(404), times=2, waits=(1.5, 1.5)),
    Row("502 once", SEARCH, said(502), waits=(0.1, 1)),
    Row("503 with Retry-After", SEARCH, said(503, retry_after="4"), waits=(4, 5)),
    Row("reset on search", SEARCH, None, waits=(0.1, 1)),
    Row("reset before it was opened", OPEN, None, waits=(0.1, 1)),
    Row("reset after it was opened", OPEN, None, after=True, waits=(0.1, 1)),
    Row("502 before it was opened", OPEN, said(502), waits=(0.1, 1)),
    Row("502 after it was opened", OPEN, said(502), after=True, waits=(0.1, 1)),
    Row("504 after it was opened, twice", OPEN, said(504), after=True, times=2, waits=(0.1, 3)),
    Row("500 after it was opened", OPEN, said(500), after=True, waits=(0.1, 1)),
    Row("cut off after it was opened", OPEN, answer(201, b'{"numb', content_type="application/json"), after=True),
    Row("a page after it was opened", OPEN, page(201), after=True),
    Row("a page instead of opening", OPEN, page(201)),
    Row("not found by the search though it is there", SEARCH, said(200, [], link=""), waits=None),
]

REFUSED = [
    Row("429 for an hour", SEARCH, said(429, retry_after="3600"), raises=RefusedError, waits=(0, 0)),
    Row("429 for ever", SEARCH, said(429, retry_after="2"), times=ALWAYS, raises=RefusedError, waits=(6, 8)),
    Row("429 without a header for ever", SEARCH, said(429), times=ALWAYS, raises=RefusedError, waits=(2, 120)),
    Row("429 with an absurd wait", SEARCH, said(429, retry_after="9" * 40), raises=RefusedError, waits=(0, 0)),
    Row(
        "403 spent for an hour",
        SEARCH,
        said(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 3600)),
        raises=RefusedError,
    ),
    Row("403", SEARCH, said(403), raises=NotPermittedError, waits=(0, 0)),
    Row("403 on opening", OPEN, said(403), raises=NotPermittedError, waits=(0, 0)),
    Row("401", SEARCH, said(401), raises=NotPermittedError, waits=(0, 0)),
    Row("401 on opening", OPEN, said(401), raises=NotPermittedError, waits=(0, 0)),
    Row("404 for ever", SEARCH, said(404), times=ALWAYS, raises=InputError, waits=(7, 8)),
    Row("404 on opening for ever", OPEN, said(404), times=ALWAYS, raises=InputError, waits=(7, 8)),
    Row("400", OPEN, said(400), raises=InputError, waits=(0, 0)),
    Row("422", OPEN, said(422), raises=InputError, waits=(0, 0)),
    Row("409 where nothing is found", OPEN, said(409), raises=RaceError, waits=(0, 0)),
    Row("500", SEARCH, said(500), raises=RefusedError, waits=(0, 0)),
    Row("502 for ever", SEARCH, said(502), times=ALWAYS, raises=RefusedError, waits=(0.5, 5)),
    Row("502 on opening for ever", OPEN, said(502), times=ALWAYS, raises=RefusedError, waits=(0.5, 10)),
    Row("reset for ever", SEARCH, None, times=ALWAYS, raises=RefusedError, waits=(0.5, 5)),
    Row("reset on opening for ever", OPEN, None, times=ALWAYS, raises=RefusedError, waits=(0.5, 10)),
    Row("truncated JSON", SEARCH, cut_off(), raises=RefusedError, waits=(0, 0)),
    Row("a page with 200", SEARCH, page(200), raises=RefusedError, waits=(0, 0)),
    Row("text with 200", SEARCH, answer(200, b"[]", content_type="text/plain"), raises=RefusedError),
    Row("no kind with 200", SEARCH, answer(200, b"[]"), raises=RefusedError),
    Row("no content with 200", SEARCH, answer(200, b"", content_type="application/json"), raises=RefusedError),
    Row("an object for a list", SEARCH, said(200, {"data": []}), raises=RefusedError),
    Row("a list of numbers", SEARCH, said(200, [1]), raises=RefusedError),
    Row("a pull request without fields", OPEN, said(201, {"number": 1}), raises=RefusedError),
    Row("deep JSON", SEARCH, answer(200, b"[" * 200_000, content_type="application/json"), raises=RefusedError),
    Row("gzip that unpacks to 20 MB", SEARCH, bomb(), raises=RefusedError),
    Row(
        "a body announced as huge",
        SEARCH,
        answer(200, content_type="application/json", content_length="99999999"),
        raises=RefusedError,
    ),
]


def check_secrecy(world: FakeWorld, caplog: pytest.LogCaptureFixture, *shown: object) -> None:
    everything = " ".join([*map(str, shown), *world.said, caplog.text])
    assert TOKEN not in everything


def attempt(world: FakeWorld, row: Row, caplog: pytest.LogCaptureFixture) -> MlgitopsError | None:
    caplog.set_level(logging.DEBUG)
    world.push(BRANCH)
    world.fake.faults = [Fault(row.at, row.sends, after=row.after, times=row.times)]
    error = None
    try:
        world.forge().create(PROPOSAL)
    except MlgitopsError as raised:
        error = raised
    check_secrecy(world, caplog, repr(error), getattr(error, "hint", ""), getattr(error, "message", ""))
    if row.waits is not None:
        least, most = row.waits
        assert least <= sum(world.sleeper.slept) <= most, world.said
    return error


@pytest.mark.parametrize("row", OVERCOME, ids=lambda row: row.what)
def test_faults_that_are_overcome_leave_one_pull_request(
    fake: FakeWorld, row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    if "though it is there" in row.what:
        fake.push(BRANCH)
        fake.forge().create(PROPOSAL)
    error = attempt(fake, row, caplog)
    assert error is None
    fake.forge().create(PROPOSAL)
    assert [pull.state for pull in fake.fake.pulls.values()] == ["open"]
    assert fake.fake.pulls[1].labels == ["promotion"]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.what)
def test_faults_that_are_not_overcome_are_told_by_their_exit_code(
    fake: FakeWorld, row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    error = attempt(fake, row, caplog)
    assert row.raises is not None
    assert isinstance(error, row.raises)
    assert error.exit_code == row.raises.exit_code
    if row.waits == (0, 0) and row.raises is NotPermittedError:
        assert len([line for line in fake.fake.log if line == fake.fake.log[-1]]) == 1
    fake.fake.faults.clear()
    fake.forge().create(PROPOSAL)
    assert [pull.state for pull in fake.fake.pulls.values()] == ["open"]


@pytest.mark.parametrize("at", [SEARCH, OPEN], ids=["search", "opening"])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(
    fake: FakeWorld, at: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with ScriptedServer(lambda _: said(200, []), host="127.0.0.2") as elsewhere:
        row = Row("redirect", at, said(status, location=f"{elsewhere.url}/take?token={TOKEN}"), raises=RefusedError)
        error = attempt(fake, row, caplog)
        assert isinstance(error, RefusedError)
        assert "redirects to http://127.0.0.2" in error.message
        assert elsewhere.received == []
    assert fake.fake.pulls == {}


@pytest.mark.parametrize("at", [SEARCH, OPEN], ids=["search", "opening"])
def test_a_slow_drip_ends_at_the_deadline(fake: FakeWorld, at: str, caplog: pytest.LogCaptureFixture) -> None:
    fake.patience = dataclasses.replace(fake.patience, deadline=0.1)
    fake.push(BRANCH)
    fake.fake.faults = [Fault(at, lambda: drip(fake), times=ALWAYS)]
    with pytest.raises(RefusedError, match="not finished after") as caught:
        fake.forge().create(PROPOSAL)
    check_secrecy(fake, caplog, caught.value)
    assert fake.fake.pulls == {}


def test_an_endless_body_is_cut(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    fake.fake.faults = [Fault(SEARCH, endless)]
    with pytest.raises(RefusedError, match="larger than"):
        fake.forge().create(PROPOSAL)


def test_pages_without_an_end_are_cut(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    link = '<http://elsewhere.invalid/x?page=2>; rel="next"'
    fake.fake.faults = [Fault(SEARCH, said(200, [], link=link), times=ALWAYS)]
    with pytest.raises(RefusedError, match="no end"):
        fake.forge().pull_requests("mlgitops/")
    assert len(fake.fake.log) == 2


def test_all_waits_of_one_call_have_an_end(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    fake.fake.faults = [
        Fault(SEARCH, said(429, retry_after="50"), times=2),
        Fault(OPEN, said(429, retry_after="50"), times=2),
    ]
    with pytest.raises(RefusedError):
        fake.forge().create(PROPOSAL)
    assert sum(fake.sleeper.slept) < 120


@pytest.mark.parametrize("sends", [None, said(502)], ids=["reset", "502"])
def test_a_comment_whose_answer_got_lost_is_not_said_twice(fake: FakeWorld, sends: bytes | None) -> None:
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    fake.fake.faults = [Fault(r"POST .*/(notes|comments)$", sends, after=True)]
    forge.close(made, "Superseded.")
    assert fake.comments(made.number) == ["Superseded."]
    assert fake.fake.pulls[made.number].state == "closed"


@pytest.mark.parametrize("sends", [None, said(502)], ids=["reset", "502"])
def test_a_status_whose_answer_got_lost_is_not_said_twice(fake: FakeWorld, sends: bytes | None) -> None:
    commit = fake.push(BRANCH)
    fake.fake.faults = [Fault(r"POST .*/statuses/\w+$", sends, after=True)]
    fake.forge().set_statuses(commit, [Status("mlgitops/soak", "pending", "1 h")])
    assert len(fake.fake.statuses) == 1


def test_a_label_whose_answer_got_lost_is_not_made_twice(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    fake.fake.faults = [Fault(r"POST .*/labels$", None, after=True, times=2)]
    fake.forge().create(PROPOSAL)
    assert fake.fake.pulls[1].labels.count("promotion") >= 1
    if isinstance(fake.fake, FakeGitea):
        assert fake.labels() == ["promotion"]


class Killed(BaseException):
    """The process ends."""


class Dying(list[float]):
    """Takes no further wait: a run whose answer got lost ends there."""

    def append(self, _: float) -> None:
        raise Killed


@pytest.mark.parametrize("request_number", range(12))
def test_a_run_that_is_killed_after_any_request_converges(fake: FakeWorld, request_number: int) -> None:
    proposal = PROPOSAL._replace(draft=True, reviewers=("ada",))
    fake.push(BRANCH)
    made = fake.forge().create(PROPOSAL._replace(labels=("by-hand",)))

    fake.fake.faults = [Fault("", None, after=True, skips=request_number)]
    fake.sleeper.slept = Dying()
    try:
        changed = fake.forge().update(made, proposal)
        fake.forge().close(changed, "Superseded.")
    except Killed:
        fake.fake.faults = []
    fake.sleeper.slept = []
    if fake.fake.pulls[1].state == "open":
        fake.forge().close(fake.forge().create(proposal), "Superseded.")
    assert len(fake.fake.pulls) == 1
    pull = fake.fake.pulls[1]
    assert (sorted(pull.labels), pull.reviewers, pull.comments) == (["by-hand", "promotion"], ["ada"], ["Superseded."])
