"""Named people, their settings and agencies, and a way to fill in a referral. Nobody here exists."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from accounts.actions.memberships import grant
from accounts.actions.organisations import add_organisation
from accounts.actions.people import add_person
from accounts.directory import get_agency
from accounts.models import Agency, Organisation, User
from procedures import editions
from referrals.actions import drafts, submission
from referrals.models import Pack, Referral

NOW = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)  # a Wednesday morning
HUB_KINDS = ("hub", "lado", "conflict_officer")


def seed_agencies() -> None:
    """Put the units of the editions into the directory."""
    from accounts.actions.directory import seed_agency

    units = {entry.unit: entry for edition in editions.all_editions() for entry in edition.content.destinations}
    for entry in units.values():
        seed_agency(
            unit=entry.unit,
            kind=entry.kind,
            name=entry.name,
            area=entry.areas[0] if entry.kind in HUB_KINDS else None,
            partnership=entry.partnership,
            day_number=entry.day_number or "",
            night_number=entry.night_number or "",
            hours={day: list(times) for day, times in entry.hours.items()},
            by=None,
            at=NOW,
        )


class World:
    """A school and its people, and one person in each agency that matters, by first name."""

    def __init__(self) -> None:
        seed_agencies()
        self.school = self.setting("Example Academy", "cumberland")
        self.other_school = self.setting("Sample High School", "cumberland")
        self.alice = self.person("alice", "Alice Appleby", "practitioner", organisation=self.school)
        self.bob = self.person("bob", "Bob Barrow", "dsl", organisation=self.school)
        self.carol = self.person("carol", "Carol Cox", "practitioner", organisation=self.school)
        self.dan = self.person("dan", "Dan Dee", "dsl", organisation=self.other_school)
        self.hana = self.person("hana", "Hana Hale", "hub_screener", unit="cumberland_hub")
        self.nell = self.person("nell", "Nell North", "hub_screener", unit="north_east_lincolnshire_hub")
        self.will = self.person("will", "Will West", "hub_manager", unit="westmorland_and_furness_hub")
        self.pat = self.person("pat", "Pat Price", "police_liaison", unit="cumbria_police")
        self.stan = self.person("stan", "Stan Stone", "police_liaison", unit="cumbria_police_professional_standards")
        self.prue = self.person("prue", "Prue Park", "prevent_lead", unit="cumbria_prevent")
        self.lena = self.person("lena", "Lena Lake", "lado", unit="cumberland_lado")
        self.cleo = self.person("cleo", "Cleo Cross", "conflict_officer", unit="cumberland_conflict_officer")
        self.adam = self.person("adam", "Adam Ash", "partnership_admin", partnership="Cumbria")
        self.nora = self.person("nora", "Nora Night", "out_of_hours_worker", partnership="Cumbria")

    def setting(self, name: str, area: str) -> Organisation:
        return add_organisation(name=name, kind="school", area=area, by=None, at=NOW)

    def person(
        self,
        first: str,
        full_name: str,
        role: str,
        *,
        organisation: Organisation | None = None,
        unit: str = "",
        partnership: str = "",
    ) -> User:
        user = add_person(email=f"{first}@example.org", full_name=full_name, phone="01632 960001", by=None, at=NOW)
        agency: Agency | None = get_agency(unit) if unit else None
        grant(user=user, role=role, organisation=organisation, agency=agency, partnership=partnership, by=None, at=NOW)
        return user

    def draft(self, by: User | None = None, organisation: Organisation | None = None) -> Referral:
        return drafts.start(by=by or self.alice, organisation=organisation or self.school, at=NOW)


def answer(
    referral: Referral, page: str, by: User, *, key: str | None = None, at: datetime = NOW, **given: Any
) -> Referral:
    """Save one page; `Q_SAF_1="yes"` is a choice, a list several, a mapping the answer as it is posted."""
    answers = {question.replace("_", "-"): _posted(value) for question, value in given.items()}
    return drafts.save_answers(
        referral=referral, version=referral.version, page=page, answers=answers, key=key, by=by, at=at
    )


def _posted(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    return {"chosen": list(value) if isinstance(value, list | tuple) else [value]}


def text(words: str) -> dict[str, Any]:
    return {"text": words}


def filled(
    world: World,
    *,
    by: User | None = None,
    concerns: tuple[str, ...] = ("grooming",),
    about: tuple[str, ...] = ("no",),
    area: str = "cumberland",
    danger: str = "no",
    connected: str = "no",
    at_risk: str = "no",
    works: str = "no",
) -> Referral:
    """Return a draft that can be sent."""
    by = by or world.alice
    draft = world.draft(by)
    draft = answer(draft, "danger", by, Q_SAF_1=danger)
    draft = answer(draft, "workplace", by, Q_REF_11=list(about))
    draft = answer(draft, "worry", by, Q_WOR_1=text("A man online asked Riley to keep a secret."))
    draft = answer(draft, "area", by, Q_SAF_5=area)
    draft = answer(draft, "concerns", by, Q_SAF_6=list(concerns))
    draft = answer(draft, "phone", by, Q_REF_4=text("07700 900123"))
    draft = answer(draft, "you", by, Q_REF_9=connected, Q_REF_13=at_risk)
    draft = answer(draft, "self_harm", by, Q_SAF_3="no")
    person = draft.answers["persons"][0]["key"]
    draft = answer(
        draft, "person", by, key=person, Q_ADU_4={"chosen": [works], "details": {"employer": "Example Minibuses"}},
        Q_EVI_5={"rows": [{"username": "max_Il1", "site": "chat.example.com"}]},
    )  # fmt: skip
    for number, record in enumerate(draft.answers["children"], start=1):
        draft = answer(
            draft, "child", by, key=record["key"], Q_CHI_1=text(f"Riley Number{number}"), Q_CHI_2=text("14"),
            Q_CHI_9=text("Sleeps badly."),
        )  # fmt: skip
    return draft


def sent(world: World, *, at: datetime = NOW, quick: bool = False, **more: Any) -> Referral:
    """Return a sent referral."""
    draft = filled(world, **more)
    return send(draft, more.get("by") or world.alice, at=at, quick=quick)


def send(draft: Referral, by: User, *, at: datetime = NOW, quick: bool = False) -> Referral:
    shown = submission.preview(referral=draft, at=at, quick=quick)
    receipt = submission.submit(
        referral=draft, token=uuid.uuid4(), expected=shown.fingerprint, quick=quick, by=by, at=at
    )
    return receipt.referral


def all_packs(referral: Referral) -> dict[str, Pack]:
    """Return the packs of a referral by the unit they go to."""
    packs = Pack.objects.system(reason="a test looks at every pack").filter(referral=referral)
    return {pack.route.unit: pack for pack in packs.select_related("route")}
