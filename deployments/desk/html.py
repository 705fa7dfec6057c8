"""How the desk answers: pages of one look, headers that let nothing in or out, one style sheet."""

from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from deployments.desk.guard import KEY_FIELD, VISITOR, Visitor
from models.shared.documents import Office, sha256
from models.shared.people import Unit
from tasks.adapters import clock
from tasks.adapters.home import read_home
from tasks.adapters.papers import may_read
from tasks.adapters.policy import PolicyError, hotline_office, office
from tasks.adapters.templating import TEMPLATES, environment

# No script, no frame, no form to elsewhere, nothing from another host.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def style_sheet() -> bytes:
    """The desk's style sheet."""
    return (TEMPLATES / "desk" / "desk.css").read_bytes()


@cache
def style_address() -> str:
    """Where the style sheet is served: its name carries its hash, so that browsers may keep it for ever."""
    return f"/static/desk-{sha256(style_sheet())[:16]}.css"


def page(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of the desk from `templates/desk`; it knows who is signed in, and `csrf_field` for its forms."""
    visitor = VISITOR.get()
    shared = {
        "office": _letterhead(visitor), "style": style_address(), "now": clock.now(), "today": clock.today(),
        "is_demo": read_home().demo, "visitor": visitor, "csrf_field": form_field(visitor.csrf if visitor else ""),
        "reads": {name for name in ("registration", "hotline") if visitor and may_read(visitor.person, name, "case")},
    }  # fmt: skip
    text = environment().get_template(f"desk/{template}.html.j2").render(shared | context)
    return HTMLResponse(text, status, HEADERS)


def form_field(key: str) -> Markup:
    """The hidden field that each form which is sent must hold."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(KEY_FIELD, key)


def sentence(status: int, title: str, words: str) -> HTMLResponse:
    """A page that says in one sentence why there is nothing else to see."""
    return page("sentence", status, title=title, words=words)


def workbook(name: str, data: bytes) -> Response:
    """An XLSX file that the browser saves under a name."""
    told = f"attachment; filename*=UTF-8''{quote(name, safe='')}.xlsx"
    return Response(data, media_type=_XLSX, headers={**HEADERS, "Content-Disposition": told})


def _letterhead(visitor: Visitor | None) -> Office | None:
    """The office of whoever is signed in. None when the policy cannot be read: the page that says so is still shown."""
    try:
        return hotline_office() if visitor and visitor.person.unit is Unit.CONSTITUENT_SERVICES else office()
    except (PolicyError, OSError):
        return None
