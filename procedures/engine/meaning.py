"""Whether the names that an edition's entries use exist. Shape alone would let a blank or foreign code slip through."""

from collections.abc import Iterable, Iterator, Mapping

from procedures.engine.edition import Edition, locate
from procedures.engine.reading_yaml import Fault
from procedures.engine.schema import Fill, Question
from procedures.engine.vocabulary import AREAS, CHILD_FACTS, FACTS, NONE, UNKNOWN, FactKind, Shape


def faults_of(edition: Edition, facts: Iterable[str]) -> list[Fault]:
    """Return everything that an edition names and that does not exist.

    `facts` are the ids of the facts of both source procedures. Each fault names file, line and cure.
    """
    return [
        *_sources(edition, set(facts)),
        *_codes(edition),
        *_questions(edition),
        *_packs(edition),
        *_areas(edition),
    ]


def _sources(edition: Edition, facts: set[str]) -> Iterator[Fault]:
    content = edition.content
    known = facts | {each.id for each in content.guidance}
    named: list[tuple[str, str, Iterable[str]]] = [
        *(
            ("rules", rule.id, [*rule.sources, *(fact for also in rule.also for fact in also.sources)])
            for rule in content.rules
        ),
        *(("checklists", item.code, item.sources) for item in content.checklists),
        *(("questions", question.id, question.why) for question in content.questions),
        *(("resources", each.id, each.facts) for each in content.resources),
        *(("legislation", each.id, each.facts) for each in content.legislation),
        *(
            ("sections", each.id, [fact for part in each.paragraphs for fact in part.facts])
            for each in content.sections
        ),
        *(
            ("packs", plan.recipient, [*plan.facts, *(fact for part in plan.contents for fact in part.facts)])
            for plan in content.packs
        ),
    ]
    for block, name, sources in named:
        for source in sources:
            if source not in known:
                yield locate(
                    edition.documents,
                    (block, name),
                    f"{source} is no fact and no guidance. Correct it, or add it to `guidance`.",
                )


def _codes(edition: Edition) -> Iterator[Fault]:
    content = edition.content
    flags = {each.code for each in content.flags}
    reports = {each.code for each in content.do_yourself}
    items = {each.code for each in content.checklists}
    by_rule = set()
    for rule in content.rules:
        for case in rule.cases:
            unknown = case.when_unknown
            used_items = [*case.adds.checklist, *(unknown.checklist if unknown else [])]
            by_rule.update(used_items)
            for code in [*case.adds.flags, *(unknown.flags if unknown else [])]:
                if code not in flags:
                    yield locate(edition.documents, ("rules", rule.id), f"There is no flag {code}. Add it to `flags`.")
            for code in used_items:
                if code not in items:
                    yield locate(edition.documents, ("rules", rule.id), f"There is no checklist item {code}. Add it.")
            for own in case.adds.do_yourself:
                if own.code not in reports:
                    yield locate(
                        edition.documents, ("rules", rule.id), f"There is no {own.code} in `do_yourself`. Add it."
                    )
        if rule.awaiting is not None and rule.awaiting not in edition.switches():
            yield locate(edition.documents, ("rules", rule.id), f"{rule.awaiting} is not in `decisions`. Add it.")
    for item in content.checklists:
        if item.only_by_rule and item.code not in by_rule:
            yield locate(
                edition.documents,
                ("checklists", item.code),
                "No rule adds this item. Name it in a rule, or give it a `when`.",
            )


def _questions(edition: Edition) -> Iterator[Fault]:
    parts = {part.id for part in edition.content.parts}
    groups = {group.id for group in edition.content.pack_groups}
    for page in edition.content.pages:
        if page.part not in parts:
            yield locate(edition.documents, ("pages", page.id), f"There is no part {page.part}. Correct it, or add it.")
        for question_id in page.questions:
            question = edition.questions[question_id]
            if question.scope != page.scope:
                yield locate(
                    edition.documents,
                    ("pages", page.id),
                    f"{question_id} is asked of each {question.scope}, this page of each {page.scope}. "
                    "Make them alike.",
                )
    for question in edition.questions.values():
        if question.pack_group not in groups:
            yield locate(
                edition.documents, ("questions", question.id), f"There is no pack group {question.pack_group}."
            )
        for fill in question.fills:
            yield from _fill(edition, question, fill)


def _fill(edition: Edition, question: Question, fill: Fill) -> Iterator[Fault]:
    where = ("questions", question.id, "fills")
    of_child = fill.fact.startswith("child.")
    kinds: Mapping[str, FactKind] = CHILD_FACTS if of_child else FACTS
    kind = kinds.get(fill.fact.removeprefix("child."))
    if kind is None:
        if fill.derive is None:
            yield locate(edition.documents, where, f"{fill.fact} is not a fact. Correct it.")
        return
    options = {option.value for option in question.options}
    for option, value in fill.map.items():
        if option not in options:
            yield locate(edition.documents, where, f"{question.id} has no option {option}. Correct the map.")
        yield from _values(edition, where, kind, value)
    if fill.when_not_asked is not None:
        yield from _values(edition, where, kind, fill.when_not_asked)


def _values(edition: Edition, where: tuple[str, ...], kind: FactKind, value: str | list[str]) -> Iterator[Fault]:
    allowed = {*kind.values, UNKNOWN, NONE} | (
        {f"{each}?" for each in kind.values} if kind.shape is Shape.MANY else set()
    )
    if kind.shape is Shape.ONE and isinstance(value, list) and value:
        yield locate(edition.documents, where, f"{kind.code} has one value. Write it without brackets.")
        return
    for each in [value] if isinstance(value, str) else value:
        if each not in allowed:
            yield locate(
                edition.documents, where, f"{kind.code} cannot be {each}. Use one of: {', '.join(kind.values)}."
            )


def _packs(edition: Edition) -> Iterator[Fault]:
    groups = {group.id for group in edition.content.pack_groups}
    for plan in edition.content.packs:
        named = [part.group for part in plan.contents]
        for group in named:
            if group not in groups:
                yield locate(edition.documents, ("packs", plan.recipient), f"There is no pack group {group}.")
        for group in sorted(groups - set(named)):
            yield locate(
                edition.documents,
                ("packs", plan.recipient),
                f"It does not say how much of {group} it takes. Write full, summary or none.",
            )


def _areas(edition: Edition) -> Iterator[Fault]:
    for area in edition.content.edition.areas:
        if area not in AREAS:
            yield Fault(
                edition.documents[-1].file,
                edition.documents[-1].line_of(("edition", "areas")),
                "edition.areas",
                f"{area} is not an area.",
            )
    for entry in edition.content.destinations:
        for area in entry.areas:
            if area not in AREAS:
                yield locate(
                    edition.documents, ("destinations", entry.unit), f"{area} is not an area. Use: {', '.join(AREAS)}."
                )
