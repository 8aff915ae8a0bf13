"""No image can enter, and nothing else that was typed is lost by the refusal."""

import base64
import tempfile
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.models import Event
from safeguarding.uploads import RefuseEveryFile
from tests.form_client import FORM, FormClient
from tests.safeguarding import echo_urls
from tests.safeguarding.test_picture_marks import picture

pytestmark = [pytest.mark.urls("tests.safeguarding.echo_urls"), pytest.mark.django_db]
DATA_URL = "data:image/png;base64," + base64.b64encode(picture("PNG")).decode()


@pytest.fixture(autouse=True)
def nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    """After each test here: no temporary file, no session, no audit row, and nothing of the body in a log."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    echo_urls.reached.clear()
    yield
    assert list(tmp_path.iterdir()) == []
    assert not Session.objects.exists()
    assert not Event.objects.exists()
    assert "base64" not in caplog.text
    assert "Amina" not in caplog.text


def assert_kind_page(response, status: int, words: str) -> None:
    text = response.content.decode()
    assert response.status_code == status
    assert words in text
    assert "999" in text
    assert "Leave this page quickly" in text
    assert echo_urls.reached == []


def test_multipart_is_refused_before_it_is_read() -> None:
    file = SimpleUploadedFile("holiday.png", picture("PNG"), content_type="image/png")
    response = Client().post("/echo", {"worry": "Amina", "file": file})
    assert_kind_page(response, 415, "no copy was kept")
    assert "police" in response.content.decode()


def test_multipart_of_five_megabytes_is_refused() -> None:
    file = SimpleUploadedFile("film.mp4", b"x" * 5_000_000)
    assert_kind_page(Client().post("/echo", {"file": file}), 415, "no copy was kept")


def test_multipart_is_refused_ahead_of_csrf() -> None:
    response = Client(enforce_csrf_checks=True).post("/echo", {"worry": "Amina"})
    assert_kind_page(response, 415, "no copy was kept")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/json",
        "application/octet-stream",
        "",
        "application/x-www-form-urlencoded; charset=utf-16",
    ],
)
def test_every_other_kind_of_body_is_refused(client: FormClient, kind: str) -> None:
    assert_kind_page(client.post("/echo", "worry=Amina", content_type=kind), 415, "text typed into its own pages")


@pytest.mark.parametrize("kind", ["image/png", "video/mp4"])
def test_a_bare_picture_is_refused(client: FormClient, kind: str) -> None:
    assert_kind_page(client.post("/echo", picture("PNG"), content_type=kind), 415, "no copy was kept")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_method_with_a_body_is_looked_at(client: FormClient, method: str) -> None:
    response = getattr(client, method)("/echo", picture("JPEG"), content_type="image/jpeg")
    assert_kind_page(response, 415, "no copy was kept")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF", "PDF"])
def test_picture_bytes_in_a_field_are_refused(client: FormClient, kind: str) -> None:
    body = "name=Amina&worry=" + quote(picture(kind))
    assert_kind_page(client.post("/echo", body), 415, "no copy was kept")


@pytest.mark.parametrize("path", ["/echo", "/echo-fields", "/nowhere"])
def test_raw_picture_bytes_are_refused_everywhere(client: FormClient, path: str) -> None:
    assert_kind_page(client.post(path, b"worry=" + picture("PNG")), 415, "no copy was kept")


def test_a_data_url_is_refused_where_the_view_cannot_say_so(client: FormClient) -> None:
    assert_kind_page(client.post("/echo", {"worry": f"Amina {DATA_URL}"}), 415, "no copy was kept")
    assert_kind_page(client.post("/nowhere", {"worry": DATA_URL}), 415, "no copy was kept")


def test_a_data_url_in_a_field_name_or_address_is_refused(client: FormClient) -> None:
    assert_kind_page(client.post("/echo-fields", {DATA_URL: "x"}), 415, "no copy was kept")
    assert_kind_page(client.get("/echo-fields", {"q": DATA_URL}), 415, "no copy was kept")


def test_a_view_that_can_say_so_gets_everything_but_the_picture(client: FormClient) -> None:
    fields = {
        "name": "Amina O’Brien-Smith & Zoë",
        "worry": DATA_URL,
        "when": "last night\r\n+ today",
        "tick": ["a", "b"],
    }
    answer = client.post("/echo-fields", fields).json()
    assert answer["refused"] == ["worry"]
    assert answer["fields"] == {
        "name": "Amina O’Brien-Smith & Zoë",
        "worry": "",
        "when": "last night\r\n+ today",
        "tick": "b",
    }
    assert "base64" not in answer["body"]


def test_ordinary_forms_reach_their_view_unchanged(client: FormClient) -> None:
    answer = client.post("/echo", {"worry": "data: images, 100% & more; ąę عبد 👩‍👧"}).json()
    assert answer == {"worry": "data: images, 100% & more; ąę عبد 👩‍👧"}


def test_a_post_without_a_body_reaches_its_view(client: FormClient) -> None:
    assert client.post("/echo").status_code == 200
    assert client.generic("POST", "/echo", b"", content_type="").status_code == 200


def test_a_body_that_is_too_long_is_refused(client: FormClient) -> None:
    assert_kind_page(client.post("/echo", {"worry": "Amina " * 50_000}), 413, "too long")


def test_a_body_without_length_is_refused(client: FormClient) -> None:
    response = client.post("/echo", "worry=Amina", HTTP_TRANSFER_ENCODING="chunked")
    assert_kind_page(response, 411, "too long")


@pytest.mark.parametrize("value", ["%00", "Amina%00", "%FF%FE", "%ED%A0%80", "%C3%28", "%80"])
def test_what_is_no_text_is_refused(client: FormClient, value: str) -> None:
    for response in (
        client.post("/echo", f"worry={value}"),
        client.post("/echo", f"{value}=worry"),
        client.get(f"/echo?q={value}"),
    ):
        assert_kind_page(response, 400, "could not be read")


def test_a_nul_in_the_path_is_refused(client: FormClient) -> None:
    assert_kind_page(client.get("/referrals/%00"), 400, "could not be read")


def test_too_many_fields_are_a_bad_request(client: FormClient) -> None:
    response = client.post("/echo", urlencode([(f"f{n}", "x") for n in range(1500)]), content_type=FORM)
    assert_kind_page(response, 400, "could not be read")


def test_the_upload_handler_refuses_every_file() -> None:
    from django.core.exceptions import RequestDataTooBig

    with pytest.raises(RequestDataTooBig):
        RefuseEveryFile().new_file("file", "holiday.png", "image/png", 1)
