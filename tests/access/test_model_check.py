"""A small model of who sees what, and the portal, walked side by side (G22): 2,000 steps, not one disagreement.

The model knows nothing of the code: it is the rules in plain words (roles 7.1, 7.4; Z-07, Z-13, Z-19b).
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from accounts.models import User
from casework.actions import taking
from casework.permissions import NotPermittedError
from casework.queries.cases import readable_cases
from referrals.actions import break_glass, conflicts, draft_ends, submission
from referrals.models import BreakGlass, KeptAway, Pack, Referral
from tests.access.copies import copy_of
from tests.access.people import Everyone
from tests.access.walking import Counted, walk_beside
from tests.referrals.people import NOW, answer, filled, send

STEPS = 2_000
SENDINGS_A_WALK = 4
"""By the portal's own action, which is dear; what else is filed is a copy of a sent one."""
PEOPLE = ("alice", "bob", "carol", "hana", "mona", "will", "pat", "stan", "lena", "cleo")
KINDS = ("plain", "at work", "westmorland", "about the hub", "connected", "names bob")
MANAGERS = ("mona", "will", "cleo")

RECEIVE = {
    "plain": {"hana", "mona", "pat"},
    "at work": {"hana", "mona", "pat", "lena"},
    "westmorland": {"will", "pat"},
    "about the hub": {"stan", "cleo"},
    "connected": {"pat", "cleo"},
    "names bob": {"hana", "mona", "pat"},
}
HAVE_CASE = {
    "plain": {"hana", "mona"}, "at work": {"hana", "mona"}, "westmorland": {"will"}, "about the hub": {"cleo"},
    "connected": {"cleo"}, "names bob": {"hana", "mona"},
}  # fmt: skip
SEALED = {"about the hub", "connected"}
DECIDES = {
    "plain": "mona", "at work": "mona", "westmorland": "will", "about the hub": "cleo", "connected": "cleo",
    "names bob": "mona",
}  # fmt: skip


@dataclass
class Filed:
    """What the model remembers of one referral."""

    pk: uuid.UUID
    kind: str
    is_shared: bool = False
    is_sent: bool = False
    taken_by: str = ""
    kept: set[str] = field(default_factory=set)
    open_until: dict[str, datetime] = field(default_factory=dict)


