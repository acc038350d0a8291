"""Asks a GraphQL API: errors come with status 200, so each is held against what it means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlgitops.adapters.forges.shared.faults import AbsentError, words
from mlgitops.adapters.forges.shared.node import Node
from mlgitops.errors import InputError, NotPermittedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.adapters.forges.shared.rest import Rest

_DENIED = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES", "UNAUTHORIZED"})


class GraphQl:
    """One GraphQL API.

    Args:
        rest: Asks the same forge, within its deadline.
        where: The address.
    """

    def __init__(self, rest: Rest, where: str) -> None:
        self._rest = rest
        self._where = where

    def ask(self, query: str, **variables: Any) -> Node:
        """The `data` that a query brings.

        Raises:
            As `Rest.send`; InputError with the API's words where it refuses what is asked.
        """
        return self._sent(query, variables, reads=True)

    def change(self, mutation: str, **variables: Any) -> Node:
        """The `data` of a mutation that may be repeated.

        Raises:
            As `ask`.
        """
        return self._sent(mutation, variables, reads=False)

    def _sent(self, query: str, variables: Mapping[str, Any], *, reads: bool) -> Node:
        body = {"query": query, "variables": dict(variables)}
        answer = self._rest.send("POST", "", body, repeatable=True, reads=reads, api=self._where)
        content = self._rest.json(answer)
        if isinstance(content, dict) and content.get("errors"):
            raise self._fault(content["errors"])
        return Node(content, self._where).node("data")

    def _fault(self, errors: Any) -> Exception:
        kinds = (
            {str(error.get("type")) for error in errors if isinstance(error, dict)}
            if isinstance(errors, list)
            else set()
        )
        told = f"{self._where}: {words(errors, self._rest.secrets) or 'refused without a word'}"
        if kinds & _DENIED:
            return NotPermittedError(told, hint="Check what the token may do in this repository.")
        if "NOT_FOUND" in kinds:
            return AbsentError(told, hint="Check the remote's address; what a token may not see looks absent too.")
        if kinds & {"RATE_LIMITED", "RATE_LIMIT"} or "something went wrong" in json.dumps(errors).lower():
            return RefusedError(told, hint="Run again later.")
        return InputError(told)
