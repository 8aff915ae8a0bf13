"""The same headers on every answer of every address, whoever asks and whatever comes of it (goal G16)."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import signing
from django.urls import get_resolver

from accounts.models import User
from referrals.actions import jobs
from referrals.models import Job
from tests.form_client import FormClient
from tests.house.test_addresses import VALUES, addresses
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
pytestmark = pytest.mark.django_db

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
}
SCRIPT = r"<script(?![^>]*\ssrc=)(?![^>]*type=.application/json.)"
INLINE = re.compile(rf"<style|\sstyle=|\son[a-z]+=|{SCRIPT}|javascript:", re.IGNORECASE)


def assert_strict(answer: Any, where: str) -> None:
    policy = answer.headers.get("Content-Security-Policy", "")
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy, where
    assert "unsafe" not in policy, where
    assert "http" not in policy, where
    assert {name: answer.headers.get(name) for name in FIXED} == FIXED, where
    assert "camera=()" in answer.headers["Permissions-Policy"], where
    assert "noindex" in answer.headers["X-Robots-Tag"], where
    assert "no-store" in answer.headers["Cache-Control"], where
    if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
        words = answer.content.decode()
        assert not INLINE.search(words), f"{where}: {INLINE.search(words)}"
        for address in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', words):
            assert address.startswith("/static/"), f"{where}: {address}"


def every_address(**known: str) -> Iterator[str]:
    """Return every address there is, with identifiers that exist where `known` has them, else with made-up ones."""
    for pattern, _, _ in addresses(get_resolver()):
        plain = re.sub(r"\(\?P<\w+>[^)]*\)", "x", pattern).replace("^", "").replace("$", "").replace("\\", "")
        yield re.sub(
            r"<(?:(\w+):)?(\w+)>", lambda found: known.get(found[2], VALUES.get(found[1] or "str", "x")), plain
        )


def asked(browser: FormClient, **known: str) -> Counter[int]:
    """Ask for every address by GET and by an empty POST, and return how often each status came back."""
    statuses: Counter[int] = Counter()
    for address in every_address(**known):
        for method in ("get", "post"):
            if "logout" in address:
                continue
            answer = getattr(browser, method)(address)
            assert_strict(answer, f"{method} {address} answered {answer.status_code}")
            statuses[answer.status_code] += 1
    return statuses


def test_every_address_for_a_visitor(client: FormClient) -> None:
    client.raise_request_exception = False
    statuses = asked(client)
    assert {200, 302, 404, 405} <= set(statuses)
    assert sum(statuses.values()) > 200
    assert not statuses[500]


@pytest.mark.parametrize("who", ["mona", "audrey", "adam"])
def test_every_address_for_people_of_different_roles(world: World, as_: As, who: str) -> None:
    case = sent(world)
    world.mona = world.person("mona", "Mona Moss", "hub_manager", unit="cumberland_hub")  # type: ignore[attr-defined]
    world.audrey = world.person("audrey", "Audrey Auld", "auditor", partnership="Cumbria")  # type: ignore[attr-defined]
    browser = as_(getattr(world, who))
    browser.raise_request_exception = False
    pack = all_packs(case)["cumbria_police"]
    statuses = asked(browser, case_id=str(case.pk), referral_id=str(case.pk), pack_id=str(pack.pk))
    assert {200, 302, 404, 405} <= set(statuses)
    assert not statuses[500]


def test_what_is_downloaded_or_streamed(world: World, as_: As) -> None:
    case = sent(world)
    pack = all_packs(case)["cumbria_police"]
    jobs.run(job_id=Job.objects.get(subject_id=pack.pk).pk, at=NOW)
    pat = as_(world.pat)
    for form in ("pdf", "json"):
        answer = pat.get(f"/packs/{pack.pk}.{form}")
        assert answer.status_code == 200
        assert_strict(answer, form)
    audrey = as_(world.person("audrey", "Audrey Auld", "auditor", partnership="Cumbria"))
    for form in ("csv", "jsonl"):
        answer = audrey.post("/record/export", {"form": form})
        assert answer.streaming
        assert_strict(answer, form)
        b"".join(answer.streaming_content)


def test_refusals_and_failures(world: World, client: FormClient, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    hana = as_(world.hana)
    hana.raise_request_exception = False
    strict = FormClient(enforce_csrf_checks=True)
    strict.force_login(world.hana)
    forgotten = {"email": "nobody@example.org"}
    answers = {
        400: hana.get("/hub/?show=%00", HTTP_HOST="elsewhere.example"),
        403: strict.post("/hub/search", {"text": "Riley"}),
        404: hana.get("/no-such-page"),
        405: hana.post("/hub/", {}),
        413: hana.post("/hub/search", {"text": "x" * 300_000}),
        415: hana.post("/hub/search", "--x", content_type="multipart/form-data; boundary=x"),
        429: [client.post("/accounts/password/reset/", forgotten) for _ in range(7)][-1],
    }
    with monkeypatch.context() as patch:
        patch.setattr("casework.queries.inbox.child_name", lambda answers: signing.loads("broken"))
        sent(world)
        answers[500] = hana.get("/hub/")
    for status, answer in answers.items():
        assert answer.status_code == status, f"{status} was wanted: {answer.status_code}"
        assert_strict(answer, str(status))
