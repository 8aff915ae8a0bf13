"""A strategy discussion with everybody who has to be there. Nobody here exists."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from casework.actions import moving, strategy_holding, strategy_inviting, strategy_planning, strategy_recording, taking
from casework.models import ChildCase, StrategyDiscussion, StrategyInvitee
from referrals.models import Referral
from tests.referrals.people import NOW, World, sent

LONDON = ZoneInfo("Europe/London")
TAKEN = NOW + timedelta(minutes=1)
MEETING = datetime(2026, 12, 4, 14, 0, tzinfo=UTC)  # a Friday afternoon
NIGHT = datetime(2026, 12, 3, 23, 0, tzinfo=UTC)
AFTER = MEETING + timedelta(hours=2)

PARTS: dict[str, dict[str, str]] = {
    "reason": {"summary": "An adult online arranged to meet Riley."},
    "information": {"by_agency": "Police: one report in March. Health: nothing known."},
    "risk": {"safety": "At home with an aunt.", "abuser_risk": "High: other children reached."},
    "criminal": {"offence": "yes"},
    "medical": {"needed": "no"},
    "family": {"informed": "will_be_told", "who_when": "The social worker tells the mother at five."},
    "decision": {"section_47": "yes", "section_47_reason": "Likely significant harm.", "protection": "no",
                 "dissent": "no"},
}  # fmt: skip


class Meeting:
    """A taken case, a manager who chairs, and a social worker, an officer and a nurse who are invited."""

    def __init__(self, world: World, *, planned_for: datetime = MEETING, **more: Any) -> None:
        self.world = world
        self.mona = world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")
        self.sue = world.person("sue", "Sue Sand", "social_worker", unit="cumberland_hub")
        self.hugh = world.person(
            "hugh", "Hugh Heath", "health_partner", organisation=world.setting("Example Trust", "cumberland")
        )
        self.referral: Referral = sent(world)
        taking.take(referral=self.referral, by=world.hana, at=TAKEN)
        self.discussion = self.plan(planned_for=planned_for, **more)
        self.invitees = {
            kind: self.invite(kind, person)
            for kind, person in (("social_care", self.sue), ("police", world.pat), ("health", self.hugh))
        }

    @property
    def child(self) -> ChildCase:
        return ChildCase.objects.get(referral=self.referral, number=1)

    def now(self) -> StrategyDiscussion:
        return StrategyDiscussion.objects.select_related("referral", "agency", "chair").get(pk=self.discussion.pk)

    def plan(self, *, at: datetime = TAKEN, **given: Any) -> StrategyDiscussion:
        plan = {"planned_for": MEETING, "method": "video", "chair": self.mona, "reason": "Likely significant harm.",
                "briefing": "An adult online.", "joining": "Ring 01632 960009."} | given  # fmt: skip
        return strategy_planning.plan(children=[self.child], given=plan, by=self.mona, at=at)

    def invite(self, kind: str, person: User) -> StrategyInvitee:
        given = {"agency_kind": kind, "email": person.email, "role": "Officer"}
        return strategy_inviting.invite(discussion=self.discussion, given=given, by=self.mona, at=TAKEN)

    def write(self, at: datetime = AFTER, **changes: dict[str, str]) -> None:
        for part in self.now().parts.all():
            content = PARTS.get(part.section, {}) | changes.get(part.section, {})
            if content:
                strategy_recording.save_part(
                    part=part, version=part.version, given=_typed(content), by=self.mona, at=at
                )

    def attend(self, *there: str, at: datetime = AFTER, senior: bool = True) -> None:
        given = {
            str(each.pk): {"attendance": "present", "is_senior_enough": "yes" if senior else "no"}
            if kind in there else {"attendance": "apologies", "obtained": "On leave; rang the duty line."}
            for kind, each in self.invitees.items()
        }  # fmt: skip
        found = self.now()
        strategy_recording.attend(discussion=found, version=found.version, given=given, by=self.mona, at=at)

    def hold(self, *, by: User | None = None, held_at: datetime = MEETING, reason: str = "",
             at: datetime = AFTER) -> StrategyDiscussion:  # fmt: skip
        found = self.now()
        given = {"held_at": held_at, "exception_reason": reason}
        return strategy_holding.hold(discussion=found, version=found.version, given=given, by=by or self.mona, at=at)

    def held(self, **more: Any) -> StrategyDiscussion:
        self.write()
        self.attend("social_care", "police", "health")
        return self.hold(**more)

    def back_to_triage(self) -> None:
        moving.move(child=self.child, verb="step_back", reason="Too early.", by=self.mona, at=TAKEN)


def _typed(content: dict[str, str]) -> dict[str, Any]:
    from datetime import date

    return {key: date.fromisoformat(value) if key.endswith("_on") and value else value
            for key, value in content.items()}  # fmt: skip
