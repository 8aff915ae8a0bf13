"""A page by the keyboard: which controls the Tab key does not come to."""

from playwright.sync_api import Page

_LISTEN = """() => {
  const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [onclick]';
  window.reached = new Set();
  document.addEventListener('focusin', (event) => {
    window.reached.add(event.target);
    const {type, name} = event.target;
    // A group of radio buttons has one stop; the arrow keys go on within it.
    if (type === 'radio') document.getElementsByName(name).forEach((each) => window.reached.add(each));
  });
  // What is hidden from everybody's ears too is the form's own, such as the button that Enter presses.
  window.wanted = [...document.querySelectorAll(controls)].filter(
    (each) => !each.disabled && each.checkVisibility() && !each.closest('[aria-hidden=true]'));
  document.activeElement.blur();
  return window.wanted.length;
}"""
_MISSED = "() => window.wanted.filter((each) => !window.reached.has(each)).map((each) => each.outerHTML.slice(0, 200))"
SPARE = 20
"""Presses more than there are controls: parts of a page that scroll take the focus too."""


def unreached(page: Page, where: str) -> list[str]:
    """Return the controls of the page shown that Tab does not come to, one line each."""
    for _ in range(page.evaluate(_LISTEN) + SPARE):
        page.keyboard.press("Tab")
    return [f"{where}: Tab does not come to {each}" for each in page.evaluate(_MISSED)]
