"""Sending at once: few pages, one receipt, and detail afterwards (Z-20)."""

from referrals.models import Job
from tests.referrals_web.people import School, address, draft_of, quickly, started


def test_an_urgent_referral_is_sent_within_twelve_pages(school: School) -> None:
    browser = quickly(started(school.alice))
    draft = draft_of(school.alice)
    assert "Send now, add detail later" in browser.words
    browser.open(address(draft, "send-now/"))
    assert "Where this will go and why" in browser.words
    browser.send(having="token")
    assert browser.path == address(draft, "sent/")
    assert len(browser.pages_seen) <= 12
    sent = draft_of(school.alice)
    assert (sent.status, sent.is_quick) == ("sent", True)
    assert sent.reference in browser.words
    assert Job.objects.filter(kind=Job.Kind.RENDER_PACK).count() == sent.packs.count() > 0
