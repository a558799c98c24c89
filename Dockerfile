# The lesson as an image: docs/doors.md. Its first stage is what .devcontainer needs, too.
FROM node:26-bookworm-slim AS tools
# Debian keeps no old versions that could be named here.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git python3 python3-venv tini \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o node -g node /lesson

FROM tools AS lesson
# The base image's user node.
USER 1000
ENV PIP_NO_CACHE_DIR=1
WORKDIR /lesson
COPY --chown=node:node . .
RUN npm run setup -- packages library \
    && npm run data -- --size 16MB \
    && npm run setup \
    && npm cache clean --force
EXPOSE 8888
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["node", "-e", "fetch('http://localhost:8888/api').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# JupyterLab's processes are this program's children, and get its signals.
ENTRYPOINT ["tini", "-g", "--"]
CMD ["node", "scripts/start.mjs", "--ip=0.0.0.0", "--port=8888", "--no-browser"]
