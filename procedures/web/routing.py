"""Where a concern goes: a picture drawn from the rules, and the same in a table."""

from csp.constants import NONE
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import public
from procedures.drawing import picture, routes, switched_off
from procedures.value_words import CONCERNS
from procedures.web.finding import Link, Room
from procedures.web.rules import destination_words


@public
@require_safe
def routing_page(request: HttpRequest, edition: str, concern: str) -> HttpResponse:
    """The picture of one concern, with a table that says all that it shows."""
    room = Room(edition)
    kind = _known(concern)
    rows = [
        {
            "rule": Link(row.rule.id, room.url("rule", row.rule.id), row.rule.title),
            "when": row.when,
            "unless": row.unless,
            "destinations": [destination_words(each) for each in row.destinations],
            "for_every_concern": row.for_every_concern,
        }
        for row in routes(room.reading, concern)
    ]
    return room.page(
        request,
        "routing",
        f"Where {kind} goes",
        concern=concern,
        kind=kind,
        tables=[
            ("own", "For this concern", [row for row in rows if not row["for_every_concern"]]),
            ("every", "For every concern", [row for row in rows if row["for_every_concern"]]),
        ],
        off=[
            Link(f"{rule.id}: {rule.title}", room.url("rule", rule.id)) for rule in switched_off(room.reading, concern)
        ],
    )


@public
@require_safe
@csp({"default-src": [NONE], "frame-ancestors": [NONE]})  # type: ignore[arg-type]
def routing_picture(request: HttpRequest, edition: str, concern: str) -> HttpResponse:
    """The picture as a file of its own; it may load and run nothing."""
    room = Room(edition)
    _known(concern)
    return HttpResponse(picture(room.reading, concern), content_type="image/svg+xml; charset=utf-8")


def _known(concern: str) -> str:
    if concern not in CONCERNS:
        raise Http404(f"There is no concern {concern}.")
    return CONCERNS[concern]
