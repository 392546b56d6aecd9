import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../src/config.ts";
import { errorTypes } from "../src/errors.ts";
import { buildApp } from "../src/http/app.ts";
import { createContext } from "../src/methods/context.ts";
import { standard } from "../src/methods/examples.ts";
import { methods } from "../src/methods/index.ts";

// The README's examples, run one after the other against one service, as a reader would. A block of `curl` is followed by
// its answer, or by a member of it that jq picks; a block of JSON on its own is a graph.

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language, 2: text, index }) => ({
  language,
  text: text!,
  line: readme.slice(0, index).split("\n").length,
}));
const config = readConfig();
const app = buildApp({ config, methods, context: createContext(config) });
afterAll(() => app.close());

const isCurl = (block: { text: string } | undefined) => block?.text.startsWith("curl ") === true;

test.for(blocks.flatMap((block, i) => (isCurl(block) ? [{ ...block, answer: blocks[i + 1] }] : [])))(
  "README.md:$line answers what it shows",
  async ({ text, answer }) => {
    const command = /^curl -s http:\/\/127\.0\.0\.1:3000(\/\S+) -d '([^']*)'(?: \| jq( -r)? \.(\w+))?\s*$/;
    const [, path, payload, isRaw, member] = command.exec(text)!;
    expect(answer?.language).toBe(isRaw ? "text" : "json");
    const { body } = await app.inject({ method: "POST", url: path!, payload: payload! });
    const whole = JSON.parse(body);
    const actual = member === undefined ? whole : whole[member];
    if (isRaw) expect(withoutTimes(`${actual}\n`)).toBe(withoutTimes(answer!.text));
    else expectShown(actual, JSON.parse(answer!.text));
  },
);

test.for(blocks.filter((block, i) => block.language === "json" && !isCurl(blocks[i - 1])))(
  "README.md:$line is a graph, the standard example",
  async ({ text }) => {
    const payload = { graph: JSON.parse(text) };
    const { body } = await app.inject({ method: "POST", url: "/v1/graph.put", payload });
    expect(JSON.parse(body).graph).toBe(standard.id);
  },
);

test("the table of errors is the table of errors", () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` \| (-\d+) \| (\d+) \|/gm)].map((row) => row.slice(1));
  const declared = Object.entries(errorTypes).map(([type, { code, status }]) => [type, String(code), String(status)]);
  expect(rows).toEqual(declared);
});

test("links to files and sections lead somewhere", () => {
  const anchors = new Set(
    [...readme.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!.toLowerCase().replaceAll(" ", "-")),
  );
  for (const [, target] of readme.matchAll(/\]\(([^)]+)\)/g)) {
    if (target!.startsWith("#")) expect(anchors).toContain(target!.slice(1));
    else expect(() => readFileSync(new URL(`../${target}`, import.meta.url))).not.toThrow();
  }
});

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
