# syntax=docker/dockerfile:1
# The application image: rooms, demo place and built assets, run by an unprivileged user.
#
# Base images are named by tag here; a release build passes the digest it was tested with:
#   docker build --build-arg PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:... \
#                --build-arg NODE_IMAGE=node:22-bookworm-slim@sha256:... .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG NODE_IMAGE=node:22-bookworm-slim

# What the viewer, the FHIR check and the passport take from npm. Node itself does not reach the image.
FROM ${NODE_IMAGE} AS npm
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --loglevel=error

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/build && python -m venv /opt/carerecord
COPY requirements/build.txt requirements/run.txt requirements/
RUN /opt/build/bin/pip install --require-hashes -r requirements/build.txt \
 && /opt/carerecord/bin/pip install --require-hashes -r requirements/run.txt
COPY . .
COPY --from=npm /src/node_modules node_modules
# The wheel is made from the tree with its assets, by the hatchling of the lock; no other file is installed.
RUN /opt/carerecord/bin/python assets/build.py \
 && /opt/build/bin/python -m hatchling build -t wheel -d /tmp/wheel \
 && /opt/carerecord/bin/pip install --no-deps /tmp/wheel/carerecord-*.whl

FROM ${PYTHON_IMAGE}
# A fixed number, so that volume rights and a cluster's non-root rule can name it.
RUN groupadd --system --gid 10001 carerecord \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin carerecord \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/carerecord
COPY --from=build /opt/carerecord /opt/carerecord
# The demo place is no part of the wheel; it lies beside it, where its module is found.
COPY demo /opt/place/demo
ENV PATH=/opt/carerecord/bin:$PATH \
    PYTHONPATH=/opt/place \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CARERECORD_HOME=/var/lib/carerecord \
    CARERECORD_HOST=0.0.0.0
WORKDIR /var/lib/carerecord
VOLUME ["/var/lib/carerecord"]
USER 10001:10001
EXPOSE 8080 2575
# /health/live, not /health/ready: a database that is away is no reason to kill the process.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health/live', timeout=2)"]
ENTRYPOINT ["carerecord"]
CMD ["serve"]
