import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { examples } from "../../src/playground/examples/index.ts";
import { fragmentOf } from "../../src/playground/state/link.ts";
import { choose, eventually, pages, type, valuesOf } from "./pages.ts";

// What stands beside the graph, in a real browser.

const { open, origin } = pages();
const run = promisify(execFile);

const tab = (page: Page, name: string) => page.getByRole("tab", { name }).click();

describe("the Jacobian", () => {
  test("has a cell for each entry, and the sweep that found it", async () => {
    const page = await open();
    await tab(page, "Jacobian");
    await eventually(() =>
      page.locator("[data-entry]").evaluateAll((all) => all.map((cell) => cell.textContent)),
    ).toEqual(["5.5", "1.72"]);
    await page.getByRole("slider", { name: "Column" }).fill("1");
    await eventually(() => page.getByTestId("entry").textContent()).toContain(
      "∂y / ∂x2 = 1.716337815 · reverse sweep 1 of 1",
    );
    expect(await page.getByTestId("why").textContent()).toBe(
      "auto took reverse, 1 pass: the next, forward, would take 103 operations.",
    );
    await page.getByLabel("Mode").selectOption("forward");
    await eventually(() => page.getByTestId("entry").textContent()).toContain("forward sweep 2 of 2");
  });

  test("of a band is coloured, and compressed to as many columns as it has colours", async () => {
    const page = await open();
    await choose(page, "A sparse Jacobian");
    const columns = () =>
      page
        .locator("[data-entry]")
        .evaluateAll((cells) => new Set(cells.map((cell) => cell.getAttribute("style")?.split(",")[0])).size);
    await eventually(columns).toBe(12);
    await eventually(() => page.getByTestId("why").textContent()).toContain("auto took forward, by colour, 3 passes");
    await page.getByRole("button", { name: "Compress by colours" }).click();
    await eventually(columns).toBe(3);
  });

  test("of an arrow takes sweeps of both directions", async () => {
    const page = await open();
    await choose(page, "An arrow");
    await eventually(() => page.getByTestId("why").textContent()).toContain("auto took both, by colour");
    await page.getByRole("slider", { name: "Column" }).fill("9");
    await eventually(() => page.getByTestId("entry").textContent()).toContain(
      "∂f0 / ∂x9 = −0.25 · reverse sweep 1 of 1",
    );
    await page.getByRole("slider", { name: "Row" }).fill("9");
    await eventually(() => page.getByTestId("entry").textContent()).toContain("forward sweep");
  });
});

test("the four ways are compared, and differences have their V above automatic differentiation", async () => {
  const page = await open();
  await tab(page, "Four ways");
  const names = page.getByTestId("compare").locator("tbody th");
  await eventually(() => names.count()).toBe(6);
  expect(await names.last().textContent()).toContain("reference");
  await eventually(() => page.locator("[data-scheme]").count()).toBe(3);
  const label = await page.getByTestId("error-plot").getAttribute("aria-label");
  const best = [...label!.matchAll(/best (\S+),/g)].map(([, error]) => Number(error!.replace("−", "-")));
  expect(best.length).toBe(3);
  expect(Math.max(...best)).toBeLessThan(1e-6);
  expect(Math.min(...best)).toBeGreaterThan(1e-14);
});

describe("the plot", () => {
  test("has a tangent line at a point that can be dragged", async () => {
    const page = await open();
    await tab(page, "Plot");
    const curve = page.getByTestId("curve");
    await eventually(() => page.getByTestId("tangent").textContent()).toContain("∂y/∂x1 = 5.5");
    const { x, y, width, height } = (await curve.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * (430 / 440) + 20, y + height / 2, { steps: 3 });
    await page.mouse.up();
    await eventually(() => page.getByRole("textbox", { name: "x1, value" }).inputValue()).toBe("10");
    await eventually(() => page.getByTestId("tangent").textContent()).toContain("∂y/∂x1 = 5.1");
  });

  test("of two inputs has contours and gradients", async () => {
    const page = await open();
    await choose(page, "Rosenbrock's valley");
    await tab(page, "Plot");
    await page.getByRole("combobox", { name: "and" }).selectOption("y");
    await eventually(() => page.getByTestId("map").locator(".contour").count()).toBe(14);
    expect((await page.locator(".arrows").getAttribute("d"))!.length).toBeGreaterThan(1000);
  });
});

test("derivatives are set as mathematics, by fonts of the page's own", async () => {
  const page = await open();
  await tab(page, "Formulas");
  await eventually(() => page.locator(".katex").count()).toBe(2);
  expect(await page.locator(".formula-source code").first().textContent()).toBe("x2 + 1 / x1");
});

