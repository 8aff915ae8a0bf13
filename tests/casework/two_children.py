"""A case of two children in two areas, for tests of what each hub does and reads."""

from datetime import timedelta

from casework.actions import taking
from referrals.actions import drafts
from referrals.models import Referral
from tests.referrals.people import NOW, World, answer, filled, send, text


def sent_to_two(world: World) -> Referral:
    """Return a case that the Cumberland hub owns and whose second child, Sam, lives in North East Lincolnshire; Hana
    and Nell have taken it for their hubs."""
    draft = filled(world)
    second = drafts.add_child(referral=draft, version=draft.version, by=world.alice, at=NOW)
    draft = Referral.objects.system(reason="a test").get(pk=draft.pk)
    draft = answer(
        draft, "child", world.alice, key=second, Q_CHI_0="north_east_lincolnshire", Q_CHI_1=text("Sam Number2"),
        Q_CHI_2=text("9"), Q_CHI_9=text("Is new at school."),
    )  # fmt: skip
    referral = send(draft, world.alice)
    for person in (world.hana, world.nell):
        taking.take(referral=referral, by=person, at=NOW + timedelta(minutes=7))
    return referral
