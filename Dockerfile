# Two stages: build one static binary, ship it alone. Works with Docker's classic builder.
FROM debian:bookworm-slim AS builder
WORKDIR /src
# The set-up first and alone: its layer lasts until scripts/setup or what it needs changes. It takes the reviewed versions or none.
COPY scripts/setup scripts/sources.sh scripts/sources.tsv scripts/
COPY orm/js/package.json orm/js/package-lock.json orm/js/
# Where the network has a certificate authority of its own, its PEM: npm asks over HTTPS.
ARG AUTHORITIES=
# A snapshot archive of Debian other than snapshot.debian.org.
ARG PGFENCE_DEBIAN_SNAPSHOT=
RUN printf %s "$AUTHORITIES" > /authorities.pem && \
    NODE_EXTRA_CA_CERTS=${AUTHORITIES:+/authorities.pem} scripts/setup --locked && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY . .
RUN cmake --workflow --preset release && cmake --build --preset release --target third_party && mkdir -m 1777 /empty

FROM scratch
LABEL org.opencontainers.image.title="pgfence" \
      org.opencontainers.image.description="Reviews PostgreSQL migrations for locks, rewrites and breakage" \
      org.opencontainers.image.licenses="MIT"
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# Scratch space: commits that a shallow checkout lacks are fetched there, never into the workspace.
COPY --from=builder /empty /tmp
COPY --from=builder /src/build/release/third-party-notices.txt.gz /src/build/release/sbom.json /
COPY --from=builder /src/build/release/pgfence /pgfence
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
# No USER: GitHub's runner mounts a workspace owned by uid 1001 and files for outputs and summary that only root can
# write from in here, and its documentation asks container actions to run as root. There is no shell or other program
# in this image. For use elsewhere: docker run --user "$(id -u)" works.
ENTRYPOINT ["/pgfence"]
