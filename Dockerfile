# The image of the peer:
#
#     docker build --tag imagemesh/peer:0.1.0 .
#
# `npm run image` makes one that does the same where there is no registry to get Node from.
FROM node:24-slim AS build
WORKDIR /project
COPY . .
RUN npm run --silent image -- --bundle /bundle

FROM node:24-slim
COPY --from=build /bundle /app
RUN install --directory --owner=10001 --group=10001 /images
USER 10001:10001
EXPOSE 9000/tcp
ENV P2P_IMAGES=/images
ENTRYPOINT ["node", "/app/p2p.mjs"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 CMD ["node", "/app/p2p.mjs", "ping"]
VOLUME /images
WORKDIR /images
STOPSIGNAL SIGTERM
LABEL org.opencontainers.image.title="imagemesh peer" \
      org.opencontainers.image.description="A peer that shares a folder of images with other peers, without a server." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
