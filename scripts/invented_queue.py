"""Invented cases for measuring the queue: rows written straight into the tables, of two hubs and many settings."""

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.directory import get_agency
from accounts.models import Organisation
from casework.models import QueueEntry, Taking
from casework.models.queue import CLOSED, packed, sort_key
from referrals.models import Clock, KeptAway, Referral, Route, Routing
from referrals.models.references import new_reference
from tests.referrals.people import World, sent

RARE = "extremism"
SETTINGS, KEPT_AWAY, AT_ONCE, SEED = 300, 50, 2_000, 11
OFTEN, SELDOM = 0.15, 0.002
_CONCERNS = ("grooming", "sextortion", "nudes_sharing", "ai_imagery", "other")
_LEVELS = ("level_1", "level_2", "level_3", "level_4")
_AREAS = ("cumberland", "westmorland_and_furness", "elsewhere_in_england", "unknown")
_OPEN_TABS = {"new": "sent", "triage": "screening", "waiting": "info_requested", "strategy": "strategy",
              "others": "assessment"}  # fmt: skip
_URGENCIES = ("emergency", "urgent", "standard", "standard", "standard")


class Invented:
    """The cases, growing. What cannot be invented is copied from one that was sent as people send them."""

    def __init__(self, world: World, *, now: datetime) -> None:
        self.now = now + timedelta(days=1)
        self.random = Random(SEED)  # noqa: S311  invented rows, the same each time
        self.world = world
        self.hub = get_agency("cumberland_hub")
        self.hubs = (self.hub, self.hub, get_agency("westmorland_and_furness_hub"))
        self.template = Referral.objects.system(reason="a measurement").get(pk=sent(world).pk)
        self.routing = Routing.objects.get(referral=self.template)
        self.clock = Clock.objects.filter(referral=self.template, agency=self.hub).order_by("due_at")[0]
        names = [f"Invented School {number:03}" for number in range(SETTINGS)]
        self.settings = Organisation.objects.bulk_create(
            Organisation(name=name, kind="school", area="cumberland") for name in names
        )
        colleagues = [
            world.person(f"colleague{number}", f"Colleague {number}", "hub_screener", unit="cumberland_hub")
            for number in range(4)
        ]
        self.people = [world.hana, *colleagues]
        self.number = 0

    def grow_to(self, number: int) -> None:
        """Add cases until there are so many."""
        while self.number < number:
            count = min(AT_ONCE, number - self.number)
            self._add([self._case(self.number + place) for place in range(count)])
            self.number += count

    def _case(self, place: int) -> dict[str, Any]:
        """Return what one case is made of: a third are open. Whatever is asked for but RARE fills a page of 1,000."""
        choice, random = self.random.choice, self.random
        is_open = place % 3 == 0
        sent_at = self.now - timedelta(minutes=place + 1)
        tab = choice(list(_OPEN_TABS)) if is_open else CLOSED
        return {
            "referral": uuid.uuid4(),
            "sent_at": sent_at,
            "tab": tab,
            "state": _OPEN_TABS.get(tab, "closed"),
            "urgency": choice(_URGENCIES),
            "hub": self.hubs[place // 3 % 3],
            "setting": self.settings[0] if random.random() < OFTEN else choice(self.settings),
            "due_at": self.now + timedelta(minutes=random.randrange(-700, 4_000)) if is_open else None,
            "assignee": choice(self.people) if tab != "new" else None,
            "level": choice(("level_1", "level_2", "level_3", "level_4"))
            if tab in (CLOSED, "others", "strategy")
            else "",
            "areas": {choice(_AREAS)},
            "concerns": {choice(_CONCERNS), *([RARE] if random.random() < SELDOM else [])},
            "looked_after": random.random() < 0.05,
        }

    def _add(self, cases: list[dict[str, Any]]) -> None:
        rows = Referral.objects.system(reason="invented rows of a measurement")
        rows.bulk_create(self._referral(case) for case in cases)
        routings = Routing.objects.bulk_create(
            Routing(
                referral_id=case["referral"], sequence=1, facts={}, result={}, editions=self.routing.editions,
                routed_at=case["sent_at"],
            )
            for case in cases
        )  # fmt: skip
        Route._base_manager.bulk_create(
            Route(
                referral_id=case["referral"], routing=routing, position=1, code="hub", unit=case["hub"].unit,
                agency=case["hub"], mode="pack", urgency=case["urgency"], state="pack",
            )
            for case, routing in zip(cases, routings, strict=True)
        )  # fmt: skip
        Clock.objects.bulk_create(self._clock(case) for case in cases)
        Taking.objects.bulk_create(
            Taking(
                referral_id=case["referral"], agency=case["hub"], taken_by=case["assignee"], taken_at=case["sent_at"]
            )
            for case in cases
            if case["assignee"] is not None
        )
        QueueEntry.objects.bulk_create(self._line(case) for case in cases)
        if not self.number:
            KeptAway.objects.bulk_create(
                KeptAway(
                    referral_id=case["referral"], person=self.world.hana, reason="A neighbour.", since=self.now,
                    how=KeptAway.How.BY_HAND, added_by=self.world.will,
                )
                for case in cases[:KEPT_AWAY]
            )  # fmt: skip

    def _referral(self, case: dict[str, Any]) -> Referral:
        like, at = self.template, case["sent_at"]
        return Referral(
            id=case["referral"], reference=new_reference(), author=like.author, organisation=case["setting"],
            status="sent", answers=like.answers, editions=like.editions, setting_area=like.setting_area,
            is_hidden_from_setting=False, created_at=at, last_saved_at=at, expires_at=at, sent_at=at,
            sent_by=like.author, submission_token=uuid.uuid4(), urgency=case["urgency"], owner_unit=case["hub"],
        )  # fmt: skip

    def _clock(self, case: dict[str, Any]) -> Clock:
        like, ends = self.clock, None if case["due_at"] else case["sent_at"] + timedelta(hours=5)
        return Clock(
            referral_id=case["referral"], kind=like.kind, recipient=like.recipient, agency=case["hub"],
            source=like.source, starts_at=min(case["sent_at"], case["due_at"] or case["sent_at"]),
            due_at=case["due_at"] or case["sent_at"] + timedelta(days=1), computation=like.computation, ended_at=ends,
        )  # fmt: skip

    def _line(self, case: dict[str, Any]) -> QueueEntry:
        key = sort_key(
            tab=case["tab"], urgency=case["urgency"], due_at=case["due_at"], sent_at=case["sent_at"],
            referral_id=case["referral"],
        )  # fmt: skip
        return QueueEntry(
            referral_id=case["referral"], agency=case["hub"], is_owner=True, tab=case["tab"], state=case["state"],
            sort_key=key, urgency=case["urgency"], due_at=case["due_at"], assignee=case["assignee"],
            level=case["level"], organisation=case["setting"], areas=packed(case["areas"]),
            concerns=packed(case["concerns"]), is_looked_after=case["looked_after"],
        )  # fmt: skip
