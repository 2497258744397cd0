# Two images from one resolution; docs/deploying.md says how to run them.
#   docker build --target serving  -t lumbung-serving:0.1.0  .
#   docker build --target training -t lumbung-training:0.1.0 .
# Python is the one that the tests run on.
FROM python:3.11-slim-bookworm AS base
ENV PATH=/opt/lumbung/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MLFLOW_DISABLE_TELEMETRY=true \
    LUMBUNG_HOME=/var/lib/lumbung
# LightGBM is compiled against OpenMP. Debian's stable release mends it and changes it no further,
# and its old packages leave the archive: a version pinned here would soon not be found.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --create-home --home-dir /var/lib/lumbung lumbung

# What builds stays in these stages: the images hold neither uv nor setuptools. A list of parts is
# not held against CycloneDX's schema here, which takes most of the time: `make release` does.
FROM base AS building
WORKDIR /build
COPY locks/building.txt locks/
RUN python -m venv --without-pip tools \
 && python -m pip --python tools/bin/python install --no-cache-dir --require-hashes --no-deps --requirement locks/building.txt \
 && python -m venv --without-pip /opt/lumbung
ENV UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 UV_PYTHON=/opt/lumbung/bin/python

FROM building AS wheel
COPY pyproject.toml README.md LICENSE ./
COPY features features
COPY models models
COPY matching matching
COPY audit audit
COPY training training
COPY serving serving
COPY lumbung lumbung
RUN tools/bin/uv build --wheel --no-build-isolation --python tools/bin/python --out-dir dist

FROM building AS served
COPY locks/serving.txt locks/
RUN tools/bin/uv pip install --require-hashes --no-deps --requirements locks/serving.txt
COPY --from=wheel /build/dist dist
RUN tools/bin/uv pip install --no-deps dist/*.whl \
 && tools/bin/cyclonedx-py environment --no-validate --output-reproducible --output-file /opt/lumbung/sbom.json /opt/lumbung/bin/python

FROM building AS trained
COPY locks/training.txt locks/
RUN tools/bin/uv pip install --require-hashes --no-deps --requirements locks/training.txt
COPY --from=wheel /build/dist dist
RUN tools/bin/uv pip install --no-deps dist/*.whl \
 && tools/bin/cyclonedx-py environment --no-validate --output-reproducible --output-file /opt/lumbung/sbom.json /opt/lumbung/bin/python

FROM base AS serving
LABEL org.opencontainers.image.title="Lumbung" \
      org.opencontainers.image.description="Credit scoring and loan matching for small businesses: the service" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=served /opt/lumbung /opt/lumbung
ENV LUMBUNG_ENVIRONMENT=production
WORKDIR /var/lib/lumbung
USER 10001:10001
VOLUME /var/lib/lumbung
EXPOSE 8000
HEALTHCHECK --start-period=30s --timeout=6s CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8000, timeout=5); c.request('GET', '/health/ready'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["lumbung", "serve", "--host", "0.0.0.0"]

FROM base AS training
LABEL org.opencontainers.image.title="Lumbung" \
      org.opencontainers.image.description="Credit scoring and loan matching for small businesses: training and MLflow" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=trained /opt/lumbung /opt/lumbung
ENV MPLCONFIGDIR=/tmp/matplotlib
WORKDIR /var/lib/lumbung
USER 10001:10001
VOLUME /var/lib/lumbung
ENTRYPOINT ["lumbung"]
CMD ["--help"]
