"""One child's case that goes on in another: only where somebody confirmed the link, nothing deleted, and undone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from casework import states
from casework.actions import deciding, linking, merging, moving, replying, taking
from casework.models import ChildCase, Merge
from casework.permissions import NotPermittedError
from casework.queries.chronology import chronology
from tests.casework.deciding import DECISION, REPLY
from tests.casework.likeness import judge, raised
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


class TestMerging:
    def pair(self, world: World, mona: User) -> tuple[ChildCase, ChildCase]:
        """The same child in two cases, the link confirmed, both taken."""
        cases = [raised(world, name="Riley Jones", born="31/5/2012", handle=f"u{number}") for number in (1, 2)]
        for case in cases:
            taking.take(referral=case, by=world.hana, at=LATER)
        judge(cases[1], "confirm", mona)
        return ChildCase.objects.get(referral=cases[0]), ChildCase.objects.get(referral=cases[1])

    def assessed(self, child: ChildCase, mona: User) -> ChildCase:
        given = DECISION | {"level": "level_3", "agreement": "yes"}
        deciding.decide(child=child, code="assessment", given=given, by=mona, at=LATER)
        replying.reply(children=[now(child)], given=REPLY, by=mona, at=LATER)
        return now(child)

    def test_one_goes_on_in_the_other_and_can_be_parted(self, world: World, mona: User, as_: As) -> None:
        first, second = self.pair(world, mona)
        with pytest.raises(merging.MergeRefusedError, match="reply"):
            merging.merge(child=second, into=first, reason="Twice the same.", by=mona, at=LATER)
        second = self.assessed(second, mona)
        with pytest.raises(states.MoveRefusedError):
            moving.move(child=second, verb=states.MERGE, reason="Around the door.", by=mona, at=LATER)
        with pytest.raises(NotPermittedError):
            merging.merge(child=second, into=first, reason="Twice the same.", by=world.hana, at=LATER)
        made = merging.merge(child=second, into=first, reason="Twice the same.", by=mona, at=LATER)
        assert now(second).state == states.LINKED
        assert first.referral.reference in text_of(as_(world.hana).get(f"/cases/{second.referral_id}/"))
        assert second.referral.reference in text_of(as_(world.hana).get(f"/cases/{first.referral_id}/"))
        with pytest.raises(merging.MergeRefusedError):
            merging.merge(child=now(first), into=now(second), reason="And back.", by=mona, at=LATER)
        with pytest.raises(linking.LinkRefusedError, match="Undo the merge"):
            judge(second.referral, "undo", mona)
        merging.undo(made=made, reason="Cousins of one name.", by=mona, at=LATER)
        told = [entry.words for entry in chronology(world.hana, first.referral, at=LATER).entries]
        assert [told.count(words) for words in ("Twice the same.", "Cousins of one name.")] == [1, 1]
        assert now(second).state == states.ASSESSMENT
        with pytest.raises(merging.MergeRefusedError):
            merging.undo(made=made, reason="Once more.", by=mona, at=LATER)
        assert Merge.objects.get().undo_reason == "Cousins of one name."

    def test_without_a_confirmed_link_nothing_is_merged(self, world: World, mona: User) -> None:
        first, second = self.pair(world, mona)
        second = self.assessed(second, mona)
        judge(second.referral, "undo", mona)
        with pytest.raises(NotPermittedError):
            merging.merge(child=second, into=first, reason="Twice the same.", by=mona, at=LATER)

    def test_in_the_browser(self, world: World, mona: User, as_: As) -> None:
        first, second = self.pair(world, mona)
        second = self.assessed(second, mona)
        here = f"/cases/{second.referral_id}/children/{second.pk}"
        refused = as_(mona).post(f"{here}/merge", {"version": str(second.version), "reason": "Twice.", "into": ""})
        assert refused.status_code == 400
        assert "Choose the case" in text_of(refused)
        given = {"version": str(second.version), "reason": "Twice.", "into": str(first.pk)}
        assert "Merged" in text_of(as_(mona).post(f"{here}/merge", given, follow=True))
        assert "Undone" in text_of(as_(mona).post(f"{here}/undo-merge", {"reason": "No."}, follow=True))
        assert as_(world.hana).get(f"{here}/merge").status_code == 404


def now(child: ChildCase) -> ChildCase:
    return ChildCase.objects.get(pk=child.pk)
