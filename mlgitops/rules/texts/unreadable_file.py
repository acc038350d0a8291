"""`unreadable-file`: a link or a submodule where a file is read."""

from mlgitops.rules import Rule

RULE = Rule(
    id="unreadable-file",
    title="a link or a submodule where a file is read",
    severity="error",
    why=(
        "Links and submodules are never followed: what they lead to is not what the commit holds, may lie "
        "outside the repository, and may be another file for everybody who looks."
    ),
    mend="Put the file itself there.",
    bad=(
        "links: [environments/prod/environment.yaml]",
        "links: [mlgitops.yaml]",
    ),
    good=("links: [docs/latest.md]",),
    judges="repository",
    fixed=True,
)
