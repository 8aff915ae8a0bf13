"""What has happened to a case, in plain words, from the record: who did what and when. Reads are the auditor's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import User
from audit.models import Event
from audit.record import SYSTEM
from casework.models import CaseExport
from referrals.clock_words import clock_title
from referrals.models import Pack, Referral
from referrals.models.calls import CallRecord

WORDS: dict[str, str] = {
    "referral.submitted": "Referral sent",
    "referral.detail_added": "Detail added by the referrer",
    "checklist.ticked": "A step of the checklist ticked off",
    "checklist.unticked": "A tick on the checklist taken back",
    "phone_contact.started": "Telephone contact written down",
    "phone_contact.confirmed": "Telephone contact confirmed in writing by the caller",
    "case.taken": "Case taken",
    "case.released": "Case given back",
    "case.assigned": "Case given to somebody to take",
    "case.handed_over": "Case handed over to a colleague",
    "case.handed_on": "Case handed on: whoever had it has left",
    "conflict.matched": "Somebody whom the answers name is kept away from this case",
    "conflict.added": "Somebody was kept away from this case",
    "conflict.lifted": "Somebody is not kept away from this case any more",
    "case.glass_broken": "Case opened from outside",
    "case.glass_reviewed": "Opening from outside reviewed",
    "clock.ended": "Clock ended",
    "clock.paused": "Clock paused",
    "clock.resumed": "Clock goes on",
    "pack.part_released": "Part released in a further version of the pack",
    "clock.reminded": "Reminder given",
    "decision.made": "Decision made or proposed",
    "decision.agreed": "Decision agreed to",
    "decision.returned": "Proposed decision returned",
    "child.added": "A further child was found out about",
    "child.came_over": "A child came over from a hub that was dropped",
    "child.moved": "A child’s case moved on",
    "strategy.planned": "Strategy discussion planned",
    "strategy.changed": "Plan of the strategy discussion changed",
    "strategy.cancelled": "Strategy discussion called off",
    "strategy.held": "Strategy discussion held",
    "strategy.ratified": "Strategy discussion held at night ratified",
    "strategy.signed": "Record of the strategy discussion signed",
    "strategy.added_to": "Record of the strategy discussion added to",
    "strategy.circulated": "Record of the strategy discussion sent out",
    "partner.reported": "An agency wrote back",
    "pack.returned": "Pack returned as not theirs",
    "pack.return_settled": "Returned pack settled",
    "call.recorded": "Call recorded",
    "call.corrected": "Record of a call corrected",
    "reference.kept": "Reference elsewhere kept or changed",
    "child.handed_over": "Handed over to the council’s system",
    "reply.sent": "Reply sent to the referrer",
    "inspection.recorded": "Added to what an inspector will ask",
    "disagreement.raised": "Somebody said that they disagree with a decision",
    "disagreement.answered": "A disagreement answered",
    "disagreement.moved_on": "A disagreement taken to its next stage",
    "disagreement.agreed": "A disagreement settled: both sides agree",
    "disagreement.withdrawn": "A disagreement withdrawn",
    "message.sent": "Note sent to the referrer",
    "question.asked": "Question asked of the referrer",
    "question.answered": "Question answered by the referrer",
    "fact.corrected": "Something found out, and written down over the referrer’s answer",
    "referral.rerouted": "New destinations settled",
    "destination.added": "Destination added",
    "destination.dropped": "Destination dropped",
    "transfer.sent": "Transfer to another area sent",
    "transfer.accepted": "Transfer accepted",
    "transfer.rejected": "Transfer rejected",
    "transfer.withdrawn": "Transfer withdrawn",
    "note.written": "Note written",
    "export.asked": "Case exported as a PDF",
    "pack.rendered": "Pack ready",
    "pack.failed": "Pack could not be made; it is tried again",
    "pack.downloaded": "Pack opened",
    "pack.data_downloaded": "Pack data downloaded",
    "pack.acknowledged": "Pack acknowledged",
}


@dataclass(frozen=True)
class Happening:
    """One line of the timeline. `about` says which pack or clock; `who` is blank where the portal did it by itself."""

    at: datetime
    what: str
    about: str
    who: str


def timeline(referral: Referral) -> list[Happening]:
    """Return what happened, the newest first, in a few queries however long it is."""
    packs = {
        str(pack.pk): pack
        for pack in Pack.objects.system(reason="the timeline of one case, scoped by the caller")
        .filter(referral=referral)
        .select_related("route__agency")
        .defer("snapshot")
    }
    additions = [str(addition.pk) for addition in referral.additions.all()]
    exports = [str(pk) for pk in CaseExport.objects.filter(referral=referral).values_list("pk", flat=True)]
    about = (
        Q(subject_kind="referrals.referral", subject_id=str(referral.pk))
        | Q(subject_kind="referrals.pack", subject_id__in=list(packs))
        | Q(subject_kind="referrals.addition", subject_id__in=additions)
        | Q(subject_kind="casework.caseexport", subject_id__in=exports)
    )
    events = list(Event.objects.filter(about, event__in=WORDS).order_by("-sequence"))
    people = {str(user.pk): user for user in User.objects.filter(pk__in={e.by_id for e in events} - {SYSTEM})}
    return [_happening(referral, event, packs, people) for event in events]


def _happening(referral: Referral, event: Event, packs: dict[str, Pack], people: dict[str, User]) -> Happening:
    pack = packs.get(event.subject_id) if event.subject_kind == "referrals.pack" else None
    recipient = pack.route.agency.name if pack is not None and pack.route.agency is not None else ""
    user = people.get(event.by_id)
    about = recipient or _clocks(referral, event.detail) or _call(event.detail)
    return Happening(event.at, WORDS[event.event], about, user.full_name if user else "")


def _clocks(referral: Referral, detail: dict[str, Any]) -> str:
    kinds = detail.get("kinds")
    return "; ".join(clock_title(referral, kind, "") for kind in kinds) if isinstance(kinds, list) else ""


def _call(detail: dict[str, Any]) -> str:
    """Say with whom a call was, and how it ended."""
    if detail.get("with") not in CallRecord.With.values or detail.get("ended") not in CallRecord.Ended.values:
        return ""
    return f"{CallRecord.With(detail['with']).label}. {CallRecord.Ended(detail['ended']).label}"
