"""Every address of the portal says what it shows of referrals, in one table: a new one without an entry fails."""

from tests.access.expectations import ADDRESSES, NOTHING_BELOW, is_the_sign_in_librarys, sight, walk
from tests.access.people import PEOPLE


def test_every_address_has_an_expectation() -> None:
    ours = {pattern for pattern, view in walk() if not is_the_sign_in_librarys(view)}
    ours = {pattern for pattern in ours if not pattern.startswith(NOTHING_BELOW)}
    assert ours - set(ADDRESSES) == set(), "say in tests/access/expectations.py what these addresses show"
    assert set(ADDRESSES) - ours == set(), "these addresses are gone"


def test_every_state_speaks_of_everybody() -> None:
    assert all(set(row) == set(PEOPLE) for row in sight().values())
