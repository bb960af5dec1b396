# Compiles with all packages, ships with those that production needs: no compiler, no embedded PostgreSQL.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The install scripts belong to the embedded PostgreSQL, which this image does without.
RUN npm ci --omit=optional --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:22-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY bin bin
COPY plans plans
# The one folder that it may write to.
RUN mkdir data && chown node:node data && ln -s /app/bin/mithaq.js /usr/local/bin/mithaq
USER node
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# More room for what is soon forgotten: a tenth less processor for a large answer.
CMD ["node", "--max-semi-space-size=32", "dist/src/main.js"]
