import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

// The import map of ARCHITECTURE.md, held by reading the import lines.

/** What each part of `src/` may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "errors.ts": [],
  "config.ts": ["package.json"],
  graph: ["errors.ts", "config.ts"],
  operators: ["graph"],
  syntax: ["errors.ts", "config.ts", "graph", "operators"],
  notation: ["graph", "syntax"],
  transforms: ["graph", "operators"],
  simplify: ["graph", "operators"],
  sparse: ["errors.ts", "graph", "operators"],
  wasm: [],
  codegen: ["wasm", "graph", "operators"],
  engine: [
    "errors.ts",
    "config.ts",
    "graph",
    "operators",
    "syntax",
    "notation",
    "transforms",
    "simplify",
    "sparse",
    "codegen",
  ],
  rpc: ["errors.ts"],
  methods: [
    "errors.ts",
    "config.ts",
    "graph",
    "operators",
    "syntax",
    "notation",
    "transforms",
    "simplify",
    "sparse",
    "engine",
    "rpc",
  ],
  "compile-cache.ts": [],
  pool: ["errors.ts", "config.ts", "engine", "rpc"],
  http: ["errors.ts", "config.ts", "rpc", "pool"],
  "service.ts": ["config.ts", "engine", "methods", "pool"],
  "worker.ts": ["engine", "methods", "pool"],
  "warm-up.ts": ["config.ts", "methods", "rpc"],
  "main.ts": ["config.ts", "http", "methods", "service.ts", "warm-up.ts"],
  "generate.ts": ["config.ts", "methods", "operators", "rpc"],
};

/** The packages that each part may import; Node's own modules aside. */
const packages: Readonly<Record<string, readonly string[]>> = {
  "config.ts": ["zod"],
  engine: ["lru-cache"],
  rpc: ["zod", "yaml"],
  methods: ["zod"],
  pool: ["piscina"],
  http: ["fastify", "pino", "prom-client"],
  "main.ts": ["pino"],
};

/** Files of more than 300 lines, and why. */
const longFiles: Readonly<Record<string, string>> = {
  "operators/structure.ts": "the views and copies that all structure is made of, whose rules are written in each other",
  "operators/products.ts": "einsum is one operator with its contraction order, and the products are made of it",
  "operators/reductions.ts": "a dozen operators of one family, whose rules are written in each other",
};

const src = new URL("../src/", import.meta.url).pathname;
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(join(src, path), "utf8") }));

test("imports run one way", () => {
  const arrows = files.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((target) => target.startsWith("."))
      .map((target) => ({ path, from: partOf(path), to: join(dirname(path), target) }))
      .filter(({ from, to }) => partOf(to) !== from && !mayImport[from]?.includes(partOf(to)))
      .map(({ to }) => `${path} → ${to}`),
  );
  expect(arrows).toEqual([]);
});

test("packages stay where they belong", () => {
  const arrows = files.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((target) => !target.startsWith(".") && !target.startsWith("node:"))
      .filter((name) => !packages[partOf(path)]?.includes(name))
      .map((name) => `${path} → ${name}`),
  );
  expect(arrows).toEqual([]);
});

test("every part is on the map", () => {
  const parts = new Set(files.map(({ path }) => partOf(path)));
  expect([...parts].sort()).toEqual(Object.keys(mayImport).sort());
});

test("no text becomes code", () => {
  const suspects = files.filter(({ text }) => /\beval\s*\(|\bFunction\s*\(|["']node:vm["']/.test(text));
  expect(suspects.map(({ path }) => path)).toEqual([]);
});

test("files are short, or listed with a reason", () => {
  const long = files.filter(({ text }) => text.trimEnd().split("\n").length > 300);
  expect(long.map(({ path }) => path).sort()).toEqual(Object.keys(longFiles).sort());
});

/** What a file imports or exports from, types included; the formatter puts each `from` on a line that starts so. */
function importsOf(text: string): string[] {
  const lines = /^(?:import|export|\})[^;\n"]*\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...text.matchAll(lines)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

/** The folder under `src/` that a path is in, or the file itself; `..` leads to the root, which has package.json. */
function partOf(path: string): string {
  return path.replace(/^\.\.\//, "").split("/")[0]!;
}
