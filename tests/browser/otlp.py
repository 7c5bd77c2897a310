"""An OpenTelemetry receiver on loopback: OTLP over HTTP in, the data points of every metric out (protobuf)."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality, Metric

KINDS = {"sum": "counter", "gauge": "gauge", "exponential_histogram": "timer", "histogram": "timer"}


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one metric; a timer's is the sum of its `count` times, in its `unit`."""

    name: str
    kind: str
    unit: str
    tags: dict[str, str]
    value: float
    count: int
    delta: bool


class OtlpSink:
    """Takes what is posted to /v1/metrics and keeps its points."""

    def __init__(self) -> None:
        self.heard: list[Point] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                if self.path == "/v1/metrics":
                    sink.heard += points(ExportMetricsServiceRequest.FromString(body))
                answer = ExportMetricsServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def of(self, name: str, **tags: str) -> list[Point]:
        """Return a metric's points with these tags, in the order they came."""
        return [one for one in self.heard if one.name == name and tags.items() <= one.tags.items()]

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def points(request: ExportMetricsServiceRequest) -> Iterator[Point]:
    """Yield every data point of a request."""
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                yield from _of(metric)


def _of(metric: Metric) -> Iterator[Point]:
    kind = metric.WhichOneof("data")
    data = getattr(metric, kind)
    delta = getattr(data, "aggregation_temporality", None) == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
    for point in data.data_points:
        tags = {pair.key: pair.value.string_value for pair in point.attributes}
        timed = KINDS[kind] == "timer"
        value = point.sum if timed else float(getattr(point, point.WhichOneof("value")))
        yield Point(metric.name, KINDS[kind], metric.unit, tags, value, point.count if timed else 1, delta)
