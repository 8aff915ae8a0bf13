"""The address that monitors ask."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_health_answers_without_a_sign_in(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok"


@pytest.mark.django_db
def test_health_refuses_to_be_posted_to(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
