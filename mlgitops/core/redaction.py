"""Takes credentials out of text before anyone sees it: one function for every sink.

Errors and diffs, not the happy paths, are where tokens escape (Argo CD CVE-2023-25163, Helm's logged registry
credentials), so what comes from a URL, a server or a tool passes through here before it is shown.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"

_SECRET_WORD = "token|secret|signature|sig|passwo?r?d|passwd|apikey|api[_-]key|access[_-]?key|credential|auth"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # user:password@ in an address
    (re.compile(r"://[^\s/?#]*@"), f"://{MASK}@"),
    # ?X-Amz-Signature=…, &private_token=…
    (re.compile(rf"([?&;#][\w.%-]{{0,64}}?(?:{_SECRET_WORD})[\w.%-]{{0,64}}=)[^&;#\s\"'<>]+", re.IGNORECASE), rf"\1{MASK}"),
    # Authorization: Bearer …, PRIVATE-TOKEN: …
    (re.compile(r"((?:proxy-)?authorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?\w{1,16}\s{1,4})[^\s\"',]+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"((?:private|job|deploy|x-[\w-]{1,32})-token[\"']?\s{0,4}:\s{0,4}[\"']?)[^\s\"',]+", re.IGNORECASE), rf"\1{MASK}"),
    # the token formats that GitHub, GitLab and Hugging Face document, and JSON Web Tokens
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|gldt-|glcbt-|hf_)[\w-]{16,}"), MASK),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), MASK),
)  # fmt: skip # one pattern a line, beside what it is for


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with every credential that can be recognised replaced by `***`.

    Args:
        text: What is about to be shown.
        secrets: Credentials known to this run; found as they are, percent-encoded and as Base64.
    """
    for secret in secrets:
        if len(secret) < 4:  # noqa: PLR2004 # replacing shorter ones would only garble the text
            continue
        for form in {secret, quote(secret, safe=""), b64encode(secret.encode()).decode()}:
            text = text.replace(form, MASK)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
