# The one image of the scheduler, the workers, the API server and the dashboard.
FROM python:3.11-slim

ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/var/lib/ics/airflow \
    DO_NOT_TRACK=1 \
    GX_ANALYTICS_ENABLED=false

WORKDIR /opt/ics

# With what pages are printed, and a type of the measures of Arial.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation \
    && rm -rf /var/lib/apt/lists/*

# The environment first: it changes less often than the code. Compiled here, because whoever runs it may not write to it.
COPY requirements.lock ./
RUN pip install --no-cache-dir --root-user-action=ignore "uv>=0.13,<0.14" \
    && uv venv --no-python-downloads "$VIRTUAL_ENV" \
    && uv pip sync --no-cache --compile-bytecode --require-hashes requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY plugins plugins
COPY dags dags
COPY dbt_project dbt_project
COPY expectations expectations
# Editable, because the code looks for dbt_project and expectations beside it. The build backend is in the lock: nothing is fetched.
RUN uv pip install --no-cache --offline --no-deps --no-build-isolation --editable . \
    && python -m compileall -q plugins dags

# A new volume takes over the owner of the folder that it is mounted on. The number is fixed, so that a host can let it read
# the inbox.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin ics \
    && mkdir -p /var/lib/ics/airflow /var/lib/ics/home /var/lib/ics/inbox /var/lib/ics/landing /var/lib/ics/logs \
    && chown -R ics:ics /var/lib/ics
USER ics

CMD ["ics", "--help"]
