# One image for web, worker, beat and relay; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 portal \
    && install -d -o portal -g portal -m 0700 /data

WORKDIR /portal
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
ENV PYTHONUNBUFFERED=1 PORTAL_DATA_DIR=/data PORTAL_STATIC_ROOT=/portal/collected-static
RUN python manage.py collectstatic --no-input && chmod -R a+rX /portal/collected-static
USER portal
