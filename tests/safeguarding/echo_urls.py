"""The portal's addresses and a few more, whose views show what reached them."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from accounts.access import public, requires
from accounts.permissions import Permission
from safeguarding import urls as portal

reached: list[dict[str, Any]] = []


@public
def plain(request: HttpRequest) -> HttpResponse:
    """Show the posted fields."""
    reached.append(request.POST.dict())
    return JsonResponse(request.POST.dict())


@public
def shows_refused_fields(request: HttpRequest) -> HttpResponse:
    """Show the posted fields, what is left of the body, and the fields that held a picture."""
    refused = sorted(request.image_refused_fields)  # type: ignore[attr-defined]
    return JsonResponse({"fields": request.POST.dict(), "refused": refused, "body": request.body.decode()})


cast(Any, shows_refused_fields).accepts_image_refusal = True


@requires(Permission.USE_PORTAL)
def page(request: HttpRequest) -> HttpResponse:
    """A page of somebody's own; a POST shows what was sent."""
    return HttpResponse("page: " + request.POST.get("worry", "nothing sent"))


@public
def forbidden(request: HttpRequest) -> HttpResponse:
    """Refuse."""
    raise PermissionDenied("the name of a child")


@public
def missing(request: HttpRequest) -> HttpResponse:
    """Not there."""
    raise Http404("the name of a child")


@public
def broken(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError("the name of a child")


urlpatterns = [
    path("echo", plain),
    path("echo-fields", shows_refused_fields),
    path("own-page", page),
    path("forbidden", forbidden),
    path("missing", missing),
    path("broken", broken),
    *portal.urlpatterns,
]
handler400, handler403 = portal.handler400, portal.handler403
handler404, handler500 = portal.handler404, portal.handler500
