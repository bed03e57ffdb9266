"""Whether this service is well, and what it has been doing: health, metrics, the request log.

The log and the metrics name a route, never a query string, a token or a person.
"""

import logging
import time
from collections.abc import Awaitable, Callable

import prometheus_client
from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import CollectorRegistry, Counter, Histogram

from livesell.errors import Busy, LivesellError
from livesell.web.faults import error_response
from livesell.web.security import SAFE_METHODS
from livesell.web.services import SERVICES

log = logging.getLogger("livesell.web.access")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Seconds; the middle is what a person notices, the end is the store's own timeout.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Observer:
    """Counts, times and logs every request, and counts the alarms about payments."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._requests = Counter(
            "livesell_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "livesell_http_seconds",
            "Time to answer a request.",
            ("route",),
            registry=registry,
            buckets=_BUCKETS,
        )
        self._alarms = Counter(
            "livesell_payment_alarms",
            "Payments and refunds that somebody has to look at, by what is wrong with them.",
            ("kind",),
            registry=registry,
        )

    def alarmed(self, kind: str) -> None:
        """One alarm about a payment; its kind is one of a fixed list."""
        self._alarms.labels(kind).inc()

    def middleware(self) -> Middleware:
        @web.middleware
        async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
            started = time.perf_counter()
            response = await handler(request)
            self._record(request, response, time.perf_counter() - started)
            return response

        return observe

    def _record(self, request: web.Request, response: web.StreamResponse, seconds: float) -> None:
        route = _route(request)
        self._requests.labels(_method(request), route, str(response.status)).inc()
        self._seconds.labels(route).observe(seconds)
        log.log(
            _level(request, response), "request method=%s path=%s route=%s status=%d ms=%.1f",
            request.method, request.rel_url.raw_path, route, response.status, seconds * 1000,
        )  # fmt: skip

    async def metrics(self, _request: web.Request) -> web.Response:
        """Everything in this process's registry, in Prometheus' text format."""
        return web.Response(
            body=prometheus_client.generate_latest(self._registry),
            headers={"Content-Type": prometheus_client.CONTENT_TYPE_LATEST},
        )


def _level(request: web.Request, response: web.StreamResponse) -> int:
    """Thousands read; what was changed or went wrong is what one looks for later."""
    if response.status >= 500:
        return logging.WARNING
    is_plain_read = request.method in SAFE_METHODS and response.status < 400
    return logging.DEBUG if is_plain_read else logging.INFO


async def health(_request: web.Request) -> web.Response:
    """The process is up. Whether it can work is `/readyz`'s to say."""
    return web.json_response({"status": "up"})


async def readiness(request: web.Request) -> web.Response:
    """The store answers; 503 while it does not, so that a proxy sends people elsewhere."""
    try:
        round_trip_ms = await request.app[SERVICES].store.ping()
    except LivesellError as error:
        log.warning("not_ready reason=%s", error.code)
        return error_response(
            Busy("not_ready", "The store does not answer. This service is waiting for it.")
        )
    return web.json_response({"status": "ready", "store_ms": round(round_trip_ms, 2)})


def _route(request: web.Request) -> str:
    """The pattern and not the address, so that strangers cannot make up label values."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


def _method(request: web.Request) -> str:
    known = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
    return request.method if request.method in known else "other"
