"""The doors of the people pages: a person, a membership or an invitation in reach, or nothing that exists."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest

from accounts.access import deny
from accounts.actions.invitations import InvitationError
from accounts.actions.memberships import MembershipError
from accounts.models import Invitation, Membership, User
from accounts.permissions import Permission
from accounts.reach import NotInReachError, reach_of


def person_or_404(request: HttpRequest, person_id: uuid.UUID, *, at: datetime) -> User:
    """Return a person who has or had a role in what the viewer manages; else an audited 404."""
    found = reach_of(request.user, at=at).people().filter(pk=person_id).first()
    return found or deny(request, Permission.MANAGE_PEOPLE, subject=User.objects.filter(pk=person_id).first())


def membership_or_404(request: HttpRequest, membership_id: uuid.UUID, *, at: datetime) -> Membership:
    """Return a membership that the viewer may manage, never their own; else an audited 404."""
    reach = reach_of(request.user, at=at)
    found = reach.memberships().filter(pk=membership_id).first()
    if found is None or not reach.may_manage(found):
        deny(request, Permission.MANAGE_PEOPLE, subject=Membership.objects.filter(pk=membership_id).first())
    return found


def invitation_or_404(request: HttpRequest, invitation_id: uuid.UUID, *, at: datetime) -> Invitation:
    """Return an invitation into what the viewer manages; else an audited 404."""
    found = reach_of(request.user, at=at).invitations().filter(pk=invitation_id).first()
    subject = Invitation.objects.filter(pk=invitation_id).first()
    return found or deny(request, Permission.MANAGE_PEOPLE, subject=subject)


@contextmanager
def telling(request: HttpRequest, *, done: str = "") -> Iterator[None]:
    """Do one action and say how it went: `done`, or why not. What is out of reach by now does not exist."""
    try:
        yield
    except NotInReachError:
        deny(request, Permission.MANAGE_PEOPLE)
    except (MembershipError, InvitationError) as error:
        messages.error(request, str(error))
    else:
        if done:
            messages.success(request, done)
