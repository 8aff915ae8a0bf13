"""Releasing a part of a referral to a recipient whose pack left it out, with the reason (roles 7.2, "Release a pack").

First packs go by themselves (Z-19c); what they leave out stays out until somebody answers for it here.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency
from audit.record import record_event
from referrals import permissions
from referrals.actions import pack_versions
from referrals.actions.pack_snapshots import call_first, glance
from referrals.models import Pack, Referral, ReleasedPart, Route
from referrals.models.released_parts import LONGEST_REASON
from referrals.models.visibility import kinds_let_in
from referrals.pack_contents import (
    ALL,
    REFERRER_GROUP,
    Part,
    Said,
    contents_for,
    is_referrer_hidden,
    parts_for,
    released_to,
    said_in,
)
from referrals.queries import current_routing, dropped_routes
from referrals.text import TextRefusedError, clean_text


class PartNotReleasedError(Exception):
    """This part cannot be released to this recipient, or needs an answer first. The text says why."""


@transaction.atomic
def release(
    *, route: Route, group: str, reason: str, by: Any, at: datetime, is_referrer_named_knowingly: bool = False
) -> Pack:
    """Give a recipient one more group of the answers, in a further version of their pack that they acknowledge anew.

    By whoever answers for the case; by the LADO and others who may release, what stands in their own agency's pack, but
    for a referrer at risk. Never to whom a seal does not let in, nor to a school's own Prevent contact, who gets no
    pack (Z-17). A referrer who would be at risk is named only with `is_referrer_named_knowingly` (Z-16). Raises
    TextRefusedError without a reason, PartNotReleasedError, NotPermittedError.
    """
    rows = Referral.objects.system(reason="release a part of it to one recipient")
    # Two releases at once would both make "version 2". SQLite, which ignores this lock, has one writer anyway.
    referral = rows.select_for_update(of=("self",)).select_related("author", "organisation").get(pk=route.referral_id)
    said, earlier = _said(referral), released_to(route)
    part = next((each for each in parts_for(said, route, earlier) if each.group == group), None)
    is_at_risk = group == REFERRER_GROUP and is_referrer_hidden(said, route, earlier)
    in_charge = permissions.may_release_parts(by, referral, at=at)
    permissions.check(in_charge or (part is not None and not is_at_risk and may_release_own(by, said, part, at=at)))
    words = clean_text(reason, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError("Say why this recipient needs this part.")
    pack = _current_pack(referral, route)
    if part is None or part.has == ALL:
        raise PartNotReleasedError("This recipient has all there is of this part.")
    if is_at_risk and not is_referrer_named_knowingly:
        raise PartNotReleasedError(
            "The referrer would be at risk if the family knew. Say that you have weighed this, or do not release it."
        )
    later = _with_part(pack, said, released={*earlier, group}, title=part.title, at=at)
    ReleasedPart.objects.create(
        referral=referral, route=route, pack=later, group=group, reason=words, released_at=at, released_by=by
    )
    record_event(
        event="pack.part_released",
        by=by,
        at=at,
        subject=later,
        detail={"group": group, "to": f"{route.code}:{route.unit}", "referrer_at_risk": is_at_risk},
    )
    return later


def may_release_own(user: Any, said: Said, part: Part, *, at: datetime) -> bool:
    """Whether all that a part would add for its recipient stands in a pack of this person's own agency."""
    own = permissions.packs_to_release_from(user, said.referral, at=at)
    held = {
        (row.question, row.key)
        for pack in own
        for mine in parts_for(said, pack.route, released_to(pack.route))
        for row in mine.held
    }
    return bool(part.further) and {(row.question, row.key) for row in part.further} <= held


def _current_pack(referral: Referral, route: Route) -> Pack:
    agency = route.agency
    let_in = kinds_let_in(is_sealed=referral.is_sealed, is_about_staff=referral.is_about_staff)
    is_let_in = (
        agency is not None and agency.kind != Agency.Kind.SCHOOL_SPOC and (let_in is None or agency.kind in let_in)
    )
    rows = Pack.objects.system(reason="repeat a pack with a part that is released")
    pack = rows.filter(route=route, is_current=True).select_related("route__agency", "referral__owner_unit").first()
    if pack is None or not is_let_in or route.pk in dropped_routes(referral):
        raise PartNotReleasedError("This recipient gets no pack of this case, so nothing can be released to them.")
    return pack


def _said(referral: Referral) -> Said:
    routing = current_routing(referral)
    assert routing is not None  # noqa: S101  whatever was sent was routed
    return said_in(referral, routing)


def _with_part(pack: Pack, said: Said, *, released: set[str], title: str, at: datetime) -> Pack:
    """Make the version: the contents anew with the part, and around them what the earlier version held already."""
    route, before, owner = pack.route, pack.snapshot, pack.referral.owner_unit
    assert owner is not None  # noqa: S101  a sent referral has one
    contents, withheld = contents_for(said, route, released)
    own = {section["id"] for section in contents}
    ahead = [section for section in before["sections"] if section["id"] == "flags" and section["id"] not in own]
    added = [section for section in before["sections"] if section["id"] == pack_versions.SECTION]
    sections = [*ahead, *contents, *added]
    if pack_versions.has_worry({"sections": contents}) and not pack_versions.has_worry(before):
        for addition in said.referral.additions.order_by("added_at", "pk"):
            sections = pack_versions.with_addition(sections, addition)
    is_hidden = is_referrer_hidden(said, route, released)
    changed = {
        "change_note": f"{owner.name} released a part to you that was left out before: {title}.",
        "generated_by": "the portal, when a part was released",
        "at_a_glance": glance(said, sections, owner=owner, is_hidden=is_hidden),
        "call_first": call_first(said, route, owner=owner, is_hidden=is_hidden, at=at),
        "sections": sections,
        "times": [*before["times"], {"label": "A further part released", "at": at.isoformat()}],
        "withheld": withheld,
    }
    return pack_versions.further_version(pack, changed, at=at)
