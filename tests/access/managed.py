"""Rows that are no referrals, and who manages each: people, roles, invitations, settings, agencies, sessions.

Adam administers Cumbria; Bob and Dan lead safeguarding in one school each. Nobody manages themselves. For whoever
does not stand beside a row it does not exist.
"""

from accounts.actions.invitations import invite
from accounts.directory import get_agency
from accounts.models import SignedInSession
from accounts.reach import Place
from tests.access.people import Everyone, person
from tests.referrals.people import NOW

MANAGERS = """
person      alice   adam bob
person      eve     adam dan
person      hana    adam
person      nell
person      zoe
factor      alice   adam
factor      nell
role        alice   adam bob
role        eve     adam dan
role        hana    adam
role        nell
invitation  school  adam bob
setting     school  adam
agency      cumberland_hub                adam
agency      north_east_lincolnshire_hub
session     alice   alice
"""


def managers() -> dict[tuple[str, str], set[str]]:
    """Return `{(kind of row, which): first names}`."""
    lines = [line.split() for line in MANAGERS.strip().splitlines()]
    return {(kind, which): set(names) for kind, which, *names in lines}


def rows(world: Everyone) -> dict[tuple[str, str], str]:
    """Make what is not there yet; return the identifier of each row of the table."""
    hub = get_agency("cumberland_hub")
    invited = {
        "school": invite(
            email="new@example.org", role="dsl", place=Place(organisation=world.school), by=world.bob, at=NOW
        ),
        "hub": invite(email="new@example.org", role="hub_screener", place=Place(agency=hub), by=world.adam, at=NOW),
    }
    settings = {"school": world.school, "other": world.other_school}
    found: dict[tuple[str, str], object] = {}
    for kind, which in managers():
        match kind:
            case "person" | "factor":
                found[kind, which] = person(world, which)
            case "role":
                found[kind, which] = person(world, which).memberships.get()
            case "invitation":
                found[kind, which] = invited[which]
            case "setting":
                found[kind, which] = settings[which]
            case "agency":
                found[kind, which] = get_agency(which)
            case "session":
                found[kind, which] = SignedInSession.objects.get(user=person(world, which))
    return {key: str(row.pk) for key, row in found.items()}  # type: ignore[attr-defined]
