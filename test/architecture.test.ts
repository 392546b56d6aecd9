import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { mayImport, mayUse, parts } from "./import-map.ts";

// The rules of import-map.ts, held by reading the import lines.

/** Files of more than 300 lines, and why. */
const longFiles: Readonly<Record<string, string>> = {
  "codegen/schedule.ts": "scheduling is one walk over the nodes, with a case for each form",
  "graph/operator.ts": "nodes, what is said of operators and what makes nodes are one recursive type",
  "operators/families/products.ts":
    "einsum is one operator with its contraction order, and the products are made of it",
};

const src = new URL("../src/", import.meta.url).pathname;
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(src, path), "utf8") }));

test("imports run one way", () => {
  const arrows = files.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((target) => target.startsWith("."))
      .map((target) => ({ path, from: partOf(path), to: join(dirname(path), target) }))
      .filter(({ from, to }) => partOf(to) !== from && !words(mayImport[from]).includes(partOf(to)))
      .map(({ to }) => `${path} → ${to}`),
  );
  expect(arrows).toEqual([]);
});

test("no files import each other in a circle, types included", () => {
  const imports = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter((target) => target.startsWith("."))
        .map((target) => join(dirname(path), target)),
    ]),
  );
  expect(circlesOf(imports)).toEqual([]);
});

test("an operator needs only what is built before it", () => {
  const floors =
    "equation patterns factors kinds cast integers reduction views results several elementwise linear smooth families functions index table".split(
      " ",
    );
  const floorOf = (path: string) => floors.indexOf(path.split("/")[1]!.replace(".ts", ""));
  const upward = files
    .filter(({ path }) => path.startsWith("operators/") && !/kernels|scalar/.test(path))
    .flatMap(({ path, text }) => {
      const targets = importsOf(text).map((target) => join(dirname(path), target));
      const above = targets.filter((target) => target.startsWith("operators/") && floorOf(target) > floorOf(path));
      return [...above.map((target) => `${path} → ${target}`), ...(floorOf(path) < 0 ? [path] : [])];
    });
  expect(upward).toEqual([]);
});

test("packages stay where they belong", () => {
  const arrows = files.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((target) => !target.startsWith(".") && !target.startsWith("node:"))
      .filter((name) => !words(mayUse[partOf(path)]).includes(name))
      .map((name) => `${path} → ${name}`),
  );
  expect(arrows).toEqual([]);
});

test("every part is on the map, above all that it may import", () => {
  const found = new Set(files.map(({ path }) => partOf(path)));
  const order = Object.keys(parts);
  expect([...found].sort()).toEqual([...order].sort());
  expect(Object.keys(mayImport).sort()).toEqual([...order].sort());
  const upward = order.flatMap((part, i) =>
    words(mayImport[part])
      .filter((imported) => order.indexOf(imported) >= i)
      .map((imported) => `${part} → ${imported}`),
  );
  expect(upward).toEqual([]);
});

test("no text becomes code", () => {
  const suspects = files.filter(({ text }) => /\beval\s*\(|\bFunction\s*\(|["']node:vm["']/.test(text));
  expect(suspects.map(({ path }) => path)).toEqual([]);
});

test("files are short, or listed with a reason", () => {
  const long = files.filter(({ text }) => text.trimEnd().split("\n").length > 300);
  expect(long.map(({ path }) => path).sort()).toEqual(Object.keys(longFiles).sort());
});

test("folders hold at most 20 files", () => {
  const counts = Map.groupBy(files, ({ path }) => dirname(path));
  const crowded = [...counts].filter(([, held]) => held.length > 20).map(([folder]) => folder);
  expect(crowded).toEqual([]);
});

/** The sets of files each of which leads to all others of its set, by Tarjan's algorithm; as sorted lines. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[] = [];
  const visit = (file: string) => {
    const number = seen.size;
    seen.set(file, number);
    lowest.set(file, number);
    path.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!seen.has(target)) visit(target);
      if (path.includes(target)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(target)!));
    }
    if (lowest.get(file) !== number) return;
    const circle = path.splice(path.indexOf(file));
    if (circle.length > 1 || imports.get(file)?.includes(file)) circles.push(circle.sort().join(" "));
  };
  for (const file of imports.keys()) visit(file);
  return circles.sort();
}

/** What a file imports or exports from, types included; the formatter puts each `from` on a line that starts so. */
function importsOf(text: string): string[] {
  const lines = /^(?:import|export|\})[^;\n"]*\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...text.matchAll(lines)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

function words(list = ""): string[] {
  return list.split(" ").filter((word) => word !== "");
}

/** The folder under `src/` that a path is in, or the file itself; `..` leads to the root, which has package.json. */
function partOf(path: string): string {
  return path.replace(/^\.\.\//, "").split("/")[0]!;
}
