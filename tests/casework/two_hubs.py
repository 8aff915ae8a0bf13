"""A referral about two children, each of whom another hub decides for. Nobody here exists."""

from referrals.actions import drafts
from referrals.models import Referral
from tests.referrals.people import NOW, World, answer, filled, send, text


def sent_to_two_hubs(world: World) -> Referral:
    """Return a sent referral: Riley of Cumberland, whose hub owns it, and Sam of North East Lincolnshire."""
    draft = filled(world)
    second = drafts.add_child(referral=draft, version=draft.version, by=world.alice, at=NOW)
    draft = Referral.objects.system(reason="a test").get(pk=draft.pk)
    draft = answer(
        draft, "child", world.alice, key=second, Q_CHI_1=text("Sam Second"), Q_CHI_2=text("13"),
        Q_CHI_9=text("Is new at school."), Q_CHI_0="north_east_lincolnshire",
    )  # fmt: skip
    return send(draft, world.alice)
