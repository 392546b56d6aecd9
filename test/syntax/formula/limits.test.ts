import { describe, expect, test } from "vitest";
import { deadlineExceeded, ServiceError } from "../../../src/errors.ts";
import { Budget } from "../../../src/graph/budget.ts";
import { translateFormula } from "../../../src/syntax/formula/translate.ts";

const limits = { formulaLength: 2 ** 20, formulaDepth: 256, nodes: 1_000_000 };
const million = 2 ** 20;
const many = 2 ** 17;
const timeoutMs = 15_000;

describe("limits hold exactly", () => {
  test("the length is checked before anything else", () => {
    const tight = { ...limits, formulaLength: 5 };
    expect(translateFormula({ expression: "x+y+z" }, tight).document.nodes).toHaveLength(2);
    expect(errorOf("x+y+2z", tight)).toEqual({ limit: "formulaLength", allowed: 5, received: 6 });
  });

  test("nodes under, at and over the limit", () => {
    const tight = { ...limits, nodes: 2 };
    expect(translateFormula({ expression: "x+y" }, tight).document.nodes).toHaveLength(1);
    expect(translateFormula({ expression: "x+y+z" }, tight).document.nodes).toHaveLength(2);
    expect(errorOf("x+y+z+x", tight)).toEqual({ limit: "nodes", allowed: 2, received: 3 });
  });

  test.each([
    ["parentheses", (n: number) => `${"(".repeat(n)}x${")".repeat(n)}`],
    ["calls", (n: number) => `${"f(".repeat(n)}x${")".repeat(n)}`],
    ["minus signs", (n: number) => `${"-".repeat(n)}x`],
    ["powers", (n: number) => `x${"^x".repeat(n)}`],
    ["a mixture", (n: number) => `${"2^f(".repeat(n / 2)}x${")".repeat(n / 2)}`],
  ])("%s under, at and over the depth", (_, nest) => {
    const tight = { ...limits, formulaDepth: 10 };
    expect(() => translateFormula({ expression: nest(8) }, tight)).not.toThrow();
    expect(() => translateFormula({ expression: nest(10) }, tight)).not.toThrow();
    const { line, column, excerpt, ...error } = errorOf(nest(12), tight);
    expect(error).toEqual({ limit: "formulaDepth", allowed: 10, received: 11 });
    expect({ line, excerpt }).toEqual({ line: 1, excerpt: expect.stringMatching(/\^$/) });
    expect(column).toBeGreaterThan(9);
  });

  test("what is closed no longer counts as depth", () => {
    const expression = Array(1000).fill("-(-f(x)^2)^-y^2").join("*");
    expect(() => translateFormula({ expression }, { ...limits, formulaDepth: 5 })).not.toThrow();
  });
});

