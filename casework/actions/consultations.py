"""Writing down advice that was given without a referral, putting it right, and making a referral of it (Z-32)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Agency
from audit.record import record_event
from casework import permissions
from casework.models import Consultation, ConsultationReferral, ConsultationTerm
from casework.models.consultations import LONGEST_PART, LONGEST_TEXT
from casework.queries import consultations as queries
from casework.queries.consultations import about_words
from procedures.engine.clock_hours import LONDON, local_moment
from referrals.actions import drafts, phone_contacts
from referrals.models import Referral
from referrals.models.references import new_reference
from referrals.search_terms import terms_of_named_child, token_of
from referrals.text import TextRefusedError, clean_text

YES, NO = "yes", "no"
WORRY_PAGE, WORRY_QUESTION = "worry", "Q-WOR-1"
LINES = ("asker_name", "asker_role", "asker_setting", "asker_number", "child_name")
ABOUT = ("child_name", "child_birth", "child")
TEXTS = ("child", "question", "advice", "next_step", "correction_why")
_NEEDED = {
    "asker_name": "Write who asked, or that they did not say",
    "asker_role": "Write what they do, or how they know the child",
    "question": "Write what they asked, and what they are worried about",
    "advice": "Write what they were told",
    "next_step": "Write what they do now, by when, and what would change it",
}


class ConsultationRefusedError(ValueError):
    """What was written is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The consultation is not whole: " + "; ".join(self.faults.values()))


class ConsultationChangedError(Exception):
    """Somebody else has corrected it, or made a referral of it, meanwhile."""


