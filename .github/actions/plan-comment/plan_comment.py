"""Post one comment on a pull request, and update it from then on.

The comment is known by a hidden marker with its key, and by its author: whoever else writes the marker into a comment
is left alone. The text also goes to the step summary, which is all there is when no pull request is at hand or the
token may not write. Standard library only, so that a runner needs nothing but Python 3.10.
"""

from __future__ import annotations

import glob
import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMENT_LIMIT = 65_536  # characters; "body is too long (maximum is 65536 characters)"
SUMMARY_LIMIT = 1024 * 1024  # bytes a step; GitHub's page "Workflow commands": step isolation and limits
TRIES = 5
LONGEST_WAIT = 60.0
TIMEOUT = 30
GITHUB_ACTIONS = "github-actions[bot]"  # who writes with a workflow's own token
_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_WITHHELD = re.compile(r"TOKEN|SECRET|^GITHUB_(ENV|PATH|OUTPUT)$")
_NEXT = re.compile(r'<[^>]*>;\s*rel="next"')


class UserError(Exception):
    """What a user can mend, in words."""


class AnswerError(Exception):
    """GitHub's answer when it is not a success."""

    def __init__(self, status: int, words: str, wait: float | None = None) -> None:
        """Keep the status (0 when there was no answer), GitHub's words, and the seconds to wait before another try."""
        super().__init__(words)
        self.status = status
        self.wait = wait

    @property
    def may_pass(self) -> bool:
        """Whether another try may succeed: no answer, a server's own failure, or too many requests."""
        return self.status in {0, 429} or self.status >= 500 or self.wait is not None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: the token would travel with it."""

    def redirect_request(self, *_: object) -> None:
        """Let the redirect be an answer like any other."""


@dataclass(frozen=True)
class GitHub:
    """The API of one GitHub, asked as the owner of one token."""

    url: str
    graphql_url: str
    token: str
    pause: float = 1.0

    def viewer(self) -> str:
        """Return who the token is; `GET /user` refuses a workflow's own token, this does not."""
        try:
            answer, _ = self.ask("POST", self.graphql_url, {"query": "query { viewer { login } }"})
            return str(answer["data"]["viewer"]["login"])
        except (AnswerError, KeyError, TypeError):
            return GITHUB_ACTIONS

    def comments(self, repository: str, number: int) -> Iterator[dict[str, Any]]:
        """Yield every comment of a pull request, the oldest first."""
        for page in range(1, 10_000):
            url = f"{self.url}/repos/{repository}/issues/{number}/comments?per_page=100&page={page}"
            comments, headers = self.ask("GET", url)
            yield from comments
            if not _NEXT.search(headers.get("Link") or ""):
                return

    def ask(self, method: str, url: str, data: object = None) -> tuple[Any, Mapping[str, str]]:
        """Return answer and headers; what only reads is asked again while that may help."""
        for attempt in range(TRIES):
            try:
                return self.ask_once(method, url, data)
            except AnswerError as refused:
                if not refused.may_pass or attempt == TRIES - 1:
                    raise
                self.rest(attempt, refused)
        raise AssertionError

    def ask_once(self, method: str, url: str, data: object = None) -> tuple[Any, Mapping[str, str]]:
        """Return answer and headers of one request."""
        request = urllib.request.Request(  # noqa: S310  the runner says where its GitHub is
            url,
            method=method,
            data=None if data is None else json.dumps(data).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "infragen-plan-comment",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
                return json.load(answer), answer.headers
        except urllib.error.HTTPError as error:
            raise _refused(error) from None
        except (OSError, ValueError) as error:  # no connection, a timeout, or an answer that is not JSON
            raise AnswerError(0, str(error)) from None

    def rest(self, attempt: int, refused: AnswerError) -> None:
        """Wait as long as GitHub asks, or a second, two, four ..."""
        time.sleep(min(LONGEST_WAIT, self.pause * 2**attempt if refused.wait is None else refused.wait))


def main() -> int:
    """Post or update the comment that the environment describes; return the exit code."""
    try:
        return _main(os.environ)
    except UserError as problem:
        print(f"::error title=plan-comment::{_escaped(str(problem))}")
        return 1


def _main(environment: Mapping[str, str]) -> int:
    code, markdown = _markdown(environment)
    _append("GITHUB_STEP_SUMMARY", _fitting_summary(environment, markdown))
    number = _pull_request(environment)
    if number is None:
        print("No pull request in this event: the report is in the step summary, and no comment was written.")
        _report("summary", "")
        return code
    try:
        result, url = _publish(environment, number, markdown)
    except AnswerError as refused:
        _explain(environment, number, refused)
        result, url = "summary", ""
    else:
        print(f"Comment {result}: {_escaped(url)}")
    _report(result, url)
    return code


def _markdown(environment: Mapping[str, str]) -> tuple[int, str]:
    """Return the code to end with and the text to post: of the file, or of infragen, which is told the plans."""
    file = environment.get("PLAN_COMMENT_MARKDOWN", "").strip()
    patterns = environment.get("PLAN_COMMENT_PLANS", "").split("\n")
    plans = [path for pattern in patterns if pattern.strip() for path in _matching(pattern.strip())]
    if bool(file) == bool(plans):
        raise UserError("give either `markdown`, a file to post, or `plans`, the plans to report on")
    if plans:
        return _reported(plans, environment)
    try:
        return 0, Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"`markdown`: {file}: {error}") from None


