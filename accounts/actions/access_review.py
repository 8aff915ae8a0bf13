"""Reminding those who manage access of roles that nobody has looked at for a quarter (7.2)."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions import letters
from accounts.models import Letter, Membership, User
from accounts.models.membership import LONDON
from accounts.permissions import roles_with
from accounts.reach import reach_of
from accounts.roles import Permission

REMINDED_EVERY = timedelta(days=7)


@transaction.atomic
def remind_reviewers(*, at: datetime) -> int:
    """Promise word of a task to everybody who has a role to review that is overdue; return to how many.

    At most once a week to one person, whatever the task was that they were last told of. Safe to run twice.
    """
    roles = {*roles_with(Permission.MANAGE_PEOPLE), *roles_with(Permission.LEAD_SETTING_REFERRALS)}
    told = Letter.objects.filter(kind=Letter.Kind.TASK, created_at__gt=at - REMINDED_EVERY).values("to")
    managers = User.objects.filter(pk__in=Membership.objects.current(at=at).filter(role__in=roles).values("user"))
    late = [each for each in managers.exclude(pk__in=told) if _has_overdue(each, at=at)]
    return len(letters.promise_task(to=late, at=at))


def _has_overdue(manager: User, *, at: datetime) -> bool:
    today = at.astimezone(LONDON).date()
    others = reach_of(manager, at=at).memberships().open(at=at).exclude(user=manager)
    return any(each.is_due_for_review(on=today) for each in others)
