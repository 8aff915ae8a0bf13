"""The same strict headers on every kind of answer, and a CSRF check that goes by the origin."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from tests.form_client import FormClient

pytestmark = [pytest.mark.urls("tests.safeguarding.echo_urls"), pytest.mark.django_db]
ROOT = Path(settings.BASE_DIR)
PAGES = [
    "/",
    "/help",
    "/pictures",
    "/privacy",
    "/accessibility",
    "/session/ended",
    "/nothing",
    "/forbidden",
    "/own-page",
]


@pytest.fixture
def ann(client: FormClient) -> FormClient:
    """Return Ann's browser, signed in."""
    user = get_user_model().objects.create(email="ann@school.example", full_name="Ann O’Brien-Smith")
    client.force_login(user)
    return client


def assert_strict(response) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_carry_every_header(client: FormClient, path: str) -> None:
    assert_strict(client.get(path))


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_signed_in_person_carry_every_header(ann: FormClient, path: str) -> None:
    assert_strict(ann.get(path))


def test_refusals_and_failures_carry_every_header(client: FormClient) -> None:
    client.raise_request_exception = False
    assert_strict(Client().post("/echo", {"a": "b"}))
    assert_strict(client.post("/echo", {"a": "x" * 300_000}))
    assert_strict(client.get("/echo?q=%00"))
    assert_strict(FormClient(enforce_csrf_checks=True).post("/own-page", {"a": "b"}))
    broken = client.get("/broken")
    assert broken.status_code == 500
    assert_strict(broken)


def test_static_files_may_be_kept(client: FormClient) -> None:
    response = client.get("/static/portal.css")
    assert response.status_code == 200
    assert "no-store" not in response.headers.get("Cache-Control", "")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    response.close()


def csrf_post(client: FormClient, **headers: str):
    """Post a form over HTTPS with its token, as a browser does."""
    page = client.get("/own-page", secure=True)
    assert page.status_code == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/", secure=True).content.decode())
    assert token
    fields = {"csrfmiddlewaretoken": token.group(1), "worry": "kept"}
    return client.post("/own-page", fields, secure=True, **headers)


def test_csrf_over_https_works_with_the_origin_that_browsers_send(ann: FormClient) -> None:
    ann.handler.enforce_csrf_checks = True
    assert csrf_post(ann, HTTP_ORIGIN="https://testserver").content == b"page: kept"


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://testserver", "null"])
def test_csrf_over_https_refuses_another_origin(ann: FormClient, origin: str) -> None:
    ann.handler.enforce_csrf_checks = True
    response = csrf_post(ann, HTTP_ORIGIN=origin)
    assert response.status_code == 403
    assert "send the page again" in response.content.decode()


def test_no_page_has_inline_script_or_style_or_another_origin(ann: FormClient) -> None:
    for path in PAGES:
        text = ann.get(path, follow=True).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text)
        for address in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', text):
            assert address.startswith("/static/")


def test_style_sheets_ask_for_no_missing_file() -> None:
    sheets = list((ROOT / "static").rglob("*.css"))
    assert len(sheets) >= 2
    for sheet in sheets:
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / address).is_file(), f"{sheet.name} asks for {address}"


def test_what_is_only_for_govuk_is_left_out() -> None:
    for file in (ROOT / "static").rglob("*"):
        assert not re.search(r"crest|crown|transport", file.name, re.IGNORECASE)
        if file.suffix == ".css":
            assert "GDS Transport" not in file.read_text(encoding="utf-8")


def test_scripts_import_only_what_is_there() -> None:
    for script in (ROOT / "static").glob("*.js"):
        for address in re.findall(r'from "([^"]+)"', script.read_text(encoding="utf-8")):
            assert (script.parent / address).is_file()