def _matching(pattern: str) -> list[str]:
    found = [pattern] if Path(pattern).is_file() else sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    if not found:
        raise UserError(f"`plans`: nothing matches {pattern}")
    return found


def _reported(plans: list[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """Run `infragen report`; what it does not let pass, it ends with a code for and reports all the same."""
    asked = {
        name: environment.get(f"PLAN_COMMENT_{name.upper()}", "").strip() for name in ("title", "target", "fail_on")
    }
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in asked.items() if value]
    command = ["infragen", "report", "--format=markdown", f"--base-url={_base_url(environment)}", *flags, "--", *plans]
    # What it prints is no command to the runner, and it gets no token: plans are other people's.
    resume = secrets.token_hex(20)
    given = {name: value for name, value in environment.items() if not _WITHHELD.search(name)}
    print(f"::stop-commands::{resume}", flush=True)
    try:
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, env=given)
    except OSError as error:
        raise UserError(f"`plans` needs infragen on PATH; a step before this one installs it: {error}") from None
    finally:
        print(f"::{resume}::", flush=True)
    markdown = done.stdout.decode("utf-8", "replace")
    if not markdown.strip():
        raise UserError(f"infragen report ended with {done.returncode}; its message is above")
    return done.returncode, markdown


def _base_url(environment: Mapping[str, str]) -> str:
    """Return where the files of this run's commit are read; a pull request's own commit outlives the merge of a run."""
    head = (_event(environment).get("pull_request") or {}).get("head") or {}
    commit = head.get("sha") or environment.get("GITHUB_SHA", "HEAD")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    return f"{server}/{environment.get('GITHUB_REPOSITORY', '')}/blob/{commit}"


def _pull_request(environment: Mapping[str, str]) -> int | None:
    """Return the number that is asked for or that the event is about; None when there is no pull request."""
    asked = environment.get("PLAN_COMMENT_PULL_REQUEST", "").strip()
    if asked:
        if not _NUMBER.fullmatch(asked):
            raise UserError(f"`pull-request`: {asked} is not a number")
        return int(asked)
    event = _event(environment)
    issue = event.get("issue") or {}
    found = (event.get("pull_request") or {}).get("number") or (issue.get("pull_request") and issue.get("number"))
    return int(found) if found else None


def _event(environment: Mapping[str, str]) -> dict[str, Any]:
    path = environment.get("GITHUB_EVENT_PATH", "")
    if not path or not Path(path).is_file():
        return {}
    event = json.loads(Path(path).read_text(encoding="utf-8"))
    return event if isinstance(event, dict) else {}


def _publish(environment: Mapping[str, str], number: int, markdown: str) -> tuple[str, str]:
    """Create or update the comment; return what was done and where it is.

    A write that got no clear answer may have been done, so each new try begins by looking for the comment.
    """
    repository = environment.get("GITHUB_REPOSITORY", "")
    token = environment.get("PLAN_COMMENT_TOKEN", "")
    if not token or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise UserError("no token, or GITHUB_REPOSITORY is not owner/name: this runs in GitHub Actions")
    marker = _marker(environment.get("PLAN_COMMENT_KEY", ""))
    body = f"{marker}\n{markdown}"
    if len(body) > COMMENT_LIMIT:
        raise UserError(
            f"the report has {len(markdown)} characters and a comment holds {COMMENT_LIMIT}: "
            "make it with `infragen report --format markdown --budget 65000`"
        )
    url = environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
    graphql_url = environment.get("GITHUB_GRAPHQL_URL", f"{url}/graphql")
    github = GitHub(url, graphql_url, token, float(environment.get("PLAN_COMMENT_PAUSE", "1")))
    author = github.viewer()
    for attempt in range(TRIES):
        try:
            return _write(github, repository, number, (author, marker), body)
        except AnswerError as refused:
            if not refused.may_pass or attempt == TRIES - 1:
                raise
            github.rest(attempt, refused)
    raise AssertionError


