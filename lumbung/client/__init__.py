"""A client of the API, for partners' own programs: typed, and patient with a service that is busy.

    with Client("https://lumbung.example", key) as lumbung:
        decision = lumbung.decisions.apply(application)

Each group of the API's operations is an attribute, each operation a method; both are written from
docs/openapi.json by `make docs`, as are the types of what is sent and answered. Nothing of the
service is needed to use it, and nothing of it is loaded.
"""

from lumbung.client.operations import Client
from lumbung.client.problem import Problem
from lumbung.client.uploading import upload
from lumbung.client.webhooks import verified

__all__ = ["Client", "Problem", "upload", "verified"]
