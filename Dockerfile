# One image for every role: the built front end, compiled texts, daphne. The command decides what it is (docker-compose.yml).
FROM node:24-slim AS app
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
WORKDIR /srv
COPY requirements.txt requirements-s3.txt ./
RUN pip install --no-cache-dir -r requirements.txt -r requirements-s3.txt && useradd --system --uid 10001 trong && install -d -o trong /data
COPY manage.py ./
COPY chatserver/ chatserver/
COPY broadcasts/ broadcasts/
COPY rooms/ rooms/
COPY delivery/ delivery/
COPY registry/ registry/
COPY realtime/ realtime/
COPY --from=app /src/frontend/dist frontend/dist
RUN SECRET_KEY=only-for-this-build-step-never-used-to-serve python manage.py compile_texts && rm -rf /srv/var
USER trong
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]
