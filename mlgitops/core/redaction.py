"""Takes credentials out of text before anyone sees it: one function for every sink.

Errors and diffs, not the happy paths, are where tokens escape (Argo CD CVE-2023-25163, Helm's logged registry
credentials), so what comes from a URL, a server or a tool passes through here before it is shown.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "***"

# Parameters whose names hold one of these: X-Amz-Signature, private_token, sig …
_SECRECY = "token|secret|signature|sig|passwo?r?d|api[_-]?key|access[_-]?key|credential|auth"
_VALUE = r"""[^\s"'<>,;&#]+"""

_RULES = (
    # user:password@, but not the image of oci://image@sha256:…
    (r"""://[^\s/?#"'<>]*@(?!sha\d{3}:)""", f"://{MASK}@"),
    # the same where no scheme is written, as before the host of an image
    (r"""(?<![\w/.:@-])[\w.-]{1,64}:(?!//)[^\s/@"'<>]{3,128}@(?!sha\d{3}:)(?=[\w.-]{1,255}[/:])""", f"{MASK}@"),
    (rf"([?&;#][\w.%-]{{0,64}}?(?:{_SECRECY})[\w.%-]{{0,64}}=){_VALUE}", rf"\1{MASK}"),
    (rf"""(authorization["']?\s{{0,4}}[:=]\s{{0,4}}["']?(?:basic|bearer|token)\s{{1,4}}){_VALUE}""", rf"\1{MASK}"),
    (rf"""((?:private|job|deploy)-token["']?\s{{0,4}}:\s{{0,4}}["']?){_VALUE}""", rf"\1{MASK}"),
    # what GitHub, GitLab and Hugging Face document of their tokens, and JSON Web Tokens
    (r"\b(?:gh[pousr]_|github_pat_|gl[a-z]{2,5}-|hf_)[\w-]{16,}", MASK),
    (r"\beyJ[\w-]{8,1024}\.[\w-]{8,}\.[\w-]*", MASK),
)
_SHORTEST = 4  # replacing shorter secrets would only garble the text


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with every credential that can be recognised replaced by `***`.

    Args:
        text: What is about to be shown.
        secrets: Credentials known to this run; found as they are, percent-encoded and as Base64.
    """
    for secret in secrets:
        if len(secret) < _SHORTEST:
            continue
        for form in _forms(secret):
            text = text.replace(form, MASK)
    for pattern, replacement in _compiled():
        text = pattern.sub(replacement, text)
    return text


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The rules, compiled when something is shown: most runs have nothing to hide."""
    return tuple((re.compile(pattern, re.IGNORECASE), replacement) for pattern, replacement in _RULES)


def _forms(secret: str) -> set[str]:
    from base64 import b64encode
    from urllib.parse import quote

    return {secret, quote(secret, safe=""), b64encode(secret.encode()).decode()}
