"""A screener adds a passkey in the browser, signs out, and signs in with it alone; the printed list is shown once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE, SignedIn, Visitors, sign_in
from tests.browser.people import PASSWORD

pytestmark = pytest.mark.browser
CHAIR = "chair@cumberland.example.org"
MANAGER = "manager@westmorland.example.org"


def test_a_passkey_added_and_used_to_sign_in(signed_in: SignedIn) -> None:
    # Given somebody who signed in with a password and a code, and a device that can keep passkeys
    page = signed_in(CHAIR)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kinds = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kinds, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )

    # When they add a passkey, for which they are asked for the password again
    page.goto("/accounts/2fa/webauthn/add/")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    assert violations(page, "add a passkey") == []
    page.get_by_label("Use it without my password").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Add it").click()
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Passkey")
    assert violations(page, "passkeys") == []
    page.get_by_role("button", name="Sign out").click()

    # Then it signs them in by itself
    page.goto("/accounts/login/")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.goto("/accounts/")
    expect(page.locator("main")).to_contain_text("Strategy discussion chair")


@pytest.mark.parametrize("size", [PHONE, None], ids=["phone", "desktop"])
def test_the_second_step_is_accessible(visitors: Visitors, size: dict[str, int] | None) -> None:
    # Given somebody at the second step of signing in
    page = visitors.anybody(**({"viewport": size} if size else {}))
    sign_in(page, MANAGER)
    assert violations(page, "second step") == []
    # When the code is wrong, the page says so
    page.get_by_label("Code").fill("0000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_contain_text("That code is not right")
    assert page.title().startswith("Error: ")
    assert violations(page, "second step, wrong") == []


def test_codes_on_paper(signed_in: SignedIn) -> None:
    page = signed_in(MANAGER)
    page.goto("/accounts/2fa/printed-codes/")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    assert violations(page, "codes on paper") == []
    page.get_by_role("button", name="Make ten codes").click()
    codes = page.locator(".portal-codes li").all_inner_texts()
    assert len(codes) == 10
    assert all(re.fullmatch(r"\w{4}-\w{4}-\w{4}", code) for code in codes)
    assert violations(page, "codes made") == []
    page.emulate_media(media="print")
    expect(page.get_by_label("Type one of the codes")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_label("Type one of the codes").fill(codes[3])
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_contain_text("9 left")
    assert violations(page, "second step, set up") == []
