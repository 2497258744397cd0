# Two images from one resolution: locks/serving.txt is a part of locks/all.txt.
#   docker build --target serving  -t lumbung-serving  .
#   docker build --target training -t lumbung-training .
FROM python:3.12-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MLFLOW_DISABLE_TELEMETRY=true LUMBUNG_HOME=/var/lib/lumbung
# LightGBM is compiled against OpenMP.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /var/lib/lumbung lumbung
WORKDIR /srv

FROM base AS serving
COPY locks/serving.txt locks/
RUN pip install --no-cache-dir --require-hashes --no-deps -r locks/serving.txt
COPY features features
COPY models models
COPY matching matching
COPY audit audit
COPY serving serving
COPY lumbung lumbung
COPY pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --no-deps .
USER lumbung
ENV LUMBUNG_ENVIRONMENT=production
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=3)"]
CMD ["lumbung", "serve", "--host", "0.0.0.0"]

FROM base AS training
COPY locks/all.txt locks/
RUN pip install --no-cache-dir --require-hashes --no-deps -r locks/all.txt
COPY features features
COPY models models
COPY matching matching
COPY audit audit
COPY training training
COPY serving serving
COPY lumbung lumbung
COPY pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --no-deps .
USER lumbung
ENTRYPOINT ["lumbung"]
CMD ["--help"]
