"""Addresses of the start page, the public pages and the session."""

from django.urls import path

from safeguarding.web import pages, session

app_name = "web"

urlpatterns = [
    path("", pages.start, name="start"),
    path("help", pages.help_contacts, name="help"),
    path("pictures", pages.pictures, name="pictures"),
    path("privacy", pages.privacy, name="privacy"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("session/left", session.left, name="session_left"),
    path("session/extend", session.extend, name="session_extend"),
    path("session/ended", session.ended, name="session_ended"),
]
