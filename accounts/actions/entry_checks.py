"""Asking for a directory entry to be checked: its keeper at 90 days, a week later the administrators (section 5.5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions import letters
from accounts.directory import LONDON
from accounts.models import DirectoryEntry, EntryCheck, Membership, User
from accounts.permissions import roles_with
from accounts.roles import Permission
from audit.record import record_event

KEEPER_HAS = timedelta(days=7)
Stage = EntryCheck.Stage


def ask_for_checks(*, at: datetime) -> int:
    """Tell whoever is to check the stale entries; return how many were told. Safe to run twice, and late.

    Each person is told once of each stage. Without a keeper who can be told, the administrators are at once.
    """
    today = at.astimezone(LONDON).date()
    entries = DirectoryEntry.objects.select_related("agency", "keeper").exclude(agency__partnership="")
    return sum(_ask(entry, at=at) for entry in entries if entry.is_stale(on=today))


@transaction.atomic
def _ask(entry: DirectoryEntry, *, at: datetime) -> int:
    asked = EntryCheck.objects.filter(entry=entry)
    if entry.keeper is not None and entry.keeper.is_active:
        first = asked.filter(stage=Stage.KEEPER, to=entry.keeper).first()
        if first is None:
            return _tell(entry, Stage.KEEPER, [entry.keeper], at=at)
        if at - first.told_at < KEEPER_HAS:
            return 0
    roles = roles_with(Permission.MANAGE_DIRECTORY)
    current = Membership.objects.current(at=at).filter(partnership=entry.agency.partnership, role__in=roles)
    told = asked.filter(stage=Stage.ADMIN).values("to")
    people = User.objects.filter(pk__in=current.values("user"), is_active=True).exclude(pk__in=told)
    return _tell(entry, Stage.ADMIN, people, at=at)


def _tell(entry: DirectoryEntry, stage: Stage, people: Iterable[User], *, at: datetime) -> int:
    new = [
        person
        for person in people
        if EntryCheck.objects.get_or_create(entry=entry, stage=stage, to=person, defaults={"told_at": at})[1]
    ]
    if new:
        letters.promise_task(to=new, at=at)
        record_event(
            event="directory.check_asked_for", by=None, at=at, subject=entry.agency, detail={"stage": stage.value}
        )
    return len(new)
