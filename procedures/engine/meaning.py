"""Whether the names that an edition's entries use exist. Shape alone would let a blank or foreign code slip through."""

from collections.abc import Iterable, Iterator, Mapping

from procedures.engine.edition import Edition, locate
from procedures.engine.facts import MAYBE
from procedures.engine.reading_yaml import Fault
from procedures.engine.schema import Fill, Question, Rule
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
        *(("decisions", each.id, each.sources) for each in content.decisions),
        *(("law", each.id, each.sources) for each in content.law),
        *(("do_yourself", each.code, each.sources) for each in content.do_yourself),
        *(("concerns", each.id, each.facts) for each in content.concerns),
        *(("clocks", each.id, each.facts) for each in content.clocks),
        *(("search_words", each.word, each.facts) for each in content.search_words),
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
                    at=source,
                )
    for source in content.edition.facts:
        if source not in facts:
            yield _of_edition(edition, "facts", f"{source} is no fact of the source procedures. Correct it.")


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
            used: list[tuple[str, Iterable[str], set[str], str]] = [
                ("flag", [*case.adds.flags, *(unknown.flags if unknown else [])], flags, "flags"),
                ("checklist item", used_items, items, "checklists"),
                ("own report", [own.code for own in case.adds.do_yourself], reports, "do_yourself"),
            ]
            for what, codes, known, block in used:
                for code in codes:
                    if code not in known:
                        cure = f"There is no {what} {code}. Correct it, or add it to `{block}`."
                        yield locate(edition.documents, ("rules", rule.id), cure, at=code)
        yield from _of_rule(edition, rule)
    for item in content.checklists:
        if item.only_by_rule and item.code not in by_rule:
            yield locate(
                edition.documents,
                ("checklists", item.code),
                "No rule adds this item. Name it in a rule, or give it a `when`.",
            )


def _of_rule(edition: Edition, rule: Rule) -> Iterator[Fault]:
    if rule.awaiting is not None and rule.awaiting not in edition.switches():
        message = f"{rule.awaiting} is not in `decisions`. Correct it, or add it."
        yield locate(edition.documents, ("rules", rule.id), message, at=rule.awaiting)
    for case in rule.cases:
        adds_more = case.adds.flags or case.adds.checklist or case.adds.do_yourself or case.when_unknown
        if rule.safety_net and (adds_more or case.unless_known or case.each_child):
            message = "A safety net catches everyone with a destination and nothing else. Put the rest in another rule."
            yield locate(edition.documents, ("rules", rule.id), message)


def _questions(edition: Edition) -> Iterator[Fault]:
    parts = {part.id for part in edition.content.parts}
    groups = {group.id for group in edition.content.pack_groups}
    for page in edition.content.pages:
        if page.part not in parts:
            message = f"There is no part {page.part}. Correct it, or add it to `parts`."
            yield locate(edition.documents, ("pages", page.id), message, at="part")
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
            message = f"There is no pack group {question.pack_group}. Correct it, or add it to `pack_groups`."
            yield locate(edition.documents, ("questions", question.id), message, at="pack_group")
        values = [option.value for option in question.options]
        for value in sorted({value for value in values if values.count(value) > 1}):
            message = f"The option {value} is there twice. Keep one of them."
            yield locate(edition.documents, ("questions", question.id, "options"), message)
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
    if kind.shape is Shape.ONE and isinstance(value, list) and len(value) > 1:
        yield locate(edition.documents, where, f"{kind.code} has one value. Write one of them without brackets.")
        return
    # Any list may come to nothing, such as no kind of other harm; of a fact with one value, only what the table says.
    allowed = [*kind.values, UNKNOWN]
    if kind.shape is Shape.MANY:
        allowed += [NONE, *(f"{each}{MAYBE}" for each in kind.values)]
    for each in [value] if isinstance(value, str) else value:
        if each not in allowed:
            message = f"{kind.code} cannot be {each}. Use one of: {', '.join(allowed[: len(kind.values) + 1])}."
            yield locate(edition.documents, where, message)


def _packs(edition: Edition) -> Iterator[Fault]:
    groups = {group.id for group in edition.content.pack_groups}
    for plan in edition.content.packs:
        named = [part.group for part in plan.contents]
        for group in named:
            if group not in groups:
                yield locate(
                    edition.documents,
                    ("packs", plan.recipient),
                    f"There is no pack group {group}. Correct it.",
                    at=group,
                )
        for group in sorted(groups - set(named)):
            yield locate(
                edition.documents,
                ("packs", plan.recipient),
                f"It does not say how much of {group} it takes. Write full, summary or none.",
            )


def _areas(edition: Edition) -> Iterator[Fault]:
    for area in edition.content.edition.areas:
        if area not in AREAS:
            yield _of_edition(edition, "areas", f"{area} is not an area. Use: {', '.join(AREAS)}.")
    for entry in edition.content.destinations:
        for area in entry.areas:
            if area not in AREAS:
                message = f"{area} is not an area. Use: {', '.join(AREAS)}."
                yield locate(edition.documents, ("destinations", entry.unit), message, at=area)


def _of_edition(edition: Edition, key: str, message: str) -> Fault:
    document = edition.documents[-1]
    return document.fault(("edition", key), message)
