"""axe-core, to be evaluated in a page (a script tag is refused by the policy), and the rules of WCAG 2.2 AA it is run with."""

import importlib.util
import pathlib

AXE = (pathlib.Path(importlib.util.find_spec("axe_playwright_python").origin).parent / "axe.min.js").read_text("utf-8")
RUN = """() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then(found =>
  found.violations.map(one => [one.id, one.nodes.slice(0, 4).map(node => node.html.slice(0, 160) + ' · ' + node.failureSummary.slice(0, 200))]))"""