describe("a call that is copied", () => {
  const copied = async (page: Page, language: string) => {
    await tab(page, "Call it");
    await page.getByRole("button", { name: language, exact: true }).click();
    await page.getByRole("button", { name: "Copy the call" }).click();
    await page.getByText("Copied").waitFor();
    return page.evaluate<string>("navigator.clipboard.readText()");
  };
  const permissions = { permissions: ["clipboard-read", "clipboard-write"] };
  const gradient = { y: { x1: 5.5, x2: 1.7163378145367738 } };

  test("runs in a shell", async () => {
    const page = await open("/", permissions);
    const { stdout } = await run("sh", ["-c", await copied(page, "curl")]);
    expect(JSON.parse(stdout).jacobian).toEqual(gradient);
  });

  test("runs as JavaScript", async () => {
    const page = await open("/", permissions);
    const script = await copied(page, "JavaScript");
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script]);
    expect(JSON.parse(stdout)).toEqual(gradient);
  });

  test("is of what is on the page", async () => {
    const page = await open("/", permissions);
    await page.getByRole("textbox", { name: "x1, value" }).fill("4");
    await tab(page, "Call it");
    await page.getByLabel("Method").selectOption("gradient");
    await eventually(() => page.getByTestId("snippet").textContent()).toContain('"inputs": {"x1": 4, "x2": 5}');
    const { stdout } = await run("sh", ["-c", await copied(page, "curl")]);
    expect(JSON.parse(stdout).gradient.x1).toBe(5.25);
  });
});

test("a link holds all that is set, and nothing is asked of the server for it", async () => {
  const page = await open("/", { permissions: ["clipboard-read", "clipboard-write"] });
  await type(page, "y = x^3 + b");
  await page.getByRole("textbox", { name: "x, value" }).fill("2");
  await page.getByRole("button", { name: "Forward" }).click();
  await page.getByRole("button", { name: "Seed x" }).click();
  await page.getByRole("textbox", { name: "x, seed" }).fill("0.5");
  await tab(page, "Jacobian");
  await eventually(async () => (await valuesOf(page)).y).toEqual(["9", "6"]);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("Copied").waitFor();
  const link = await page.evaluate<string>("navigator.clipboard.readText()");
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#s=[\w-]{100,500}$/);
  const other = await open(link.slice(origin().length));
  await eventually(async () => (await valuesOf(other)).y).toEqual(["9", "6"]);
  expect(await other.getByRole("tab", { name: "Jacobian" }).getAttribute("aria-selected")).toBe("true");
});

describe("the two forms", () => {
  test("stand side by side, and either can be typed in", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Both" }).click();
    const json = page.getByTestId("editor-json").locator(".cm-content");
    await eventually(() => json.textContent()).toContain('{"id": "v2", "op": "multiply", "args": ["x1", "x2"]}');
    await type(page, '{"inputs":[{"name":"a"}],"nodes":[{"id":"b","op":"exp","args":["a"]}],"outputs":["b"]}', "json");
    await eventually(() => page.getByTestId("editor-formula").locator(".cm-content").textContent()).toBe("b = exp(a)");
    await type(page, "b = a * a");
    await eventually(() => json.textContent()).toContain('{"id": "b", "op": "multiply", "args": ["a", "a"]}');
  });

  test("of a formula that says much in few words is the graph that the service made of it", async () => {
    const page = await open();
    await type(page, "y = x[0] * |x[-1]|");
    await page.getByRole("textbox", { name: "x, value" }).fill("[2, 3, -4]");
    await eventually(async () => (await valuesOf(page)).x?.[0]).toBe("3 numbers: 2, 3, -4");
    await page.getByRole("button", { name: "Both" }).click();
    const json = page.getByTestId("editor-json").locator(".cm-content");
    await eventually(() => json.textContent()).toContain('"op": "multiply"');
    expect(await json.textContent()).toContain('"shape": [3]');
  });

  test("of JSON tells where it is wrong", async () => {
    const page = await open();
    await page.getByRole("button", { name: "JSON" }).click();
    await type(page, '{"inputs":[{"name":"a"}],"nodes":[{"id":"b","op":"lag","args":["a"]}],"outputs":["b"]}', "json");
    await eventually(() => page.locator(".cm-lintRange-error").textContent()).toBe('"b"');
    await type(page, '{"inputs":[', "json");
    await eventually(() => page.getByTestId("problem").textContent()).toContain("JSON");
  });
});

