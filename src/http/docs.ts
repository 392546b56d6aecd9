import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { FastifyInstance, FastifyReply } from "fastify";
import { openApiClientDocument } from "../rpc/documents/client.ts";
import { openApiDocument } from "../rpc/documents/openapi.ts";
import { openRpcDocument } from "../rpc/documents/openrpc.ts";
import type { AnyMethod, DocumentInfo } from "../rpc/documents/schema.ts";
import { documentYaml } from "../rpc/documents/yaml.ts";
import { open } from "./guards/keys.ts";
import { jsonType } from "./problem.ts";

/** Serves the documents made from the methods, and the reference page that shows them. */
export function registerDocs(app: FastifyInstance, methods: readonly AnyMethod[], info: DocumentInfo): void {
  // Each is made when first asked for: a start should not wait for what few will read.
  const openApi = once(() => openApiDocument(methods, info));
  const openApiJson = once(() => JSON.stringify(openApi()));
  const openApiYaml = once(() => documentYaml(openApi()));
  const openApiClientYaml = once(() => documentYaml(openApiClientDocument(openApi())));
  const openRpcJson = once(() => JSON.stringify(openRpcDocument(methods, info)));

  app.get("/openapi.json", open, async (_, reply) => reply.type(jsonType).send(openApiJson()));
  app.get("/openapi.yaml", open, async (_, reply) => reply.type("application/yaml").send(await openApiYaml()));
  app.get("/openapi.client.yaml", open, async (_, reply) =>
    reply.type("application/yaml").send(await openApiClientYaml()),
  );
  app.get("/openrpc.json", open, async (_, reply) => reply.type(jsonType).send(openRpcJson()));
  app.get("/docs", open, async (_, reply) => sendPage(reply, docsPage(info)));
  app.get("/docs/start.js", open, async (_, reply) => reply.type("text/javascript; charset=utf-8").send(startScript));
  for (const [name, type] of assets) {
    // Once, however many clients take their time to receive it.
    const asset = once(() => readAsset(name));
    app.get(`/docs/${name}`, open, async (_, reply) =>
      reply
        .type(type)
        .header("cache-control", "public, max-age=3600")
        .send(await asset()),
    );
  }
}

/** Serves links to all of them at `/`, where no better page does. */
export function registerFront(app: FastifyInstance, info: DocumentInfo): void {
  app.get("/", open, async (_, reply) => sendPage(reply, frontPage(info)));
}

const assets = [
  ["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
  ["swagger-ui.css", "text/css; charset=utf-8"],
  ["favicon-32x32.png", "image/png"],
] as const;

function readAsset(name: string): Promise<Buffer> {
  // Only the files: the plugin itself would serve a document that fastify's routes describe, not ours.
  return readFile(createRequire(import.meta.url).resolve(`@fastify/swagger-ui/static/${name}`));
}

// Nothing may come from, or go to, another host.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").header("content-security-policy", contentSecurityPolicy).send(html);
}

const startScript = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
`;

function docsPage({ title }: DocumentInfo): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: API reference</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
}

function frontPage({ title, version, description }: DocumentInfo): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
</head>
<body>
<h1>${title} ${version}</h1>
<p>${description}</p>
<ul>
<li><a href="/docs">API reference</a></li>
<li><a href="/openapi.yaml">OpenAPI</a> and <a href="/openrpc.json">OpenRPC</a> documents</li>
<li><a href="/readyz">readiness</a> and <a href="/metrics">metrics</a></li>
</ul>
</body>
</html>
`;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
