"""Where the pages of a form are: the address of each step, and what comes before and after it."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from procedures.engine import journey
from procedures.engine.edition import Edition
from referrals import facts
from referrals.models import Referral

CALL_PAGES = ("danger_call", "danger_call_later")
"""The pages that ask whether 999 was called: they are asked on the danger page."""
CALLS_PAGE = "calls"
FIND_OUT_PAGE = "find_out"
TO_CHECK = "check"
_RECORD_LISTS = {"child": "referrals:children", "person": "referrals:persons"}


def page_address(referral: Referral, page: str, key: str | None, *, back: str = "") -> str:
    """Return the address of one page, for one record where it is asked of each; `back` is where it returns to."""
    if page in CALL_PAGES:
        return danger_address(referral, page, None, back=back)
    named = {"pk": referral.pk, "page": page}
    address = reverse("referrals:page", kwargs=named if key is None else {**named, "key": key})
    return f"{address}?{urlencode({'back': back})}" if back else address


def step_address(referral: Referral, step: journey.Step, *, back: str = "") -> str:
    """Return the address of a step."""
    return page_address(referral, step.page.id, step.key, back=back)


def danger_address(referral: Referral, after: str, key: str | None, *, back: str = "") -> str:
    """Return the address of the "call 999 now" page, which leads on to what comes after the page named."""
    asked = {"after": after, "key": key or "", "back": back}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('referrals:danger', kwargs={'pk': referral.pk})}?{query}"


def address_after(referral: Referral, page: str, key: str | None, *, back: str = "") -> str:
    """Return where to go once a page is saved: the next page, the list of children or persons, or the check page."""
    if back == TO_CHECK:
        return reverse("referrals:check", kwargs={"pk": referral.pk})
    edition = facts.form_edition(referral)
    steps = journey.steps(edition, facts.sheet_of(referral))
    places = [step.place for step in steps]
    if (page, key) not in places:
        return reverse("referrals:task_list", kwargs={"pk": referral.pk})
    scope = edition.pages[page].scope
    rest = steps[places.index((page, key)) + 1 :]
    step = _first_to_ask(rest)
    leaves_records = scope != "case" and (step is None or step.page.scope != scope)
    if leaves_records:
        return reverse(_RECORD_LISTS[scope], kwargs={"pk": referral.pk})
    return step_address(referral, step) if step else reverse("referrals:check", kwargs={"pk": referral.pk})


def address_after_records(referral: Referral, scope: str) -> str:
    """Return the first page after those about the children, or the persons."""
    edition = facts.form_edition(referral)
    steps = journey.steps(edition, facts.sheet_of(referral))
    of_scope = [index for index, step in enumerate(steps) if step.page.scope == scope]
    pages = [page.id for page in edition.content.pages]
    last = max((pages.index(each.id) for each in edition.content.pages if each.scope == scope), default=0)
    rest = steps[of_scope[-1] + 1 :] if of_scope else [step for step in steps if pages.index(step.page.id) > last]
    step = _first_to_ask(rest)
    return step_address(referral, step) if step else reverse("referrals:check", kwargs={"pk": referral.pk})


def address_before(referral: Referral, steps: Sequence[journey.Step], page: str, key: str | None) -> str:
    """Return where "Back" leads: the page before, or the task list from the first."""
    before = journey.previous_step(steps, page, key)
    while before is not None and before.page.id in CALL_PAGES:
        before = journey.previous_step(steps, *before.place)
    if before is None:
        return reverse("referrals:task_list", kwargs={"pk": referral.pk})
    return step_address(referral, before)


def first_open_address(referral: Referral, edition: Edition) -> str:
    """Return the first page that is not done yet, else the check page."""
    steps = journey.steps(edition, facts.sheet_of(referral))
    step = next((each for each in steps if each.state != journey.State.DONE), None)
    return step_address(referral, step) if step else reverse("referrals:check", kwargs={"pk": referral.pk})


def _first_to_ask(steps: Sequence[journey.Step]) -> journey.Step | None:
    """Return the first step, but not a 999 question that was answered on the danger page."""
    return next((step for step in steps if step.page.id not in CALL_PAGES or step.state != journey.State.DONE), None)
