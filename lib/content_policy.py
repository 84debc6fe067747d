"""`Content-Security-Policy` on every answer: what a page may load and run. https://www.w3.org/TR/CSP3/

No page of ours has a script of its own in its text, so none needs a nonce: scripts are files from here. Two words are
weaker than one would like, and both are unfold's:

- `'unsafe-eval'`: its Alpine makes functions of the expressions in attributes (`x-data`, `x-on`), and Alpine's build
  for stricter policies does not know all that unfold writes there. A text that got into a page still runs nothing
  unless it brings such an attribute, and every text is escaped.
- `'unsafe-inline'` for styles: unfold writes the site's colours into each page, and htmx, Alpine and the charts set
  styles. With no address beyond this site to load from, a style has nowhere to send what it finds.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

CABECERA = "Content-Security-Policy"


def _politica(**reglas: str) -> str:
    return "; ".join(f"{name.replace('_', '-')} {sources}" for name, sources in reglas.items())


NINGUNA_PAGINA = _politica(default_src="'none'", frame_ancestors="'none'")
SIN_EVAL = _politica(
    default_src="'none'",
    script_src="'self'",
    style_src="'self' 'unsafe-inline'",
    img_src="'self' data:",
    font_src="'self'",
    connect_src="'self'",
    form_action="'self'",
    base_uri="'none'",
    frame_ancestors="'none'",
)
PAGINA = SIN_EVAL.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'")


class ContentPolicyMiddleware:
    """A page gets `PAGINA`, any other answer may load nothing at all; a view that sets a policy keeps its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        es_pagina = response.headers.get("Content-Type", "").startswith("text/html")
        response.headers.setdefault(CABECERA, PAGINA if es_pagina else NINGUNA_PAGINA)
        return response
