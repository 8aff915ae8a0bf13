"""A small model of how a case goes on, and the portal, walked side by side (G22): taken, decided, replied to,
transferred, linked, disagreed with.

The model knows nothing of the code: who works for the hub that owns a case acts on it, its manager decides, nobody
agrees with themselves, a transfer is the sender's until it is accepted, whoever links two cases decides in one and may
know of both, nobody on the conflict list knows of it.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from accounts.models import Agency, User
from casework import states
from casework.actions import deciding, disagreeing, linking, queue, replying, taking, transferring
from casework.models import ChildCase, Decision, QueueEntry, Transfer
from casework.permissions import NotPermittedError
from casework.queries.cases import readable_cases
from casework.queries.links import seen_by
from referrals.actions import conflicts
from referrals.actions.correspondence import ReplyRefusedError
from referrals.actions.disagreeing import AlreadyOpenError, DisagreementChangedError, raise_own
from referrals.models import BlindToken, Disagreement, Referral
from tests.access.copies import copy_of
from tests.access.people import Everyone
from tests.access.walking import Counted, walk_beside
from tests.casework.deciding import DECISION, NO_FURTHER_ACTION, REPLY
from tests.referrals.people import NOW, filled, send

STEPS = 1_000
HERE, THERE = "cumberland_hub", "westmorland_and_furness_hub"
HUBS = {"hana": HERE, "mona": HERE, "wilma": THERE, "will": THERE}
MANAGERS = {"mona", "will"}
REFERRERS = ("alice", "bob", "carol")
WHO = (*HUBS, *REFERRERS)
GIVEN = {
    "no_further_action": NO_FURTHER_ACTION,
    "assessment": DECISION | {"level": "level_3", "agreement": "yes"},
}
STAGES = ("sent", "received", "going", "proposed", "decided", "replied", "disagreed")
ENDS_IN = {"no_further_action": states.NFA, "assessment": states.ASSESSMENT}
REFUSALS = (
    NotPermittedError, taking.AlreadyTakenError, states.MoveRefusedError, replying.NothingDecidedError,
    ReplyRefusedError, transferring.TransferRefusedError, AlreadyOpenError, DisagreementChangedError,
    conflicts.KeepAwayRefusedError, linking.LinkRefusedError,
)  # fmt: skip
SAID = {"what": "That it waits.", "why": "He wrote again.", "wanted": "A discussion."}
ANSWER = {"outcome": "kept", "words": "We looked at it again.", "hub_words": ""}


@dataclass
class Known:
    """What the model remembers of one case with one child."""

    pk: uuid.UUID
    owner: str = HERE
    hubs: set[str] = field(default_factory=lambda: {HERE})
    taken: dict[str, str] = field(default_factory=dict)
    childs_hub: str = HERE
    state: str = states.SENT
    proposed: tuple[str, str] | None = None
    decided: str = ""
    replied: set[str] = field(default_factory=set)
    goes_to: str = ""
    disagreed: dict[str, str] = field(default_factory=dict)
    """The hub disagreed with, and who raised it."""
    answered: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def knows(self, name: str) -> bool:
        return name not in self.kept and (name in ("alice", "bob") or HUBS.get(name) in self.hubs)

    def works(self, name: str) -> bool:
        """Whether somebody works for the hub that has the child."""
        return self.knows(name) and HUBS.get(name) == self.childs_hub

    def owns(self, name: str) -> bool:
        """Whether somebody decides for the hub that owns the case."""
        return self.knows(name) and name in MANAGERS and HUBS[name] == self.owner


class Walk(Counted):
    """One walk: what is done to the portal is done to the model, and both are asked how it stands."""

    world: ClassVar[Everyone]
    wilma: ClassVar[User]
    original: ClassVar[Referral]
    actions: ClassVar[tuple[str, ...]] = (
        "take", "decide", "agree", "send back", "reply", "transfer", "accept", "reject", "withdraw transfer", "link",
        "disagree", "answer", "settle", "withdraw", "keep away",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.cases: list[Known] = []
        self.linked = ""

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def user(self, name: str) -> User:
        return self.wilma if name == "wilma" else getattr(self.world, name)

    def row(self, case: Known) -> Referral:
        return Referral.objects.system(reason="the walk holds it").select_related("owner_unit").get(pk=case.pk)

    def child(self, case: Known) -> ChildCase | None:
        return ChildCase.objects.select_related("referral", "agency").filter(referral=case.pk).first()

    def its_child(self, case: Known) -> ChildCase:
        child = self.child(case)
        assert child is not None
        return child

    def pick(self, data: st.DataObject, fits: Callable[[Known], Any] = bool) -> Known:
        return data.draw(st.sampled_from([case for case in self.cases if fits(case)]))

    def someone(self, data: st.DataObject, likely: str) -> str:
        """Draw who tries: as often one of the hub, or the people, that may as anybody."""
        of_hub = [name for name in HUBS if HUBS[name] == likely] or [likely]
        return data.draw(st.sampled_from(of_hub) | st.sampled_from(WHO))

    def is_done(self, what: str, action: Callable[..., Any], name: str, **given: Any) -> bool:
        try:
            with transaction.atomic():
                action(**given, by=self.user(name), at=NOW)
        except REFUSALS:
            done = False
        else:
            done = True
        self.tally[what, done] += 1
        return done

    # --- What is done ------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.cases) < 2)
    @rule(stage=st.sampled_from(STAGES))
    def file(self, stage: str) -> None:
        """File a case that the hub has brought so far, so that a walk need not bring each one all the way."""
        case = Known(copy_of(self.original, BlindToken))
        queue.refresh(referral=self.row(case))
        self.cases.append(case)
        if stage == "sent":
            return
        taking.take(referral=self.row(case), by=self.user("hana"), at=NOW)
        case.taken[HERE], case.state = "hana", states.RECEIVED
        match stage:
            case "going":
                transferring.send(
                    case=self.row(case), to_unit=THERE, reason="They moved.", by=self.user("mona"), at=NOW
                )
                case.goes_to = THERE
                case.hubs.add(THERE)
            case "proposed":
                self.decided(case, "no_further_action", by="mona")
                case.state, case.proposed = states.SCREENING, ("no_further_action", "mona")
            case "decided" | "replied" | "disagreed":
                self.decided(case, "assessment", by="mona")
                case.state, case.decided = states.DECISION, "assessment"
        if stage in ("replied", "disagreed"):
            replying.reply(children=[self.its_child(case)], given=REPLY, by=self.user("hana"), at=NOW)
            case.state = states.ASSESSMENT
            case.replied.add(HERE)
        if stage == "disagreed":
            hub = Agency.objects.get(unit=HERE)
            found = raise_own(referral=self.row(case), agency=hub, given=SAID, by=self.user("alice"), at=NOW)
            disagreeing.answer(disagreement=found, given=ANSWER, by=self.user("hana"), at=NOW)
            case.disagreed[HERE] = "alice"
            case.answered.add(HERE)

    def decided(self, case: Known, code: str, *, by: str) -> None:
        deciding.decide(child=self.its_child(case), code=code, given=GIVEN[code], by=self.user(by), at=NOW)

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        case = self.pick(data)
        name = self.someone(data, case.owner)
        done = self.is_done("take", taking.take, name, referral=self.row(case))
        hub = HUBS.get(name, "")
        assert done == (hub in case.hubs and case.knows(name) and case.taken.get(hub, name) == name)
        if done:
            case.taken[hub] = name
            if hub == case.childs_hub and case.state == states.SENT:
                case.state = states.RECEIVED

    @precondition(lambda self: any(each.state in (states.RECEIVED, states.SCREENING) for each in self.cases))
    @rule(data=st.data(), code=st.sampled_from(sorted(GIVEN)))
    def decide(self, data: st.DataObject, code: str) -> None:
        case = self.pick(data, lambda each: each.state in (states.RECEIVED, states.SCREENING))
        name = self.someone(data, case.childs_hub)
        child = self.child(case)
        done = self.is_done("decide", deciding.decide, name, child=child, code=code, given=GIVEN[code])
        assert done == (case.works(name) and case.state in (states.RECEIVED, states.SCREENING))
        if not done:
            return
        if code == "assessment" and name in MANAGERS:
            case.state, case.proposed, case.decided = states.DECISION, None, code
        else:
            case.state, case.proposed = states.SCREENING, (code, name)

    def may_agree(self, case: Known, name: str) -> bool:
        if case.proposed is None or not case.works(name) or name == case.proposed[1]:
            return False
        by_manager = case.proposed[1] in MANAGERS and case.works(case.proposed[1])
        return name in MANAGERS or by_manager

    @precondition(lambda self: any(each.proposed for each in self.cases))
    @rule(data=st.data(), agrees=st.booleans())
    def settle_proposal(self, data: st.DataObject, agrees: bool) -> None:
        case = self.pick(data, lambda each: each.proposed)
        name = self.someone(data, case.childs_hub)
        decision = Decision.objects.get(child__referral=case.pk, standing=Decision.Standing.PROPOSED)
        child = self.its_child(case)
        read: dict[str, Any] = {"decision": decision, "version": child.version}
        if agrees:
            done = self.is_done("agree", deciding.agree, name, **read)
        else:
            done = self.is_done("send back", deciding.send_back, name, reason="Who saw Riley?", **read)
        assert done == self.may_agree(case, name)
        if done and agrees:
            assert case.proposed is not None
            case.state, case.decided, case.proposed = states.DECISION, case.proposed[0], None
        elif done:
            case.proposed = None

    @precondition(lambda self: any(each.state in (states.SCREENING, states.DECISION) for each in self.cases))
    @rule(data=st.data())
    def reply(self, data: st.DataObject) -> None:
        case = self.pick(data, lambda each: each.state in (states.SCREENING, states.DECISION))
        name = self.someone(data, case.childs_hub)
        children = [self.its_child(case)]
        done = self.is_done("reply", replying.reply, name, children=children, given=REPLY)
        assert done == (case.works(name) and case.state == states.DECISION)
        if done:
            case.state = ENDS_IN[case.decided]
            case.replied.add(case.childs_hub)

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def transfer(self, data: st.DataObject) -> None:
        case = self.pick(data)
        name = self.someone(data, case.owner)
        to = THERE if case.owner == HERE else HERE
        done = self.is_done("transfer", transferring.send, name, case=self.row(case), to_unit=to, reason="They moved.")
        assert done == (case.owns(name) and not case.goes_to)
        if done:
            case.goes_to = to
            case.hubs.add(to)

    @precondition(lambda self: any(each.goes_to for each in self.cases))
    @rule(data=st.data(), accepts=st.booleans())
    def answer_transfer(self, data: st.DataObject, accepts: bool) -> None:
        case = self.pick(data, lambda each: each.goes_to)
        name = self.someone(data, case.goes_to)
        waiting = Transfer.objects.select_related("referral", "to_unit").get(referral=case.pk, standing="sent")
        if accepts:
            done = self.is_done("accept", transferring.accept, name, transfer=waiting)
        else:
            done = self.is_done("reject", transferring.reject, name, transfer=waiting, reason="Not here.")
        assert done == (case.knows(name) and HUBS.get(name) == case.goes_to)
        if done and accepts:
            self.changes_hands(case, by=name)
        case.goes_to = "" if done else case.goes_to

    def changes_hands(self, case: Known, *, by: str) -> None:
        sender, case.owner = case.owner, case.goes_to
        case.taken.pop(sender, None)
        case.taken.setdefault(case.owner, by)
        if sender in case.disagreed and case.owner not in case.disagreed:
            case.disagreed[case.owner] = case.disagreed.pop(sender)
            if sender in case.answered:
                case.answered.remove(sender)
                case.answered.add(case.owner)
        if case.state in (states.NFA, states.TRANSFERRED) or case.childs_hub != sender:
            return
        case.childs_hub = case.owner
        if case.state == states.SENT:
            case.state = states.RECEIVED

    @precondition(lambda self: any(each.goes_to for each in self.cases))
    @rule(data=st.data())
    def withdraw_transfer(self, data: st.DataObject) -> None:
        case = self.pick(data, lambda each: each.goes_to)
        name = self.someone(data, case.owner)
        waiting = Transfer.objects.select_related("referral", "to_unit").get(referral=case.pk, standing="sent")
        done = self.is_done("withdraw transfer", transferring.withdraw, name, transfer=waiting, reason="They stay.")
        assert done == case.owns(name)
        case.goes_to = "" if done else case.goes_to

    @precondition(lambda self: len(self.cases) == 2)
    @rule(data=st.data(), verb=st.sampled_from(["confirm", "reject", "undo"]))
    def link(self, data: st.DataObject, verb: str) -> None:
        case = self.pick(data)
        [other] = [each for each in self.cases if each is not case]
        name = self.someone(data, case.owner)
        row = self.row(case)
        seen = [each for each in seen_by(self.user(name), row, at=NOW) if each.likeness.kind == "handle"]
        seen = [each for each in seen if each.other.pk == other.pk]  # the one they were copied from is alike too
        works_in_both = case.knows(name) and other.knows(name) and name in HUBS
        # Of likenesses only who reads the case is asked; judging is checked on both sides.
        assert not case.knows(name) or len(seen) == works_in_both
        read = {"code": seen[0].code, "version": seen[0].version} if seen else {"code": "unseen", "version": 0}
        done = self.is_done("link", linking.judge, name, referral=row, verb=verb, reason="One account.", **read)
        can = verb == "undo" if self.linked else verb != "undo"
        assert done == (works_in_both and name in MANAGERS and can)
        if done:
            self.linked = "" if verb == "undo" else verb

    @precondition(lambda self: any(each.replied for each in self.cases))
    @rule(data=st.data())
    def disagree(self, data: st.DataObject) -> None:
        case = self.pick(data, lambda each: each.replied)
        name = self.someone(data, "alice")
        hub = data.draw(st.sampled_from(sorted(case.replied)))
        agency = Agency.objects.get(unit=hub)
        done = self.is_done("disagree", raise_own, name, referral=self.row(case), agency=agency, given=SAID)
        assert done == (name in ("alice", "bob") and case.knows(name) and hub not in case.disagreed)
        if done:
            case.disagreed[hub] = name

    @precondition(lambda self: any(each.disagreed for each in self.cases))
    @rule(data=st.data())
    def answer_disagreement(self, data: st.DataObject) -> None:
        case = self.pick(data, lambda each: each.disagreed)
        hub, found = self.one_open(data, case)
        name = self.someone(data, hub)
        done = self.is_done("answer", disagreeing.answer, name, disagreement=found, given=ANSWER)
        assert done == (case.knows(name) and HUBS.get(name) == hub)
        if done:
            case.answered.add(hub)

    @precondition(lambda self: any(each.disagreed for each in self.cases))
    @rule(data=st.data(), settles=st.booleans())
    def end_disagreement(self, data: st.DataObject, settles: bool) -> None:
        case = self.pick(data, lambda each: each.disagreed)
        hub, found = self.one_open(data, case)
        name = self.someone(data, case.disagreed[hub])
        act = disagreeing.settle if settles else disagreeing.withdraw
        what = "settle" if settles else "withdraw"
        done = self.is_done(what, act, name, disagreement=found, words="They rang.")
        is_raiser = case.disagreed[hub] == name and case.knows(name)
        assert done == (is_raiser and (not settles or hub in case.answered))
        if done:
            del case.disagreed[hub]
            case.answered.discard(hub)

    def one_open(self, data: st.DataObject, case: Known) -> tuple[str, Disagreement]:
        hub = data.draw(st.sampled_from(sorted(case.disagreed)))
        rows = Disagreement.objects.select_related("referral__owner_unit", "agency", "raised_for", "raised_by")
        return hub, rows.get(referral=case.pk, agency__unit=hub, standing="open")

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), name=st.sampled_from(WHO), by=st.sampled_from(sorted(MANAGERS)))
    def keep_away(self, data: st.DataObject, name: str, by: str) -> None:
        case = self.pick(data)
        if name in (case.taken.get(HUBS.get(name, "")), "mona", "will"):
            return  # one of a hub stays who can act, so that a walk goes on
        done = self.is_done(
            "keep away", conflicts.keep_away, by, referral=self.row(case), person=self.user(name), reason="A neighbour."
        )
        assert done == (case.owns(by) and name != "alice" and name not in case.kept)
        if done:
            case.kept.add(name)

    # --- What both must say --------------------------------------------------------------------------------------

    def told_to(self, name: str) -> set[uuid.UUID]:
        """Return which of a hub's cases, or for a referrer which referrals, somebody is told of."""
        user = self.user(name)
        if name in REFERRERS:
            return self.told(lambda: Referral.objects.visible_to(user, at=NOW).values_list("pk"), name)
        return self.told(lambda: readable_cases(user, at=NOW).values_list("pk"), name)

    @invariant()
    def portal_and_model_agree(self) -> None:
        type(self).steps += 1
        mine = {case.pk for case in self.cases}
        for name in WHO:
            seen = mine & self.told_to(name)
            assert seen == {case.pk for case in self.cases if case.knows(name)}, name
        for case in self.cases:
            owner = self.row(case).owner_unit
            assert owner is not None
            assert owner.unit == case.owner
            child = self.child(case)
            if child is None:
                assert case.state == states.SENT
            else:
                assert (child.state, child.agency.unit) == (case.state, case.childs_hub)
            assert QueueEntry.objects.filter(referral=case.pk, agency=owner, is_owner=True).count() == 1
            assert Transfer.objects.filter(referral=case.pk, standing="sent").count() == bool(case.goes_to)
            is_open = Disagreement.objects.filter(referral=case.pk, standing="open")
            assert set(is_open.values_list("agency__unit", flat=True)) == set(case.disagreed)


@pytest.fixture
def walk(everyone: Everyone, db: None) -> type[Walk]:
    """Everybody, a screener of the other hub, and one sent referral to copy."""
    Walk.begin()
    Walk.world = everyone
    Walk.wilma = everyone.person("wilma", "Wilma Wood", "hub_screener", unit=THERE)
    Walk.original = send(filled(everyone), everyone.alice)
    return Walk


@pytest.mark.slow
def test_the_portal_agrees_with_the_model_of_a_case(walk: type[Walk]) -> None:
    walk_beside(walk, walks=4, at_least=STEPS)
