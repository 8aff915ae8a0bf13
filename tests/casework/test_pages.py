"""The inbox, the case and the packs as their readers find them."""

import hashlib
import json
import uuid
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import Event
from referrals.actions import follow_up, jobs
from referrals.models import Clock, Job, Pack
from tests.casework.reading import CASE_PAGES, case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]


def render_all() -> None:
    for job in Job.objects.all():
        jobs.run(job_id=job.pk, at=NOW)


def test_an_empty_inbox_says_so(world: World, as_: As) -> None:
    page = text_of(as_(world.hana).get("/hub/"))
    assert "No referral has been sent to you" in page
    assert "No pack has been sent to you" in text_of(as_(world.pat).get("/inbox/"))


def test_the_inbox_shows_a_case_by_reference_concern_and_initials_but_no_name(world: World, as_: As) -> None:
    referral = sent(world)
    page = text_of(as_(world.hana).get("/hub/"))
    for expected in (referral.reference, "Grooming", "Cumberland", "R N", "Not taken yet", "Due"):
        assert expected in page
    assert "Riley" not in page


def test_the_most_urgent_comes_first_then_what_is_due_next(world: World, as_: As) -> None:
    calm = sent(world, concerns=("other",))
    danger = sent(world, danger="yes")
    page = text_of(as_(world.hana).get("/hub/"))
    assert page.index(danger.reference) < page.index(calm.reference)


def test_a_case_is_read_in_a_minute(world: World, as_: As) -> None:
    referral = sent(world)
    first = text_of(as_(world.hana).get(f"/cases/{referral.pk}/"))
    for expected in (
        "What is happening", "A man online asked Riley to keep a secret.", "Riley Number1", "Who has this case",
        "Nobody yet.", "Take this case", "What comes next", "counted so:", "Where it went and why", "Cumbria",
        "Not acknowledged yet", "Timeline", "07700 900123",
    ):  # fmt: skip
        assert expected in first, expected
    whole = case_text(as_(world.hana), referral.pk)
    for expected in (
        "Rule ", "Queued", "All answers", "Not known", "Told by the referrer", "Referral sent by Alice Appleby",
        "What the referrer was told about the family", "The referrer has added nothing.", "No call was recorded",
    ):  # fmt: skip
        assert expected in whole, expected


def test_no_page_has_a_name_or_a_reference_in_its_title(world: World, as_: As) -> None:
    referral = sent(world)
    render_all()
    pack, case = all_packs(referral)["cumberland_hub"], f"/cases/{referral.pk}/"
    paths = ["/hub/", f"{case}release", "/inbox/", f"/packs/{pack.pk}/"]
    for path in (*paths, *(case + page for page in CASE_PAGES)):
        answer = as_(world.hana).get(path, follow=True)
        title = answer.content.decode().split("<title>")[1].split("</title>")[0]
        assert "Riley" not in title
        assert referral.reference not in title
        assert "no-store" in answer["Cache-Control"]


def test_reading_a_case_and_a_list_is_on_record_before_anything_is_shown(world: World, as_: As) -> None:
    referral = sent(world)
    as_(world.hana).get("/hub/")
    as_(world.hana).get(f"/cases/{referral.pk}/")
    read = Event.objects.about(referral).get(event="case.read")
    listed = Event.objects.get(event="inbox.read")
    assert read.by_id == listed.by_id == str(world.hana.pk)
    assert listed.detail["shown"] == [str(referral.pk)]


def test_what_was_ticked_and_added_since_stands_on_the_case(world: World, as_: As) -> None:
    referral = sent(world)
    step = referral.checklist_steps.filter(can_tick=True).first()
    if step is not None:
        follow_up.tick(referral=referral, code=step.code, by=world.alice, at=NOW)
    follow_up.add_detail(
        referral=referral, text="See https://chat.example.com/x", token=uuid.uuid4(), by=world.alice, at=NOW
    )
    page = case_text(as_(world.hana), referral.pk)
    assert "hxxps://chat[.]example[.]com/x" in page
    assert "Added since it was sent" in page
    assert "https://chat" not in page
    assert step is None or "Ticked off" in page


