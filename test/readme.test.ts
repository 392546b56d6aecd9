import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../src/config.ts";
import { buildApp } from "../src/http/app.ts";
import { methods } from "../src/methods/index.ts";
import { standard } from "../src/methods/schemas/examples.ts";
import { alone } from "./support/alone.ts";

// The examples of each document for people, run one after the other against one service, as a reader would. A block of
// `curl` is followed by its answer, or by a member of it that jq picks; a block of `js` is a script, followed by what
// it prints; a block of JSON on its own is the standard example as a graph.

const root = new URL("../", import.meta.url).pathname;
const names = globSync(["*.md", "docs/**/*.md"], { cwd: root }).sort();
const documents = new Map(names.map((name) => [name, readFileSync(join(root, name), "utf8")]));

describe.for([...documents])("%s", ([name, document]) => {
  const blocks = [...document.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language, 2: text, index }) => ({
    language,
    text: text!,
    line: document.slice(0, index).split("\n").length,
  }));
  const withAnswer = blocks.map((block, i) => ({ ...block, before: blocks[i - 1], answer: blocks[i + 1] }));
  const isCurl = (block: { text: string } | undefined) => block?.text.startsWith("curl ") === true;
  const dataDir = join(tmpdir(), `cotangent-test-${randomUUID()}`);
  const config = readConfig({ DATA_DIR: dataDir, DISK_FREE_BYTES: "0" });
  const { dispatch, jobs } = alone(config);
  const app = buildApp({ config, methods, dispatch, jobs });
  afterAll(async () => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  test.for(withAnswer.filter(isCurl))(`${name}:$line answers what it shows`, async ({ text, answer }) => {
    const command = /^curl -s http:\/\/127\.0\.0\.1:3000(\/\S+) -d '([^']*)'(?: \| jq( -r)? \.(\w+))?\s*$/;
    const [, path, payload, isRaw, member] = command.exec(text)!;
    expect(answer?.language).toBe(isRaw ? "text" : "json");
    const { body } = await app.inject({ method: "POST", url: path!, payload: payload! });
    const whole = JSON.parse(body);
    const actual = member === undefined ? whole : whole[member];
    if (isRaw) expect(withoutTimes(actual.trimEnd())).toBe(withoutTimes(answer!.text.trimEnd()));
    else expectShown(actual, JSON.parse(answer!.text));
  });

  test.for(withAnswer.filter(({ language }) => language === "js"))(
    `${name}:$line prints what it shows`,
    async ({ text, answer }) => {
      const address = app.server.listening ? app.listeningOrigin : await app.listen({ host: "127.0.0.1", port: 0 });
      const script = text.replaceAll("http://127.0.0.1:3000", address);
      const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
      expect((await run).stdout).toBe(answer!.text);
    },
  );

  test.for(withAnswer.filter(({ language, before }) => language === "json" && !isCurl(before)))(
    `${name}:$line is a graph, the standard example`,
    async ({ text }) => {
      const payload = { graph: JSON.parse(text) };
      const { body } = await app.inject({ method: "POST", url: "/v1/graph.put", payload });
      expect(JSON.parse(body).graph).toBe(standard.id);
    },
  );

  test("links lead to files and sections that are there", () => {
    const broken = [...document.matchAll(/\]\(([^)]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !target.startsWith("https:"))
      .filter((target) => {
        const [path, anchor] = target.split("#");
        const file = path === "" ? name : join(dirname(name), path!);
        const isThere = existsSync(join(root, file));
        return !isThere || (anchor !== undefined && !anchorsOf(documents.get(file)!).has(anchor));
      });
    expect(broken).toEqual([]);
  });

  test("files that are named are there", () => {
    const named = [...document.matchAll(/`((?:src|test|load|docs)\/[\w./-]*)`/g)].map(([, path]) => path!);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test.for([
  ["README.md", 12_000],
  ["ARCHITECTURE.md", 10_000],
] as const)("%s is short enough to be read whole", ([name, bytes]) => {
  expect(Buffer.byteLength(documents.get(name)!)).toBeLessThanOrEqual(bytes);
});

/** What GitHub makes of the headings of a document. */
function anchorsOf(document: string): Set<string> {
  const titles = [...document.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!.toLowerCase());
  return new Set(titles.map((title) => title.replaceAll(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-")));
}

/** A table with all times alike. */
function withoutTimes(table: string): string {
  return table.replaceAll(/ *\d+\.\d+ ms/g, "   0.000 ms");
}

/** Compares whole answers; a shown string that ends in `…` was cut, and numbers may differ in the last digits. */
function expectShown(actual: unknown, shown: unknown, path = "$"): void {
  if (typeof shown === "string" && shown.endsWith("…")) {
    expect(String(actual).slice(0, shown.length - 1), path).toBe(shown.slice(0, -1));
  } else if (typeof shown === "number" && typeof actual === "number") {
    expect(Math.abs(actual - shown), path).toBeLessThanOrEqual(1e-13 * Math.abs(shown));
  } else if (typeof shown === "object" && shown !== null && typeof actual === "object" && actual !== null) {
    expect(Object.keys(actual), path).toEqual(Object.keys(shown));
    for (const [key, value] of Object.entries(shown)) {
      expectShown((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
    }
  } else expect(actual, path).toBe(shown);
}