@transaction.atomic
def record(
    *, agency: Agency, given: Mapping[str, Any], token: uuid.UUID, by: Any, at: datetime,
    corrects: Consultation | None = None,
) -> Consultation:  # fmt: skip
    """Write a consultation down, or put the newest row of one right; the same form twice records once.

    `given` holds the texts LINES and TEXTS, the codes `how` and `advised`, `is_named` ("yes", "no"), the days `on` and
    `child_birth` (which may be missing) and the time `clock` in England.

    Raises ConsultationRefusedError, ConsultationChangedError, NotPermittedError.
    """
    permissions.check(queries.units(by, at=at).filter(pk=agency.pk).exists())
    permissions.check(corrects is None or corrects.agency_id == agency.pk)
    earlier = Consultation.objects.filter(recorded_by=by, token=token).first()
    if earlier is not None:
        return earlier
    values = _checked(given, is_correction=corrects is not None, at=at)
    row = Consultation(
        key=corrects.key if corrects else uuid.uuid4(),
        sequence=corrects.sequence + 1 if corrects else 1,
        reference=corrects.reference if corrects else new_reference(),
        agency=agency, recorded_at=at, recorded_by=by, token=token, **values,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        twice = Consultation.objects.filter(recorded_by=by, token=token).first()
        if twice is not None:
            return twice
        raise ConsultationChangedError from None
    _index(row)
    verb = "consultation.corrected" if corrects else "consultation.recorded"
    record_event(
        event=verb, by=by, at=at, subject=row,
        detail={"unit": agency.unit, "named": row.is_named, "advised": row.advised},
    )  # fmt: skip
    return row


def _index(row: Consultation) -> None:
    """Have a consultation found by the child who is named in it as it stands now."""
    ConsultationTerm.objects.filter(key=row.key).delete()
    terms = terms_of_named_child(row.child_name or "", [row.child_birth] if row.child_birth else [])
    tokens = [ConsultationTerm(key=row.key, kind=term.kind, token=token_of(term)) for term in sorted(terms)]
    ConsultationTerm.objects.bulk_create(tokens)


def index_anew() -> int:
    """Index every consultation anew, one transaction each, for a new search key; return how many there are."""
    keys = list(Consultation.objects.filter(sequence=1).order_by("key").values_list("key", flat=True))
    for key in keys:
        with transaction.atomic():
            _index(Consultation.objects.filter(key=key).order_by("-sequence")[:1].get())
    return len(keys)


def _checked(given: Mapping[str, Any], *, is_correction: bool, at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name in (*LINES, *TEXTS):
        is_line = name in LINES
        try:
            limit = LONGEST_PART if is_line else LONGEST_TEXT
            values[name] = clean_text(str(given.get(name) or ""), limit=limit, one_line=is_line)
        except TextRefusedError as refused:
            values[name], faults[name] = "", str(refused)
            continue
        if name in _NEEDED and not values[name]:
            faults[name] = _NEEDED[name]
    for name, codes, words in (
        ("how", Consultation.How.values, "Say how they asked"),
        ("advised", Consultation.Advised.values, "Say what was advised about a referral"),
    ):
        values[name] = str(given.get(name) or "")
        if values[name] not in codes:
            faults[name] = words
    values["asked_at"] = _asked(given.get("on"), given.get("clock"), faults, at=at)
    values["child_birth"] = _birth(given.get("child_birth"), faults, at=at)
    _name(values, given.get("is_named"), faults)
    if is_correction and not values["correction_why"]:
        faults["correction_why"] = "Write what was wrong in what was written"
    if faults:
        raise ConsultationRefusedError(faults)
    return values


def _name(values: dict[str, Any], is_named: Any, faults: dict[str, str]) -> None:
    values["is_named"] = is_named == YES
    if is_named not in (YES, NO):
        faults["is_named"] = "Say whether the child or family was named"
    elif is_named == YES and not values["child_name"] and not values["child"]:
        faults.setdefault("child_name", "Write the child’s name, or below who else was named")
    elif is_named == NO:
        for name in ABOUT:
            if values[name]:
                faults[name] = "Take this out, or say that the child or family was named"


def _birth(born: Any, faults: dict[str, str], *, at: datetime) -> str:
    if not isinstance(born, date):
        return ""
    if born > at.astimezone(LONDON).date():
        faults["child_birth"] = "This day is yet to come. Give the child’s date of birth"
    return born.isoformat()


def _asked(on: Any, clock: Any, faults: dict[str, str], *, at: datetime) -> datetime | None:
    if not isinstance(on, date):
        faults["on"] = "Give the day on which they asked"
    if not isinstance(clock, time):
        faults["clock"] = "Give the time at which they asked"
    if not isinstance(on, date) or not isinstance(clock, time):
        return None
    asked = local_moment(on, clock, zone=LONDON, fold=0)
    if asked > at:
        faults["clock"] = "This is later than now. Give the day and time at which they asked"
    return asked


@transaction.atomic
def refer(*, consultation: Consultation, by: Any, at: datetime) -> Referral:
    """Start a referral with what is known: the asker as its caller, what they asked as the worry. Return the draft.

    Only one that is not sent and not ended, or one that was sent, stands at a time. Raises ConsultationChangedError,
    NotPermittedError, NoEditionError.
    """
    permissions.check(queries.units(by, at=at).filter(pk=consultation.agency_id).exists())
    if queries.is_referred(consultation.key):
        raise ConsultationChangedError
    caller = {
        "name": consultation.asker_name,
        "role": consultation.asker_role,
        "setting": consultation.asker_setting,
        "number": consultation.asker_number or "Not asked",
    }
    draft = phone_contacts.start(hub=consultation.agency, caller=caller, by=by, at=at)
    worry = "\n\n".join(filter(None, (consultation.question, about_words(consultation))))
    draft = drafts.save_answers(
        referral=draft, version=draft.version, page=WORRY_PAGE, by=by, at=at,
        answers={WORRY_QUESTION: {"text": worry[:LONGEST_TEXT]}},
    )  # fmt: skip
    link = ConsultationReferral(referral=draft, key=consultation.key, started_at=at, started_by=by)
    link.save(force_insert=True)
    record_event(event="consultation.referred", by=by, at=at, subject=consultation, detail={"referral": str(draft.pk)})
    return draft


@transaction.atomic
def read(*, consultation: Consultation, shown: Sequence[str] = (), by: Any, at: datetime) -> None:
    """Record that this person reads a consultation, and is `shown` that these others are about the same child, cases
    and consultations. Raises NotPermittedError."""
    permissions.check(queries.consultations_of(by, at=at).filter(pk=consultation.pk).exists())
    record_event(event="consultation.read", by=by, at=at, subject=consultation, detail={"shown": list(shown)})