def test_the_number_of_queries_does_not_grow_with_the_inbox(world: World, as_: As) -> None:
    counts: list[list[int]] = []
    browsers = [(as_(world.hana), "/hub/"), (as_(world.pat), "/inbox/")]
    for browser, path in browsers:
        browser.get(path)
    for _ in range(2):
        sent(world)
        sent(world, works="work")
        counts.append([])
        for browser, path in browsers:
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]


def test_a_pack_page_tells_where_it_stands_and_looks_again_by_itself(world: World, as_: As) -> None:
    referral = sent(world)
    pack = all_packs(referral)["cumbria_police"]
    browser = as_(world.pat)
    waiting = browser.get(f"/packs/{pack.pk}/").content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert "Queued" in waiting
    assert browser.get(f"/packs/{pack.pk}/state").json() == {"state": "waiting", "label": "Queued", "is_ready": False}
    early = browser.get(f"/packs/{pack.pk}.pdf", follow=True)
    assert "not ready yet" in text_of(early)
    render_all()
    ready = browser.get(f"/packs/{pack.pk}/").content.decode()
    assert "refresh" not in ready
    assert "Open the pack" in ready


def test_a_pack_opens_as_pdf_with_its_data_beside_it_and_both_are_on_record(world: World, as_: As) -> None:
    referral = sent(world)
    render_all()
    pack = all_packs(referral)["cumbria_police"]
    browser = as_(world.pat)
    pdf = browser.get(f"/packs/{pack.pk}.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"] == f'inline; filename="{pack.file_reference}.pdf"'
    assert pdf["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in pdf["Cache-Control"]
    data = browser.get(f"/packs/{pack.pk}.json")
    assert json.loads(data.content)["case_reference"] == referral.reference
    assert hashlib.sha256(data.content).hexdigest() == Pack.objects.system(reason="a test").get(pk=pack.pk).data_sha256
    events = Event.objects.about(pack).filter(by_id=str(world.pat.pk)).values_list("event", flat=True)
    assert list(events) == ["pack.downloaded", "pack.data_downloaded"]


def test_a_damaged_file_is_not_shown(world: World, as_: As) -> None:
    referral = sent(world)
    render_all()
    pack = all_packs(referral)["cumbria_police"]
    default_storage.delete(pack.storage_name)
    answer = as_(world.pat).get(f"/packs/{pack.pk}.pdf")
    assert answer.status_code == 500
    assert "cannot be opened" in text_of(answer)


def test_acknowledging_ends_the_clock_and_is_safe_twice(world: World, as_: As) -> None:
    referral = sent(world)
    pack = all_packs(referral)["cumbria_police"]
    browser = as_(world.pat)
    for _ in range(2):
        assert browser.post(f"/packs/{pack.pk}/acknowledge").status_code == 302
    assert "by Pat Price" in text_of(browser.get(f"/packs/{pack.pk}/"))
    assert Event.objects.about(pack).filter(event="pack.acknowledged").count() == 1
    receipts = Clock.objects.filter(referral=referral, kind="K-15")
    assert {clock.agency.unit: clock.ended_at is not None for clock in receipts if clock.agency} == {
        "cumbria_police": True, "cumberland_hub": False
    }  # fmt: skip
    assert browser.get(f"/packs/{pack.pk}/acknowledge").status_code == 405


def test_a_late_queue_says_so(world: World, as_: As) -> None:
    referral = sent(world)
    page = text_of(as_(world.hana).get("/hub/"))
    assert "Packs are late" in page or Job.objects.filter(done_at__isnull=True).exists() is False
    render_all()
    assert "Packs are late" not in case_text(as_(world.hana), referral.pk)


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "99999999999999999999"])
def test_any_page_number_gives_a_page(world: World, as_: As, page: str) -> None:
    sent(world)
    assert as_(world.hana).get(f"/hub/?page={page}&show=nonsense").status_code == 200
    assert as_(world.pat).get(f"/inbox/?page={page}").status_code == 200


def test_a_picture_is_refused_at_every_address(world: World, as_: As) -> None:
    referral = sent(world)
    browser = as_(world.hana)
    for path in (f"/cases/{referral.pk}/take", f"/cases/{referral.pk}/release"):
        answer = browser.post(path, b"x", content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 415
