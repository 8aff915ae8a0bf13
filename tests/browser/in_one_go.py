"""Answering a whole page by one word to the browser: its controls, set as their own clicks and typing set them.

A box that is not shown, or not there, is an error: nobody could have filled it in.
"""

from collections.abc import Iterable, Sequence

from playwright.sync_api import Page

from procedures.engine.answers import Answer
from procedures.engine.schema import Question

_FILL = """(items) => {
  const named = (name) => [...document.getElementsByName(name)];
  const missing = [];
  const type = (name, text) => {
    const box = named(name)[0];
    if (!box || !box.checkVisibility()) { missing.push(name); return; }
    box.focus();
    box.value = text;
    box.dispatchEvent(new Event('input', {bubbles: true}));
    box.dispatchEvent(new Event('change', {bubbles: true}));
  };
  const choose = (name, values) => {
    const boxes = named(name);
    for (const value of values) {
      const box = boxes.find((each) => each.value === value);
      if (!box || !box.labels[0].checkVisibility()) missing.push(`${name} = ${value}`);
      else if (!box.checked) box.click();
    }
    for (const box of boxes)
      if (box.type === 'checkbox' && box.checked && !values.includes(box.value)) box.click();
  };
  for (const item of items) {
    if (item.text) type(item.id, item.text);
    for (const [name, text] of item.row) type(name, text);
    if (item.has_options) choose(`${item.id}-chosen`, item.chosen);
    for (const [name, text] of item.details) {
      if (named(name).some((each) => each.type === 'radio')) choose(name, [text]);
      else if (named(`${name}_day`).length)
        text.split('-').forEach((part, at) => type(`${name}_${['year', 'month', 'day'][at]}`, String(Number(part))));
      else type(name, text);
    }
  }
  return missing;
}"""
_EMPTY = """() => {
  for (const box of document.querySelector("main form:has([name='seen'])").elements) {
    if (box.type === 'checkbox' && box.checked) box.click();
    else if (['text', 'tel', 'email', 'textarea'].includes(box.type) && box.checkVisibility()) box.value = '';
  }
}"""
_PRESS = """(names) => {
  const found = [...document.querySelectorAll('main button')].filter(
    (each) => names.includes(each.innerText.trim()) && each.checkVisibility());
  if (!found.length) return false;
  found.at(-1).click();
  return true;
}"""


def names(page: Page) -> list[str]:
    """Return the names of every control in the forms of the page, in its order."""
    found = page.evaluate("() => [...document.querySelectorAll('main form [name]')].map((each) => each.name)")
    return [str(name) for name in found]


def fill(page: Page, answers: Iterable[tuple[Question, Answer]]) -> None:
    """Answer these questions; of rows the first, since each further one is a page of its own."""
    items = [
        {
            "id": question.id,
            "text": answer.text,
            "chosen": list(answer.chosen),
            "has_options": bool(question.options),
            "row": [(f"{question.id}-row-0-{column}", text) for column, text in _first(answer.rows).items()],
            "details": [(detail_name(question, answer, name), text) for name, text in answer.details.items()],
        }
        for question, answer in answers
    ]
    missing = page.evaluate(_FILL, items)
    assert missing == [], f"{page.url} does not show {missing}"


def empty(page: Page) -> None:
    """Take every answer out of the page, what the portal had filled in included."""
    page.evaluate(_EMPTY)


def press(page: Page, *names: str) -> None:
    """Press the last button that has one of these names."""
    assert page.evaluate(_PRESS, list(names)), f"{page.url} has no button {names}"


def detail_name(question: Question, answer: Answer, name: str) -> str:
    """Return the name of the control of a detail: under the option chosen that asks for it, else the question's own."""
    of = next(
        (o.value for o in question.options if o.value in answer.chosen and name in {d.id for d in o.details}), None
    )
    return f"{question.id}-of-{of}-{name}" if of else f"{question.id}-own-{name}"


def _first(rows: Sequence[dict[str, str]]) -> dict[str, str]:
    return rows[0] if rows else {}
