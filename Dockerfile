# The dependencies are fetched apart from the sources, so that a change of the sources fetches nothing.
FROM node:26.10.0-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages only bring a Node of their own, which the image has.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

# The page is bundled apart, as what bundles it is not needed to serve it.
FROM node:26.10.0-slim AS page
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY openapi.d.ts ./
COPY src ./src
RUN node src/bundle.ts

FROM node:26.10.0-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=page /app/dist ./dist
COPY package.json package-lock.json LICENSE ./
COPY src ./src
# What the image is made of, for whoever has to know.
RUN npm sbom --sbom-format cyclonedx --omit dev --omit optional > sbom.json
# What the service may write to: its data, and the keys that are made at the first start.
RUN mkdir /data /keys /metrics-key /database-password && chown node:node /data /keys /metrics-key /database-password
USER node
EXPOSE 3000
# The certificate, if there is one, is of another name than that by which it is asked here.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = 0; fetch(`http${process.env.TLS_CERT ? 's' : ''}://127.0.0.1:${process.env.PORT}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm or a shell, so that SIGTERM reaches the service and it can drain.
CMD ["node", "src/main.ts"]
