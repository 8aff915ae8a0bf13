"""Police, Prevent and the LADO write back about what was sent to them, or return it as not theirs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.permissions import Permission
from accounts.queries import agencies_where
from audit.record import record_event
from casework import partner_words, permissions
from casework.actions import references
from casework.models import CaseReference, PackReturn, PartnerReport
from casework.models.partners import LONGEST_REASON
from casework.partner_words import CHOICE, CHOICES, DAY, LINE
from casework.queries.audiences import workers_on
from casework.queries.partners import may_report, may_settle, newest_report, open_return
from referrals.actions import packs
from referrals.actions.clocks import end_clocks
from referrals.models import Notice, Pack, Referral
from referrals.notifications import give_notice
from referrals.permissions import may_acknowledge
from referrals.text import TextRefusedError, clean_text

LADO_CLOCK, PREVENT_CLOCK, RECEIPT = "K-06", "K-14", "K-15"
LONGEST_LINE_TOLD = 200
_REFERENCES = {"incident": CaseReference.Kind.POLICE_INCIDENT, "crime": CaseReference.Kind.POLICE_CRIME}


class NotWholeError(ValueError):
    """Something is missing or cannot be kept; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("; ".join(self.faults.values()))


class ReportChangedError(Exception):
    """A colleague wrote for the agency meanwhile; `current` is what stands now."""

    def __init__(self, current: PartnerReport) -> None:
        self.current = current
        super().__init__("A colleague has written to the hub about this case while you had the page open.")


class ReturnedError(Exception):
    """The pack was returned, or its return settled, by somebody else meanwhile."""


