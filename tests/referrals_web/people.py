"""Named people, and a teacher's way through the form. Nobody here exists."""

from typing import Any

from accounts.models import Organisation, User
from referrals.models import Referral
from tests.accounts.factories import make_member, make_organisation, make_user
from tests.referrals_web.browsing import Browser

WORRY = "Riley, 13, says a man from a game asked for a picture and told her to keep it secret."


class School:
    """Alice teaches, Bob leads safeguarding, Carol teaches elsewhere."""

    def __init__(self) -> None:
        self.setting: Organisation = make_organisation("Example Academy", area="cumberland")
        self.elsewhere: Organisation = make_organisation("Sample High School", area="north_east_lincolnshire")
        self.alice = self.person("alice", "Alice Appleby", "practitioner", self.setting)
        self.bob = self.person("bob", "Bob Barrow", "dsl", self.setting)
        self.carol = self.person("carol", "Carol Cox", "practitioner", self.elsewhere)
        self.dan = self.person("dan", "Dan Dee", "dsl", self.elsewhere)

    def person(self, first: str, full_name: str, role: str, setting: Organisation) -> User:
        user = make_user(f"{first}@example.org", full_name=full_name, job_title="Teacher")
        return make_member(role, setting, user=user)


def started(user: User) -> Browser:
    """A browser at the first question of a new draft."""
    return Browser(user).open("/referrals/start/").send(having="/referrals/start/")


def draft_of(user: User) -> Referral:
    """The newest referral of a person."""
    rows = Referral.objects.system(reason="look in a test").filter(author=user)
    return rows.select_related("owner_unit").order_by("-created_at")[0]


QUICK: tuple[tuple[str, dict[str, Any]], ...] = (
    ("danger", {"Q-SAF-1-chosen": "no"}),
    ("workplace", {"Q-REF-11-chosen": ["no"]}),
    ("worry", {"Q-WOR-1": WORRY}),
    ("area", {"Q-SAF-5-chosen": "cumberland"}),
    ("concerns", {"Q-SAF-6-chosen": ["grooming"]}),
    ("phone", {"Q-REF-4": "07700 900123"}),
    ("calls", {"Q-POL-1-chosen": "yes_101", "Q-POL-1-of-yes_101-yes_101_at": "14:05", "Q-HUB-1-chosen": "not_needed"}),
)
"""The pages that "send now" needs, and answers to them."""


def quickly(browser: Browser, **changed: dict[str, Any]) -> Browser:
    """Answer the first pages; `changed` gives other answers by page."""
    for page, fill in QUICK:
        assert f"/pages/{page}/" in browser.path, f"expected {page}, am at {browser.path}: {browser.words[:900]}"
        browser.send(changed.get(page, fill))
    return browser


def address(referral: Referral, rest: str = "") -> str:
    return f"/referrals/{referral.pk}/{rest}"
