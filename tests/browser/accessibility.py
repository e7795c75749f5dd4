"""axe-core on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()


def serious_findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical, as lines to read."""
    violations = _AXE.run(page).response["violations"]
    return [
        f"{each['id']}: {each['help']}; {node['html'][:200]}"
        for each in violations
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
