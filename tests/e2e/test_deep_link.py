"""A link to a page works even as the very first visit after a start (this file runs first, on a fresh dashboard)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dashboards import Dashboard
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e


def test_first_visit_by_a_link(browser: Browser, dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{dashboard.url}/training")
    expect(page.get_by_text("No dataset yet")).to_be_visible(timeout=120_000)
    assert page.get_by_text("Page not found").count() == 0
    page.get_by_role("link", name="Go to datasets").click()
    expect(page.get_by_text("What should a ZIP look like?")).to_be_visible(timeout=60_000)
    page.close()
