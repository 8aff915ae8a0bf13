"""Addresses of keeping settings and agencies right."""

from django.urls import path

from accounts.web.directory import agencies, closed_days, index, organisations

app_name = "directory"

urlpatterns = [
    path("", index.index, name="index"),
    path("settings", organisations.organisations, name="organisations"),
    path("settings/add", organisations.add, name="add_organisation"),
    path("settings/<uuid:organisation_id>", organisations.organisation, name="organisation"),
    path("settings/<uuid:organisation_id>/close", organisations.close, name="close_organisation"),
    path("agencies", agencies.agencies, name="agencies"),
    path("agencies/<uuid:agency_id>", agencies.agency, name="agency"),
    path("agencies/<uuid:agency_id>/checked", agencies.checked, name="agency_checked"),
    path("own/<uuid:agency_id>", agencies.own_entry, name="own_entry"),
    path("closed-days", closed_days.closed_days, name="closed_days"),
    path("closed-days/<uuid:closed_day_id>/open", closed_days.open_day, name="open_day"),
]
