"""One headless Chromium for all tests here, and pages opened in it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Opened:
    """A page in the browser, with what it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def count(self) -> str:
        return self.page.locator("#count").inner_text()

    def shown(self) -> list[str]:
        """The addresses of the changes that can be seen, folded or not."""
        return self.page.locator(".c:not([hidden])").evaluate_all(
            "nodes => nodes.filter(n => !n.closest('section[hidden]')).map(n => n.querySelector('code')?.textContent)"
        )


def without_chromium() -> None:
    """Skip what needs a browser, or fail where every tool is promised to be there."""
    words = "no Chromium: the HTML report was not looked at in a browser; `make test-tools` installs it"
    if os.environ.get("INFRAGEN_TEST_TOOLS"):
        pytest.fail(words)
    pytest.skip(words)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        without_chromium()
    with sync_playwright() as playwright:
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root
        small = "--disable-dev-shm-usage"  # a container's shared memory is small
        found = playwright.chromium.launch(executable_path=program, args=[small, *as_root], timeout=PATIENCE * 1000)
        yield found
        found.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a page from a file, offline, in a window of its own."""
    contexts = []

    def call(
        html: str, *, width: int = 1280, height: int = 900, scheme: str = "light", script: bool = True, anchor: str = ""
    ) -> Opened:
        file = tmp_path / f"report-{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script, offline=True
        )
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("console", lambda message: opened.complaints.append(message.text))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("dialog", lambda dialog: opened.complaints.append(dialog.message))
        opened.page.goto(file.as_uri() + anchor)
        return opened

    yield call
    for context in contexts:
        context.close()