describe("the drawing", () => {
  test("is saved as SVG and as PNG", async () => {
    const page = await open();
    const folder = mkdtempSync(join(tmpdir(), "drawing-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const save = async (form: string) => {
      const waiting = page.waitForEvent("download");
      await page.getByRole("button", { name: `Download the graph as ${form}` }).click();
      const path = join(folder, form);
      await (await waiting).saveAs(path);
      return readFileSync(path);
    };
    const svg = (await save("SVG")).toString();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /);
    for (const text of ["11.6521", "5.5", "1.71634", "sin"]) expect(svg).toContain(`>${text}</text>`);
    const png = await save("PNG");
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.length).toBeGreaterThan(5000);
  });

  test("of 500 steps is folded, and follows the step", async () => {
    const page = await open();
    await choose(page, "A graph of 500 steps");
    await eventually(() => page.getByTestId("step").textContent()).toBe("831 / 831");
    await eventually(() => page.locator(".node.folded").count()).toBe(166);
    await page.getByLabel("Step", { exact: true }).fill("400");
    const seen = async () => {
      const now = await page.locator(".node.now .body").boundingBox();
      const frame = (await page.locator(".graph-frame").boundingBox())!;
      return now !== null && now.x >= frame.x && now.x + now.width <= frame.x + frame.width;
    };
    await eventually(seen).toBe(true);
  });

  test("of 5,000 nodes is folded, says what is left out, and can be gone through", async () => {
    const lines = Array.from({ length: 1700 }, (_, i) => `x${i + 1} = sin(x${i}) + 0.5 * x${i}`);
    const { session } = examples[0]!;
    const long = { ...session, source: { form: "formula" as const, text: lines.join("\n") }, inputs: {} };
    const page = await open(`/${await fragmentOf(long)}`);
    await eventually(() => page.locator(".function .verdict").textContent()).toBe("5100 steps, 1 input, 1 output");
    await eventually(() => page.getByTestId("left-out").textContent()).toContain("400 of 1701 nodes are drawn");
    expect(await page.locator(".graph-card .verdict").textContent()).toContain(
      "traceNodes: 5102 received, 1000 allowed",
    );
    await page.locator("[data-node=x1400]").focus();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await eventually(() => page.locator("[data-node=x1250]").count()).toBe(1);
    expect(await page.locator("[data-node=x1700]").count()).toBe(0);
    await page.getByRole("button", { name: "Back to the outputs" }).click();
    await eventually(() => page.locator("[data-node=x1700]").count()).toBe(1);
  });
});

test("a job is submitted, seen to end, downloaded and forgotten", async () => {
  const page = await open();
  await tab(page, "Jobs");
  await page.getByText("There are no jobs.").waitFor();
  await page.getByRole("button", { name: "Submit" }).click();
  await eventually(() => page.getByTestId("jobs").textContent()).toContain("succeeded: 10000 of 10000 points");
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download", exact: true }).click();
  const lines = readFileSync(await (await waiting).path(), "utf8")
    .trim()
    .split("\n");
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ end: true, state: "succeeded" });
  await page.getByRole("button", { name: "Forget" }).click();
  await page.getByText("There are no jobs.").waitFor();
});

test("every example is drawn, with its numbers, and none has a problem", async () => {
  const page = await open();
  for (const { name, session } of examples) {
    await choose(page, name);
    await eventually(() => page.locator(".function .verdict").textContent()).toMatch(/^\d+ steps?, \d+ inputs?/);
    const inputs = Object.keys(session.inputs);
    await eventually(async () =>
      Object.keys(await valuesOf(page))
        .filter((node) => inputs.includes(node))
        .sort(),
    ).toEqual(inputs.toSorted());
    expect([name, await page.locator(".verdict.bad").count()]).toEqual([name, 0]);
  }
  expect(examples.length).toBeGreaterThanOrEqual(15);
});

test("a program in Python has the service's answer", async () => {
  const page = await open();
  await tab(page, "Call it");
  await page.getByRole("button", { name: "Python", exact: true }).click();
  const program = await page.getByTestId("snippet").textContent();
  // The two libraries as far as the program uses them, by Python's own: a machine for tests need not have them.
  const folder = mkdtempSync(join(tmpdir(), "python-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, "numpy.py"),
    "class array:\n  def __init__(self, x): self.x = x\n  def tolist(self): return self.x\n",
  );
  writeFileSync(
    join(folder, "requests.py"),
    [
      "import json, urllib.request",
      "class Answer:",
      "  ok = True",
      "  def __init__(self, text): self.text = text",
      "  def json(self): return json.loads(self.text)",
      "def post(url, json=None, timeout=None):",
      "  import json as j",
      "  with urllib.request.urlopen(urllib.request.Request(url, j.dumps(json).encode()), timeout=timeout) as answer:",
      "    return Answer(answer.read())",
    ].join("\n"),
  );
  const { stdout } = await run("python3", ["-c", program!], { env: { ...process.env, PYTHONPATH: folder } });
  expect(JSON.parse(stdout)).toEqual({ y: { x1: 5.5, x2: 1.7163378145367738 } });
});
