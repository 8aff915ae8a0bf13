"""The questions of the form: the list in order, and each with why it is asked and what it fills."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import public
from procedures.condition_words import question_words
from procedures.engine.schema import Fill
from procedures.engine.vocabulary import CHILD_FACTS, FACTS
from procedures.reading import rules_reading
from procedures.web.finding import Link, Room

DERIVED = {
    "age_band": "how old the child is, worked out from the answer",
    "other_children": "further children whom the person is in contact with",
    "adult_harmed": "whether the person harmed is 18 or over",
}
SCOPES = {"case": "Once", "child": "For each child", "person": "For each person of concern"}


@public
@require_safe
def question_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every question in the order in which the form asks them."""
    room = Room(edition)
    parts = [
        (
            part,
            [
                (page, [room.edition.questions[question] for question in page.questions])
                for page in room.content.pages
                if page.part == part.id
            ],
        )
        for part in room.content.parts
    ]
    return room.page(request, "questions", "Questions", parts=parts)


@public
@require_safe
def question_page(request: HttpRequest, edition: str, question: str) -> HttpResponse:
    """One question: its options, when it is shown, why it is asked, and which facts it fills."""
    room = Room(edition)
    found = room.edition.questions.get(question)
    if found is None:
        raise Http404(f"There is no question {question}.")
    shown = question_words(found.shown_when, room.edition) if found.shown_when else None
    return room.page(
        request,
        "question",
        found.text,
        question=found,
        scope=SCOPES[found.scope],
        shown=shown,
        why=room.links(found.why),
        fills=[_fill_words(fill) for fill in found.fills],
        rules=[
            Link(f"{rule.id}: {rule.title}", room.url("rule", rule.id))
            for rule in rules_reading(room.edition, {fill.fact for fill in found.fills})
        ],
    )


def _fill_words(fill: Fill) -> str:
    if fill.derive is not None:
        return DERIVED[fill.derive]
    code = fill.fact.removeprefix("child.")
    return (CHILD_FACTS if fill.fact.startswith("child.") else FACTS)[code].whether
