"""Whom to call now, on which number, and what to say: the call sheet, in the order call-takers ask (Z-11, Z-31)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.directory import OpenNumber, UnknownUnitError, get_agency, number_open_now
from procedures.engine.answers import AREA_QUESTION, AnswerSheet
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts
from referrals import facts, summary
from referrals.actions import drafts
from referrals.actions.holding import DraftChangedError
from referrals.models import Referral
from referrals.web import addresses
from referrals.web.loading import on_draft

POLICE_QUESTION, HUB_QUESTION = "Q-POL-1", "Q-HUB-1"
_RECORDED = {"999": (POLICE_QUESTION, "yes_999"), "101": (POLICE_QUESTION, "yes_101"), "hub": (HUB_QUESTION, "yes")}
_DIALLED = re.compile(r"\d[\d ]*\d")
_PERSON_ORDER = ("Q-SAF-7", "Q-ADU-1", "Q-ADU-2", "Q-ADU-3", "Q-ADU-4")
SHEET: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Danger now", ("Q-SAF-1", "Q-SAF-9", "Q-SAF-10", "Q-SAF-4")),
    ("The child", ("Q-CHI-1", "Q-CHI-2", "Q-SAF-5", "Q-CHI-0", "Q-CHI-4", "Q-CHI-5")),
    ("The worry", ("Q-SAF-6", "Q-WOR-1")),
    ("The other person", _PERSON_ORDER),
    ("Accounts and apps", ("Q-EVI-4", "Q-EVI-5")),
    ("Harm to self", ("Q-SAF-3",)),
    ("Devices", ("Q-EVI-2", "Q-EVI-3")),
    ("Who knows", ("Q-FAM-1", "Q-SAF-8", "Q-ADU-6")),
    ("You", ("Q-REF-1", "Q-REF-2", "Q-REF-3", "Q-REF-4")),
)
"""The facts in the order that call-takers ask for them."""
_NEVER_NAMED = frozenset({"Q-ADU-1"})
"""Left out of the sheet where the person works for the police, the hub or the council (Z-13)."""


@dataclass(frozen=True)
class Callee:
    """One unit to call: `number` to read out, `dial` its digits, `note` where no number is known."""

    name: str
    opened: OpenNumber
    police: bool

    @property
    def number(self) -> str:
        """The number as people say it; nothing where none is known."""
        return self.opened.number or ""

    @property
    def dial(self) -> str:
        """The digits of the number, which may be written with words."""
        found = _DIALLED.search(self.number)
        return found.group().replace(" ", "") if found else ""


@dataclass(frozen=True)
class Numbers:
    """Whom to call about a child: the hubs and the police forces of the areas, and whether to name nobody (Z-13)."""

    hubs: tuple[Callee, ...]
    forces: tuple[str, ...]
    is_about_staff: bool
    is_of_conflict: bool = False
    """Whether a conflict officer stands for the hub: then nothing of a draft names them outside its own page."""

    @property
    def for_record(self) -> list[str]:
        """The numbers as the record keeps that they were shown; none where they would tell of a conflict."""
        return [] if self.is_of_conflict else [f"{each.name}: {each.number or 'none known'}" for each in self.hubs]


def numbers_for(edition: Edition, sheet: AnswerSheet, referral: Referral, *, at: datetime) -> Numbers:
    """Return the numbers open now for the areas of the children; before an area is known, for the setting's."""
    said = facts.facts_of_referral(referral, edition=edition, today=facts.local_date(at))
    areas = _areas(sheet, said, referral)
    about = said.values["about_staff_of"].known
    units = [unit for unit in edition.content.destinations if set(unit.areas) & set(areas)]
    wanted = "conflict_officer" if about & {"hub", "council"} or said.has("referrer_connected", "yes") else "hub"
    hubs = tuple(_callee(unit.unit, at=at) for unit in units if unit.kind == wanted)
    forces = tuple(unit.name for unit in units if unit.kind == "police")
    return Numbers(hubs, forces, facts.concerns_staff(said), wanted == "conflict_officer")


def callee_of(unit: str, *, at: datetime) -> Callee:
    """Return a unit with the number that is open now."""
    return _callee(unit, at=at)


def _callee(unit: str, *, at: datetime) -> Callee:
    try:
        agency = get_agency(unit)
    except UnknownUnitError:
        return Callee(unit, OpenNumber(None, "No number known: it is not in the directory.", False, None, True), False)
    return Callee(agency.name, number_open_now(agency, at=at), agency.kind == "police")


def _areas(sheet: AnswerSheet, said: Facts, referral: Referral) -> list[str]:
    chosen = sheet.case[AREA_QUESTION].chosen if AREA_QUESTION in sheet.case else ()
    of_children = [child.one("area") for child in said.children]
    found = [area for area in dict.fromkeys([*of_children, *chosen]) if area not in ("unknown", "no_child_known")]
    return found or [referral.setting_area]


def call_sheet(edition: Edition, sheet: AnswerSheet, *, names_nobody: bool) -> list[dict[str, Any]]:
    """Return what to say on the call, from the answers so far: `{"label", "lines"}` in the order it is asked.

    `names_nobody`: the person is left out, because whoever answers may know them (Z-13).
    """
    rows = [row for section in summary.summarise(edition, sheet) for row in section.rows]
    found = []
    for label, questions in SHEET:
        lines = [line for question in questions for row in rows if row.question == question for line in _lines(row)]
        if names_nobody and set(questions) & _NEVER_NAMED:
            lines = ["Ask for the duty inspector first. Do not name the person to whoever answers."]
        found.append({"label": label, "lines": lines})
    return found


def _lines(row: summary.Row) -> Sequence[str]:
    if row.state == summary.NOT_KNOWN:
        return [f"{row.label}: not known"]
    if row.state == summary.NOT_ASKED:
        return []
    return [f"{row.label}: {'; '.join(row.lines)}"]


@require_POST
def _call(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Record that a call was made now: the answer about it, with the time; what was noted of it before is kept."""
    question, value = _RECORDED.get(request.POST.get("who", ""), (None, ""))
    onward = redirect("referrals:check", pk=referral.pk)
    if question is None:
        return onward
    answers = {question: {"chosen": [value], "details": _details(referral, question, value, at=at)}}
    given: dict[str, Any] = {"page": addresses.CALLS_PAGE, "answers": answers, "by": request.user, "at": at}
    try:
        drafts.save_answers(referral=referral, version=referral.version, **given)
    except DraftChangedError as error:
        drafts.save_answers(referral=error.current, version=error.current.version, **given)
    messages.success(
        request, f"Call noted at {at.astimezone(facts.LONDON):%H:%M}. Add the incident number and the name."
    )
    return redirect(addresses.page_address(referral, addresses.CALLS_PAGE, None, back=addresses.TO_CHECK))


def _details(referral: Referral, question: str, value: str, *, at: datetime) -> dict[str, str]:
    stored = facts.sheet_of(referral).case.get(question)
    kept = dict(stored.details) if stored is not None and value in stored.chosen else {}
    options = facts.form_edition(referral).questions[question].options
    times = [each.id for option in options if option.value == value for each in option.details if each.kind == "time"]
    now = at.astimezone(facts.LONDON)
    return dict.fromkeys(times[:1], f"{now.day} {now:%B, %H:%M}") | kept


call = on_draft(_call)
