"""Addresses of joining, open before sign-in."""

from django.urls import path

from accounts.web.joining import now, views

app_name = "joining"

urlpatterns = [
    path("", views.ask, name="ask"),
    path("link/<str:secret>", views.link, name="link"),
    path("now", now.now, name="now"),
    path("accept", views.accept, name="accept"),
]