@transaction.atomic
def report(*, pack: Pack, given: Mapping[str, Any], seen: int, by: Any, at: datetime) -> PartnerReport:
    """Tell the hub what an agency knows and did of what it was sent: all of it, as it stands now.

    `given` holds the fields of `partner_words`, days as dates; `seen`: the sequence of what was shown, nought for none.
    An incident number and a crime reference are the case's references too. Ends K-06 with the LADO's word on the
    threshold, K-14 once it went to the gateway. Raises NotWholeError, ReportChangedError, NotPermittedError.
    """
    permissions.check(may_report(by, pack, at=at))
    agency = pack.route.agency
    assert agency is not None  # noqa: S101  whoever may report belongs to it
    kind = partner_words.OF_AGENCY[agency.kind]
    said = _checked(kind, given)
    current = newest_report(pack.referral, agency)
    if current is not None and current.sequence != seen:
        raise ReportChangedError(current)
    row = PartnerReport(
        referral=pack.referral, agency=agency, kind=kind, sequence=seen + 1, said=said, told_at=at, told_by=by
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        quicker = newest_report(pack.referral, agency)
        if quicker is None:
            raise
        raise ReportChangedError(quicker) from None
    _follow(row, before=current.said if current else {}, by=by, at=at)
    _tell(pack.referral, Notice.Kind.PARTNER_WROTE, at=at)
    record_event(
        event="partner.reported", by=by, at=at, subject=pack.referral,
        detail={"unit": agency.unit, "report": str(row.pk), "number": row.sequence},
    )  # fmt: skip
    return row


def _follow(row: PartnerReport, *, before: Mapping[str, Any], by: Any, at: datetime) -> None:
    """Do what follows from what was told: references, and the clocks that wait for it."""
    for name, kind in _REFERENCES.items():
        value = row.said.get(name, "")
        if value != before.get(name, ""):
            references.write(referral=row.referral, kind=kind, value=value, seen=None, agency=row.agency, by=by, at=at)
    if row.said.get("threshold"):
        end_clocks(referral=row.referral, kinds=[LADO_CLOCK], agency=row.agency, by=by, at=at)
    if row.said.get("gateway") == "sent":
        end_clocks(referral=row.referral, kinds=[PREVENT_CLOCK], agency=row.agency, by=by, at=at)


def _checked(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for each in partner_words.TOLD[kind]:
        value = given.get(each.name)
        if each.kind == DAY:
            said[each.name] = value.isoformat() if isinstance(value, date) else ""
        elif each.kind == CHOICES:
            said[each.name] = [str(code) for code in value or ()]
        elif each.kind == CHOICE:
            said[each.name] = str(value or "")
        else:
            is_line = each.kind == LINE
            limit = LONGEST_LINE_TOLD if is_line else LONGEST_REASON
            if each.name in _REFERENCES:
                limit = references.LONGEST_REFERENCE
            try:
                said[each.name] = clean_text(str(value or ""), limit=limit, one_line=is_line)
            except TextRefusedError as refused:
                said[each.name], faults[each.name] = "", str(refused)
    faults = faults or partner_words.faults_of(kind, said)
    if faults:
        raise NotWholeError(faults)
    return {name: value for name, value in said.items() if value}


@transaction.atomic
def return_pack(*, pack: Pack, reason: str, whose: str, by: Any, at: datetime) -> PackReturn:
    """Return a pack as not this agency's, saying why; the owning hub is told and has it to settle.

    It counts as acknowledged (K-15): the agency has answered. Raises NotWholeError, ReturnedError, NotPermittedError.
    """
    permissions.check(may_acknowledge(by, pack, at=at) and pack.route.agency_id != pack.referral.owner_unit_id)
    words = _texts({"reason": reason, "whose": whose}, needed={"reason": "Write why it is not yours"})
    if open_return(pack.route_id) is not None:
        raise ReturnedError
    try:
        with transaction.atomic():
            row = PackReturn.objects.create(
                referral=pack.referral, route=pack.route, returned_at=at, returned_by=by, **words
            )
    except IntegrityError:
        raise ReturnedError from None
    packs.acknowledge(pack=pack, by=by, at=at)
    _tell(pack.referral, Notice.Kind.PACK_RETURNED, at=at)
    record_event(event="pack.returned", by=by, at=at, subject=pack, detail={"return": str(row.pk)})
    return row


@transaction.atomic
def settle(*, returned: PackReturn, how: str, words: str, by: Any, at: datetime) -> PackReturn:
    """Say what became of a pack that came back. Only whoever decides for the owner says that nobody needs it.

    Raises NotWholeError, ReturnedError, NotPermittedError.
    """
    case = returned.referral
    permissions.check(may_settle(by, case, at=at))
    faults = {} if how in PackReturn.Settled.values else {"how": "Say what became of it"}
    deciding = agencies_where(by, Permission.DECIDE_THRESHOLD, at=at).filter(pk__in=[case.owner_unit_id])
    if how == PackReturn.Settled.NOT_NEEDED and not deciding.exists():
        faults["how"] = "Only a manager says that nobody needs it. Ask one, or choose another answer"
    try:
        said = _texts({"words": words}, needed={"words": "Write who has it now and since when, or why"})
    except NotWholeError as refused:
        raise NotWholeError(faults | refused.faults) from None
    if faults:
        raise NotWholeError(faults)
    rows = PackReturn.objects.filter(pk=returned.pk, settled_at__isnull=True)
    if not rows.update(settled=how, settled_at=at, settled_by=by):
        raise ReturnedError
    returned = PackReturn.objects.select_related("route__agency", "referral").get(pk=returned.pk)
    returned.settled_words = said["words"]
    returned.save(update_fields=["settled_words"])
    if how == PackReturn.Settled.ASKED_AGAIN:
        _ask_again(returned, at=at)
    record_event(
        event="pack.return_settled", by=by, at=at, subject=case, detail={"return": str(returned.pk), "how": how}
    )
    return returned


def _ask_again(returned: PackReturn, *, at: datetime) -> None:
    """Tell whoever returned it, as long as they may still open it."""
    visible = Pack.objects.visible_to(returned.returned_by, at=at).filter(route=returned.route)
    if returned.returned_by.is_active and visible.exists():
        give_notice(to=returned.returned_by, kind=Notice.Kind.LOOK_AGAIN, referral=returned.referral, at=at)


def _texts(given: Mapping[str, str], *, needed: Mapping[str, str]) -> dict[str, str]:
    words, faults = {}, {}
    for name, text in given.items():
        try:
            words[name] = clean_text(text, limit=LONGEST_REASON)
        except TextRefusedError as refused:
            faults[name] = str(refused)
            continue
        if name in needed and not words[name]:
            faults[name] = needed[name]
    if faults:
        raise NotWholeError(faults)
    return words


def _tell(referral: Referral, kind: str, *, at: datetime) -> None:
    for person in workers_on(referral, at=at):
        give_notice(to=person, kind=kind, referral=referral, at=at)