def _write(github: GitHub, repository: str, number: int, known_by: tuple[str, str], body: str) -> tuple[str, str]:
    author, marker = known_by
    issues = f"{github.url}/repos/{repository}/issues"
    for comment in github.comments(repository, number):
        is_ours = (comment.get("user") or {}).get("login") in {author, f"{author}[bot]"}
        text = (comment.get("body") or "").replace("\r\n", "\n")
        if not is_ours or text.partition("\n")[0] != marker:
            continue
        if text.rstrip() == body.rstrip():
            return "unchanged", str(comment.get("html_url") or "")
        answer, _ = github.ask_once("PATCH", f"{issues}/comments/{int(comment['id'])}", {"body": body})
        return "updated", str(answer.get("html_url") or "")
    answer, _ = github.ask_once("POST", f"{issues}/{number}/comments", {"body": body})
    return "created", str(answer.get("html_url") or "")


def _marker(key: str) -> str:
    """Return the hidden first line; `quote` leaves no character of the key that could end an HTML comment."""
    if not key.strip() or len(key) > 100:
        raise UserError("`key` has 1 to 100 characters")
    return f"<!-- infragen plan-comment {quote(key.strip(), safe='').replace('-', '%2D')} -->"


def _explain(environment: Mapping[str, str], number: int, refused: AnswerError) -> None:
    """Say why there is no comment; end with an error unless the pull request comes from where tokens never write."""
    answer = f"GitHub answered {refused.status}: {refused}" if refused.status else f"no answer: {refused}"
    if refused.status in {401, 403} and not refused.may_pass:
        if _is_foreign(environment):
            words = "this pull request's token may not write comments, since it comes from a fork or from Dependabot"
            print(f"::notice title=plan-comment::{_escaped(f'{words}; the report is in the step summary')}")
            return
        raise UserError(
            f"the token may not write comments ({answer}); the job needs `permissions: pull-requests: write`. "
            "The report is in the step summary"
        )
    if refused.status == 404:
        raise UserError(f"there is no pull request {number}, or the token may not see it ({answer})")
    raise UserError(f"no comment was written ({answer}); the report is in the step summary")


def _is_foreign(environment: Mapping[str, str]) -> bool:
    """Whether GitHub gives this run a token that only reads, whatever the workflow asks for."""
    pull_request = _event(environment).get("pull_request") or {}
    head = ((pull_request.get("head") or {}).get("repo") or {}).get("full_name")
    is_fork = bool(pull_request) and head != environment.get("GITHUB_REPOSITORY")
    return is_fork or environment.get("GITHUB_ACTOR") == "dependabot[bot]"


def _fitting_summary(environment: Mapping[str, str], markdown: str) -> str:
    path = environment.get("GITHUB_STEP_SUMMARY", "")
    used = Path(path).stat().st_size if path and Path(path).exists() else 0
    if used + len(markdown.encode()) + 2 <= SUMMARY_LIMIT:
        return f"{markdown}\n"
    return "The report is larger than a step summary may be.\n"


def _append(variable: str, text: str) -> None:
    """Append to one of the runner's files; outside of a runner there is none."""
    path = os.environ.get(variable)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


def _report(result: str, url: str) -> None:
    _append("GITHUB_OUTPUT", f"result={result}\ncomment-url={_escaped(url)}\n")


def _refused(error: urllib.error.HTTPError) -> AnswerError:
    with error:
        body = error.read(10_000)
    try:
        words = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        words = str(error.reason)
    wait = error.headers.get("Retry-After") or ""
    if not wait and error.headers.get("X-RateLimit-Remaining") == "0":
        wait = str(LONGEST_WAIT)
    return AnswerError(error.code, words[:300], float(wait) if wait.replace(".", "", 1).isdecimal() else None)


def _escaped(text: str) -> str:
    """Return a text for one line of a log, where a line break could begin a workflow command."""
    return "".join(c if c.isprintable() else " " for c in text).replace("%", "%25")


if __name__ == "__main__":
    sys.exit(main())