class Walk(Counted):
    """One walk: what is done to the portal is done to the model, and both are asked who sees what."""

    world: ClassVar[Everyone]
    drafts: ClassVar[dict[str, Referral]]
    sent: ClassVar[dict[str, Referral]]
    actions: ClassVar[tuple[str, ...]] = ("share", "send", "take", "keep away", "lift", "break glass", "review")

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.filed: list[Filed] = []
        self.active = set(PEOPLE)
        self.now = NOW
        self.sendings = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        for name in PEOPLE:
            self.user(name).is_active = True

    def user(self, name: str) -> User:
        return getattr(self.world, name)  # type: ignore[no-any-return]

    def row(self, filed: Filed) -> Referral:
        return Referral.objects.system(reason="the walk holds it").get(pk=filed.pk)

    def pick(self, data: st.DataObject, among: list[Filed]) -> Filed:
        return data.draw(st.sampled_from(among))

    # --- What the model says ----------------------------------------------------------------------------------

    def knows(self, name: str, filed: Filed) -> bool:
        if name not in self.active:
            return False
        if name == "alice":
            return True
        if name in filed.kept:
            return False
        sealed = filed.kind in SEALED
        if name == "bob":
            return not sealed and (filed.is_shared or filed.is_sent)
        if not filed.is_sent:
            return False
        return name in RECEIVE[filed.kind] or (not sealed and self.glass_is_open(name, filed))

    def glass_is_open(self, name: str, filed: Filed) -> bool:
        return filed.open_until.get(name, self.now) > self.now

    def has_case(self, name: str, filed: Filed) -> bool:
        by_unit = name in HAVE_CASE[filed.kind] or self.glass_is_open(name, filed)
        return filed.is_sent and by_unit and self.knows(name, filed)

    def decides(self, name: str, filed: Filed) -> bool:
        return filed.is_sent and DECIDES[filed.kind] == name and self.knows(name, filed)

    def is_done(self, name: str, act: Callable[[], Any], *refusals: type[Exception]) -> bool:
        try:
            with transaction.atomic():
                act()
        except (NotPermittedError, *refusals):
            done = False
        else:
            done = True
        self.tally[name, done] += 1
        return done

    # --- What is done ------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.filed) < 5)
    @rule(kind=st.sampled_from(KINDS))
    def start(self, kind: str) -> None:
        self.filed.append(Filed(copy_of(self.drafts[kind]), kind))

    @precondition(lambda self: len(self.filed) < 5)
    @rule(kind=st.sampled_from(KINDS))
    def file(self, kind: str) -> None:
        kept = {"bob"} if kind == "names bob" else set()
        self.filed.append(Filed(copy_of(self.sent[kind]), kind, is_sent=True, kept=kept))

    @precondition(lambda self: any(not each.is_sent for each in self.filed))
    @rule(data=st.data(), to=st.sampled_from(["", "bob", "carol"]))
    def share(self, data: st.DataObject, to: str) -> None:
        filed = self.pick(data, [each for each in self.filed if not each.is_sent])
        draft = self.row(filed)
        done = self.is_done("share",
            lambda: draft_ends.share(
                referral=draft, version=draft.version, lead=self.user(to) if to else None,
                by=self.user("alice"), at=self.now,
            ),
            draft_ends.ShareRefusedError,
        )  # fmt: skip
        names_lead = to == "bob" and filed.kind == "names bob"
        leads = to == "" or (to == "bob" and "bob" in self.active)
        assert done == ("alice" in self.active and filed.kind not in SEALED and leads and not names_lead)
        filed.is_shared |= done
        if done and filed.kind == "names bob":
            filed.kept.add("bob")

    @precondition(lambda self: self.sendings < SENDINGS_A_WALK and any(not each.is_sent for each in self.filed))
    @rule(data=st.data(), by=st.sampled_from(["alice", "bob", "carol"]))
    def send(self, data: st.DataObject, by: str) -> None:
        filed = self.pick(data, [each for each in self.filed if not each.is_sent])
        draft = self.row(filed)
        expected = submission.preview(referral=draft, at=self.now).fingerprint
        done = self.is_done(
            "send",
            lambda: submission.submit(
                referral=draft, token=uuid.uuid4(), expected=expected, by=self.user(by), at=self.now
            ),
        )
        may = by == "alice" or (by == "bob" and filed.is_shared and self.knows("bob", filed))
        assert done == (may and by in self.active)
        filed.is_sent = done
        self.sendings += done
        if done and filed.kind == "names bob":
            filed.kept.add("bob")

    @precondition(lambda self: self.filed)
    @rule(data=st.data(), name=st.sampled_from(PEOPLE))
    def take(self, data: st.DataObject, name: str) -> None:
        filed = self.pick(data, self.filed)
        row = self.row(filed)
        done = self.is_done(
            "take", lambda: taking.take(referral=row, by=self.user(name), at=self.now), taking.AlreadyTakenError
        )
        may = self.has_case(name, filed) and name in HAVE_CASE[filed.kind]
        assert done == (may and filed.taken_by in ("", name))
        filed.taken_by = name if done else filed.taken_by

    @precondition(lambda self: self.filed)
    @rule(data=st.data(), name=st.sampled_from(PEOPLE), by=st.sampled_from(MANAGERS))
    def keep_away(self, data: st.DataObject, name: str, by: str) -> None:
        filed = self.pick(data, self.filed)
        row = self.row(filed)
        done = self.is_done(
            "keep away",
            lambda: conflicts.keep_away(
                referral=row, person=self.user(name), reason="A neighbour.", by=self.user(by), at=self.now
            ),
            conflicts.KeepAwayRefusedError,
        )
        assert done == (self.decides(by, filed) and name != "alice" and name not in filed.kept)
        if done:
            filed.kept.add(name)

    @precondition(lambda self: any(each.kept for each in self.filed))
    @rule(data=st.data(), by=st.sampled_from(MANAGERS))
    def lift(self, data: st.DataObject, by: str) -> None:
        filed = self.pick(data, [each for each in self.filed if each.kept])
        name = data.draw(st.sampled_from(sorted(filed.kept)))
        kept = KeptAway.objects.get(referral=filed.pk, person=self.user(name), lifted_at=None)
        done = self.is_done(
            "lift", lambda: conflicts.lift(kept=kept, reason="Another person.", by=self.user(by), at=self.now)
        )
        assert done == self.decides(by, filed)
        if done:
            filed.kept.discard(name)

    @precondition(lambda self: self.filed)
    @rule(data=st.data(), by=st.sampled_from(["mona", "will", "hana", "cleo", "pat"]))
    def open_from_outside(self, data: st.DataObject, by: str) -> None:
        filed = self.pick(data, self.filed)
        reference = self.row(filed).reference
        done = self.is_done(
            "break glass",
            lambda: break_glass.open_case(
                reference=reference, reason="A child is missing.", by=self.user(by), at=self.now
            ),
            break_glass.NoSuchCaseError,
        )
        may = filed.is_sent and filed.kind not in SEALED and by in ("mona", "will")
        assert done == (may and by in self.active and by not in filed.kept)
        if done:
            filed.open_until[by] = self.now + timedelta(minutes=60)

    @precondition(lambda self: any(each.open_until for each in self.filed))
    @rule(data=st.data(), by=st.sampled_from(["mona", "will", "hana"]))
    def review(self, data: st.DataObject, by: str) -> None:
        filed = self.pick(data, [each for each in self.filed if each.open_until])
        waiting = BreakGlass.objects.filter(referral=filed.pk, reviewed_at=None).order_by("opened_at", "pk")
        opening = waiting.last()
        if opening is None:
            return
        opener = next(name for name in PEOPLE if self.user(name).pk == opening.person_id)
        done = self.is_done(
            "review",
            lambda: break_glass.review(opening=opening, was_justified=True, note="", by=self.user(by), at=self.now),
        )
        assert done == (self.decides(by, filed) and by != opener)
        if done:
            others = BreakGlass.objects.filter(referral=filed.pk, person=opening.person_id, reviewed_at=None)
            ends = [each.closes_at for each in others] + [self.now]
            filed.open_until[opener] = max(ends)

    @precondition(lambda self: len(self.active) > 6)
    @rule(name=st.sampled_from(PEOPLE))
    def deactivate(self, name: str) -> None:
        self.user(name).is_active = False
        self.user(name).save()
        self.active.discard(name)

    @precondition(lambda self: len(self.active) < len(PEOPLE))
    @rule(data=st.data())
    def activate(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([each for each in PEOPLE if each not in self.active]))
        self.user(name).is_active = True
        self.user(name).save()
        self.active.add(name)

    @rule(minutes=st.sampled_from([20, 60]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # --- What both must say --------------------------------------------------------------------------------------

    def told_to(self, name: str, of: str) -> set[uuid.UUID]:
        """Return which referrals somebody is told of: as referrals, as a hub's cases, or by their packs."""
        user, at = self.user(name), self.now
        questions: dict[str, Callable[[], QuerySet[Any]]] = {
            "referrals": lambda: Referral.objects.visible_to(user, at=at).values_list("pk"),
            "cases": lambda: readable_cases(user, at=at).values_list("pk"),
            "packs": lambda: Pack.objects.visible_to(user, at=at).values_list("referral"),
        }
        return self.told(questions[of], (of, name, name in self.active, at))

    @invariant()
    def portal_and_model_agree(self) -> None:
        type(self).steps += 1
        mine = {each.pk for each in self.filed}
        for name in PEOPLE:
            known = mine & self.told_to(name, "referrals")
            assert known == {each.pk for each in self.filed if self.knows(name, each)}, name
            if name in ("hana", "mona", "will", "cleo", "alice"):
                cases = mine & self.told_to(name, "cases")
                assert cases == {each.pk for each in self.filed if name != "alice" and self.has_case(name, each)}, name
            if name in ("pat", "lena", "stan"):
                assert mine & self.told_to(name, "packs") == known, name


@pytest.fixture
def walk(everyone: Everyone, db: None) -> type[Walk]:
    """Everybody, and one filled draft and one sent referral of each kind to copy."""
    Walk.begin()
    Walk.world = everyone
    Walk.drafts = {kind: template(everyone, kind) for kind in KINDS}
    Walk.sent = {kind: send(template(everyone, kind), everyone.alice) for kind in KINDS}
    return Walk


def template(world: Everyone, kind: str) -> Referral:
    match kind:
        case "at work":
            return filled(world, works="work")
        case "westmorland":
            return filled(world, area="westmorland_and_furness")
        case "about the hub":
            return filled(world, about=("hub",))
        case "connected":
            return filled(world, connected="yes")
        case "names bob":
            draft = filled(world)
            key = draft.answers["persons"][0]["key"]
            return answer(draft, "person", world.alice, key=key, Q_EVI_5={"rows": [{"username": "Bob@example.org"}]})
    return filled(world)


@pytest.mark.slow
def test_the_portal_agrees_with_the_model(walk: type[Walk]) -> None:
    walk_beside(walk, walks=60, at_least=STEPS)
