import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Coding, codingFor } from "./coding.ts";
import { open } from "./guards/keys.ts";

/**
 * Serves a page that was bundled into a folder: `index.html` at `/`, and what is under `assets/`, whose names change with
 * what is in them. Answers false, and serves nothing, where no page was bundled.
 */
export function registerPage(app: FastifyInstance, folder: string | undefined): boolean {
  if (folder === undefined || !existsSync(join(folder, "index.html"))) return false;
  // Read at the start, all of it: files that are bundled anew under a running service would not fit together.
  const index = readAsset(folder, "index.html", { "cache-control": "no-cache", "content-security-policy": policy });
  app.get("/", open, async (request, reply) => send(request, reply, index));
  const assets = join(folder, "assets");
  for (const name of readdirSync(assets).filter((name) => !isCompressed(name))) {
    const asset = readAsset(assets, name, { "cache-control": "public, max-age=31536000, immutable" });
    app.get(`/assets/${name}`, open, async (request, reply) => send(request, reply, asset));
  }
  return true;
}

/** A file, as it is sent. */
interface Asset {
  readonly etag: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly identity: Buffer;
  readonly compressed: ReadonlyMap<Coding, Buffer>;
}

// Nothing may come from, or go to, another host, and no text in the page becomes code or style.
const policy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join("; ");

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The codings that files may have beside them, the smallest first, and how their names end. */
const endings = new Map<Coding, string>([
  ["br", ".br"],
  ["gzip", ".gz"],
]);

function isCompressed(name: string): boolean {
  return [...endings.values()].some((ending) => name.endsWith(ending));
}

function readAsset(folder: string, name: string, headers: Asset["headers"]): Asset {
  const path = join(folder, name);
  const identity = readFileSync(path);
  const compressed = [...endings]
    .filter(([, ending]) => existsSync(`${path}${ending}`))
    .map(([coding, ending]) => [coding, readFileSync(`${path}${ending}`)] as const);
  return {
    etag: createHash("sha256").update(identity).digest("base64url").slice(0, 22),
    type: types[extname(name)] ?? "application/octet-stream",
    headers,
    identity,
    compressed: new Map(compressed),
  };
}

function send(request: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  const coding = codingFor(request.headers["accept-encoding"], [...asset.compressed.keys()]);
  // What is compressed is another representation, which has a tag of its own.
  const etag = `"${asset.etag}${coding === undefined ? "" : `-${coding}`}"`;
  reply.headers({ ...asset.headers, etag, vary: "Accept-Encoding" });
  const known = request.headers["if-none-match"];
  if (known !== undefined && (known === "*" || known.split(",").some((tag) => tag.trim().replace("W/", "") === etag))) {
    return reply.code(304).send();
  }
  if (coding !== undefined) reply.header("content-encoding", coding);
  return reply.type(asset.type).send(coding === undefined ? asset.identity : asset.compressed.get(coding));
}
