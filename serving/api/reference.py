"""The page on which a browser reads the API and tries it, drawn by Swagger UI from our own origin.

FastAPI's page of that name takes script and style from elsewhere: it is blank without a way out,
and tells others who looks. Here the files come with a library (decision 0003), of which
nothing runs here, and the browser is told to ask nobody else. Production has no such page.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

AT: Final = "/docs"
LIBRARY: Final = "fastapi-standalone-docs"
FOLDER: Final = "fastapi_standalone_docs/static/swagger"
STYLE, SCRIPT = "swagger-ui.css", "swagger-ui-bundle.js"

START: Final = """
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  validatorUrl: null
});
"""
"""Draws the page. Without the last line Swagger UI lets a stranger's server check the document."""

PAGE: Final = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Lumbung: the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/{STYLE}">
</head>
<body>
<main id="api"></main>
<noscript>This page runs a script. <a href="openapi.json">The same, as JSON</a>.</noscript>
<script src="docs/{SCRIPT}"></script>
<script>{START}</script>
</body>
</html>
"""
"""Its addresses are relative, so that it holds behind a proxy that serves it further down."""


def shown(request: Request) -> Response:
    """Return the page, and tell the browser to run and ask what is ours alone."""
    del request
    digest = base64.b64encode(hashlib.sha256(START.encode()).digest()).decode()
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' 'sha256-{digest}'",
        "style-src": "'self'",
        "img-src": "data:",
        "connect-src": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    told = "; ".join(f"{name} {value}" for name, value in policy.items())
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": told})


def drawing(request: Request) -> Response:
    """Return one of the files that draw the page, which the library is not imported for."""
    library = importlib.metadata.distribution(LIBRARY)
    return FileResponse(str(library.locate_file(f"{FOLDER}/{Path(request.url.path).name}")))


ROUTES: Final = (
    Route(AT, shown, include_in_schema=False),
    *(Route(f"{AT}/{name}", drawing, include_in_schema=False) for name in (STYLE, SCRIPT)),
)
