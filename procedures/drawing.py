"""A picture of where a concern goes, drawn from the rules: what must be so on the left, who is told on the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from xml.sax.saxutils import escape

from procedures.condition_words import Words, child_words, rule_words, settled
from procedures.engine.edition import Edition
from procedures.engine.schema import Case, ConditionData, DestinationAdd, Rule
from procedures.engine.vocabulary import DESTINATION_CODES
from procedures.reading import Reading, sending_cases
from procedures.value_words import CONCERNS, DESTINATIONS, MODES, URGENCIES

FONT = "Arial, Helvetica, sans-serif"
LEFT, COLUMN, GAP, LINE, PAD = 440, 140, 8, 19, 10
TOP = 92
COLOURS = {"standard": ("#d9e8ef", "#12394f"), "urgent": ("#ffe9b8", "#5a3b00"), "emergency": ("#a3162a", "#ffffff")}
"""Background and ink by urgency; the words say the same, so that nothing hangs on colour."""


@dataclass(frozen=True)
class Route:
    """One row of the picture and of its text: what must be so, where it then goes, and how."""

    rule: Rule
    case: Case
    when: Words
    unless: Words | None
    destinations: tuple[DestinationAdd, ...]
    for_every_concern: bool

    @property
    def sentence(self) -> str:
        """Return the condition as one sentence."""
        unless = f", unless it is known that {self.unless.sentence}" if self.unless else ""
        text = f"{self.when.sentence}{unless}"
        return f"{text[0].upper()}{text[1:]}."


def routes(reading: Reading, concern: str) -> tuple[Route, ...]:
    """Return every way in which a concern is sent somewhere as decisions stand now, its own rules first."""
    edition = reading.edition
    found = []
    for rule, case in sending_cases(reading, concern):
        when = settled(case.when, concern, edition)
        unless = settled(case.unless_known, concern, edition) if case.unless_known else False
        if when is not False and unless is not True:
            found.append(
                Route(
                    rule=rule,
                    case=case,
                    when=_joined(rule, case, None if when is True else when, edition)
                    or Words("in every case of this concern"),
                    unless=None if unless is False else rule_words(unless, edition),
                    destinations=tuple(case.adds.destinations),
                    for_every_concern="all" in rule.serves,
                )
            )
    return tuple(found)


def switched_off(reading: Reading, concern: str) -> tuple[Rule, ...]:
    """Return the rules that would send this concern somewhere if a decision or a law stood otherwise."""
    drawn = {row.rule.id for row in routes(reading, concern)}
    rules = dict.fromkeys(rule.id for rule, _ in sending_cases(reading, concern) if rule.id not in drawn)
    return tuple(rule for rule in reading.content.rules if rule.id in rules)


def case_words(rule: Rule, case: Case, edition: Edition) -> Words:
    """Return when a case applies, its condition on each child included."""
    return _joined(rule, case, case.when, edition) or Words("always")


def _joined(rule: Rule, case: Case, when: ConditionData | None, edition: Edition) -> Words | None:
    parts = [rule_words(when, edition)] if when else []
    if case.each_child:
        of_child = child_words(case.each_child, edition)
        lead = "for each child of whom this is so: "
        parts.append(Words(lead + of_child.text, of_child.joined, of_child.parts))
    if rule.safety_net:
        parts.append(Words("no other rule sends the child to a hub"))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Words(joined="all", parts=tuple(parts))


def picture(reading: Reading, concern: str) -> str:
    """Return the picture as SVG text. It holds no style, script or reference to anything outside itself."""
    rows = routes(reading, concern)
    codes = [code for code in DESTINATION_CODES if any(each.to == code for row in rows for each in row.destinations)]
    width = LEFT + len(codes) * (COLUMN + GAP) + 2 * PAD
    body: list[str] = []
    y = TOP
    heading: bool | None = None
    for row in rows:
        if row.for_every_concern is not heading:
            heading = row.for_every_concern
            words = "For every concern" if heading else "For this concern"
            body.append(_text(PAD, y + 20, words, size=17, bold=True))
            y += 34
        drawn, height = _row(row, codes, y)
        body += drawn
        y += height + GAP
    title = f"Where {CONCERNS[concern]} goes"
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y + PAD}" width="{width}" height="{y + PAD}" '
        f'role="img" aria-labelledby="title" font-family="{FONT}">',
        f'<title id="title">{escape(title)}</title>',
        f'<rect width="{width}" height="{y + PAD}" fill="#ffffff"/>',
        _text(PAD, 30, title, size=22, bold=True),
        _text(PAD, 76, "When", size=17, bold=True),
    ]
    head += [_text(_left_of(index) + 8, 76, DESTINATIONS[code], size=15, bold=True) for index, code in enumerate(codes)]
    return "\n".join([*head, *body, "</svg>\n"])


def _row(row: Route, codes: Sequence[str], y: int) -> tuple[list[str], int]:
    lines = wrap(f"{row.rule.id}: {row.sentence}", 56)
    cells = {code: _cell_lines(row, code) for code in codes}
    height = max(len(lines), *(len(cell) for cell in cells.values())) * LINE + 2 * PAD
    middle = y + height // 2
    drawn = [f'<rect x="{PAD}" y="{y}" width="{LEFT - PAD}" height="{height}" fill="#eef4f6" stroke="#7fa3b3"/>']
    drawn += [_text(PAD + 8, y + PAD + 14 + index * LINE, line) for index, line in enumerate(lines)]
    last = max(index for index, code in enumerate(codes) if cells[code])
    drawn.append(
        f'<path d="M{LEFT} {middle} H{_left_of(last)}" stroke="#12394f" stroke-width="2" fill="none"/>'
        f'<path d="M{_left_of(last) - 7} {middle - 5} L{_left_of(last)} {middle} L{_left_of(last) - 7} {middle + 5} Z" '
        f'fill="#12394f"/>'
    )
    for index, code in enumerate(codes):
        if cells[code]:
            urgency = max((each.urgency for each in row.destinations if each.to == code), key=list(URGENCIES).index)
            back, ink = COLOURS[urgency]
            drawn.append(
                f'<rect x="{_left_of(index)}" y="{y}" width="{COLUMN}" height="{height}" rx="4" '
                f'fill="{back}" stroke="{ink}"/>'
            )
            drawn += [
                _text(_left_of(index) + 8, y + PAD + 14 + number * LINE, line, ink=ink, bold=number == 0)
                for number, line in enumerate(cells[code])
            ]
    return drawn, height


def _cell_lines(row: Route, code: str) -> list[str]:
    lines: list[str] = []
    for each in row.destinations:
        if each.to == code:
            marking = [f"Marked {each.marking}"] if each.marking else []
            lines += [URGENCIES[each.urgency], *wrap(MODES[each.mode], 17), *marking]
    return lines


def _left_of(column: int) -> int:
    return LEFT + GAP + 16 + column * (COLUMN + GAP)


def _text(x: int, y: int, words: str, *, size: int = 15, ink: str = "#0b0c0c", bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{ink}"{weight}>{escape(words)}</text>'