describe("long formulas take linear time", { timeout: timeoutMs }, () => {
  test("a sum of a million characters", () => {
    const expression = `x${"+x".repeat(million / 2 - 1)}`;
    expect(translateFormula({ expression }, limits).document.nodes).toHaveLength(million / 2 - 1);
  });

  test.each([
    ["one long product", `x${"*x".repeat(many / 2 - 1)}`, many / 2 - 1],
    ["many minus signs apart", `-x${"--x".repeat(many / 3 - 1)}`, 2 * Math.floor(many / 3) - 1],
    ["one call with many arguments", `f(x${",x".repeat(many / 2 - 2)})`, 1],
    [
      "many statements",
      Array.from({ length: 20_000 }, (_, i) => `v${i}=${i > 0 ? `v${i - 1}` : "x"}*x`).join("\n"),
      20_000,
    ],
    ["many aliases", Array.from({ length: 20_000 }, (_, i) => `v${i}=${i > 0 ? `v${i - 1}` : "x"}`).join(";"), 0],
    ["many names like generated ones", Array.from({ length: 10_000 }, (_, i) => `add_at_1_2_${i}=2`).join(";"), 0],
    ["one long row of comparisons", `x${"<x".repeat(many / 2 - 1)}`, many - 3],
    ["a long array", `[${"1,".repeat(many / 2 - 2)}1]`, 0],
    ["a long stack", `[${"x,".repeat(many / 2 - 2)}x]`, 1],
    ["many indices", `x${"[0]".repeat(40_000)}`, 40_000],
    ["many transposes", `x${"'".repeat(many - 1)}`, many - 1],
    ["many shapes", `x${".shape".repeat(20_000)}`, 20_000],
    ["a long comment", `x#${"(".repeat(many - 2)}`, 0],
    ["a long text", `einsum("${"i".repeat(many - 12)}",x)`, 1],
    ["many choices", `${"x if x else ".repeat(200)}x`, 200],
    ["blank lines", `${"\n".repeat(many - 1)}x`, 0],
    ["a long number", `.${"3".repeat(many - 1)}`, 0],
  ])("%s", (_, expression, nodes) => {
    expect(translateFormula({ expression }, limits).document.nodes).toHaveLength(nodes);
  });

  test.each([
    ["open parentheses", "(".repeat(many), "formulaDepth"],
    ["open calls", "f(".repeat(many / 2), "formulaDepth"],
    ["open arrays", "[".repeat(many), "formulaDepth"],
    ["open indices", "x[".repeat(many / 2), "formulaDepth"],
    ["open bars", "| ".repeat(many / 2), "formulaDepth"],
    ["open choices", "x if ".repeat(many / 5), "formulaDepth"],
    ["choices in a row", `${"x if x else ".repeat(many / 12)}x`, "formulaDepth"],
    ["words for not", "not ".repeat(many / 4), "formulaDepth"],
    ["nested empty arrays", `${"[".repeat(40)}${"]".repeat(40)}`, "line 1, column 8: arrays nest at most 32 deep"],
    ["quotes", '"'.repeat(many - 1), `line 1, column ${many - 1}: this text has no end`],
    ["backticks", "`".repeat(many), "line 1, column 1: "],
    ["colons", `x[${":".repeat(many - 2)}`, "line 1, column 5: "],
    ["bars", "|".repeat(many), "line 1, column 1: "],
    ["hashes", "#".repeat(many), `line 1, column ${many + 1}: `],
    ["minus signs", "-".repeat(million), "formulaDepth"],
    ["powers", `x${"^x".repeat(many / 2 - 1)}`, "formulaDepth"],
    ["negative powers", `x${"^-x".repeat(many / 3 - 1)}`, "formulaDepth"],
    ["plus signs", "+".repeat(many), `line 1, column ${many + 1}: `],
    ["closing parentheses", ")".repeat(many), "line 1, column 1: "],
    ["digits", "9".repeat(many), "line 1, column 1: "],
    ["letters", "x".repeat(many), "line 1, column 1: "],
    ["dots", ".".repeat(many), `line 1, column ${many - 1}: `],
    ["commas", `f(${",".repeat(many - 2)}`, "line 1, column 3: "],
    ["equals signs", "=".repeat(many), "line 1, column 1: "],
    ["semicolons", ";".repeat(many), `line 1, column ${many + 1}: `],
    ["unnamed statements", "x;".repeat(many / 2), "line 1, column 1: "],
    ["NUL characters", "\0".repeat(many), "line 1, column 1: "],
    ["emoji", "😀".repeat(many / 2), "line 1, column 1: "],
    ["lone surrogates", "\udc00".repeat(many), "line 1, column 1: "],
    ["combining marks", `x${"\u0301".repeat(many - 1)}`, "line 1, column 2: "],
    ["bidirectional overrides", "\u202ex", "line 1, column 1: "],
  ])("many %s give a clear error", (_, expression, where) => {
    expect(JSON.stringify(errorOf(expression, limits))).toContain(where);
  });

  test("nesting is no call depth, whatever the limit", () => {
    const deep = { ...limits, formulaDepth: 1e9 };
    const n = 100_000;
    expect(translateFormula({ expression: `${"(".repeat(n)}x${")".repeat(n)}` }, deep).document.nodes).toHaveLength(0);
    expect(translateFormula({ expression: `${"-".repeat(n)}x` }, deep).document.nodes).toHaveLength(n);
    expect(translateFormula({ expression: `x${"^x".repeat(n)}` }, deep).document.nodes).toHaveLength(n);
    expect(translateFormula({ expression: `${"f(".repeat(n)}x${")".repeat(n)}` }, deep).document.nodes).toHaveLength(n);
  });
});

function errorOf(expression: string, given: typeof limits): ServiceError["data"] {
  try {
    translateFormula({ expression }, given);
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError);
    expect((error as ServiceError).message.length).toBeLessThan(400);
    return (error as ServiceError).data;
  }
  throw new Error("nothing was thrown");
}

test("a formula is read within its time", () => {
  const budget = new Budget(performance.now() - 1, 50);
  const expression = new Array(100_000).fill("x").join("+");
  expect(() => translateFormula({ expression }, limits, budget)).toThrow("the call did not finish within 50 ms");
  expect(translateFormula({ expression }, limits, Budget.unlimited()).document.nodes).toHaveLength(99_999);
});

test("a formula of 300,000 terms looks at its time often enough, and no more of it is read when that is over", () => {
  const terms = 300_000;
  const expression = new Array(terms).fill("x").join("+");
  const termsPerLookMax = 20_000;
  const all = new Looking(Number.POSITIVE_INFINITY);
  expect(translateFormula({ expression }, limits, all).document.nodes).toHaveLength(terms - 1);
  expect(all.looks).toBeGreaterThanOrEqual(terms / termsPerLookMax);
  for (const last of [1, Math.floor(all.looks / 2), all.looks]) {
    const budget = new Looking(last);
    expect(() => translateFormula({ expression }, limits, budget)).toThrow("the call did not finish within 100 ms");
    expect(budget.looks).toBe(last);
  }
});

/** A budget whose time is over at a certain look at the clock, whatever the machine does. */
class Looking extends Budget {
  looks = 0;
  private readonly last: number;

  constructor(last: number) {
    super(Number.POSITIVE_INFINITY, 100);
    this.last = last;
  }

  override check(): void {
    super.check();
    this.looks++;
    if (this.looks >= this.last) throw deadlineExceeded(this.timeoutMs);
  }
}
