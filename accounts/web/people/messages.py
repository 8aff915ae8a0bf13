"""Which messages left for the people in reach, and which did not: no content, no case, nobody a case is about."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import delivering
from accounts.access import deny, requires
from accounts.actions import deliveries
from accounts.models import Delivery, Invitation
from accounts.permissions import Permission
from accounts.reach import NotInReachError, reach_of

MOST_LISTED = 100


@require_safe
@requires(Permission.MANAGE_PEOPLE)
def sent(request: HttpRequest) -> HttpResponse:
    """Show the messages that have not gone, and the newest of those that have."""
    reach = reach_of(request.user, at=timezone.now())
    waiting = list(delivering.not_gone(reach)[:MOST_LISTED])
    gone = list(delivering.latest(reach).filter(outcome=Delivery.Outcome.SENT)[:MOST_LISTED])
    addresses = _addresses([*waiting, *gone])
    context = {
        "waiting": [_row(each, addresses) for each in waiting],
        "gone": [_row(each, addresses) for each in gone],
        "days": delivering.KEPT_FOR.days,
    }
    return render(request, "accounts/people/messages.html", context)


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def send_again(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Send a message again."""
    at = timezone.now()
    found = delivering.latest(reach_of(request.user, at=at)).filter(pk=delivery_id).first()
    if found is None:
        deny(request, Permission.MANAGE_PEOPLE)
    try:
        deliveries.send_again(delivery=found, by=request.user, at=at)
    except NotInReachError:
        deny(request, Permission.MANAGE_PEOPLE)
    except deliveries.NotSentAgainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is sent again within a minute. This page then says what came of it.")
    return redirect("people:messages")


def _addresses(rows: list[Delivery]) -> dict[uuid.UUID, str]:
    asked = [row.subject_id for row in rows if row.kind == Delivery.Kind.INVITATION]
    return dict(Invitation.objects.filter(pk__in=asked).values_list("pk", "email"))


def _row(row: Delivery, addresses: dict[uuid.UUID, str]) -> dict[str, Any]:
    failed = row.outcome == Delivery.Outcome.FAILED
    return {
        "delivery": row,
        "to": f"{row.to.full_name}, {row.to.email}" if row.to is not None else addresses.get(row.subject_id, ""),
        "outcome": delivering.fault_words(row.failure) if failed else row.get_outcome_display(),
    }
