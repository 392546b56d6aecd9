import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { launch } from "./chromium.ts";
import { servePage } from "./service.ts";

// The page in a real browser, as a person uses it.

let browser: Browser;
let service: Awaited<ReturnType<typeof servePage>>;

beforeAll(async () => {
  [service, browser] = await Promise.all([servePage(), launch()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await service?.close();
});

describe("the standard example", () => {
  test("has its numbers on the screen", async () => {
    const page = await open();
    await eventually(() => valuesOf(page)).toEqual({
      x1: ["2", "5.5"],
      x2: ["5", "1.71634"],
      v1: ["0.693147", "1"],
      v2: ["10", "1"],
      v3: ["−0.958924", "−1"],
      v4: ["10.6931", "1"],
      y: ["11.6521", "1"],
    });
  });

  test("follows the slider of an input", async () => {
    const page = await open();
    await page.getByRole("textbox", { name: "x1, value" }).fill("4");
    await eventually(async () => (await valuesOf(page)).x1).toEqual(["4", "5.25"]);
    expect(await page.getByLabel("x1, slider").inputValue()).toBe("4");
  });

  test("is stepped through in reverse, from the output back, each step lighting its row and its edge", async () => {
    const page = await open();
    await page.getByRole("button", { name: "To the beginning" }).click();
    const seen: unknown[] = [];
    for (let step = 1; step <= 9; step++) {
      await page.getByRole("button", { name: "One step on" }).click();
      await eventually(() => page.getByTestId("step").textContent()).toBe(`${step} / 9`);
      const row = await page.locator("tr[aria-current=step]").getAttribute("data-row");
      const edges = await page
        .locator(".edge.lit")
        .evaluateAll((all) => all.map((edge) => edge.getAttribute("data-edge")));
      seen.push([row, ...edges]);
    }
    expect(seen).toEqual([
      ["y"],
      ["v4", "v4 y"],
      ["v3", "v3 y"],
      ["v2", "v2 v4"],
      ["v1", "v1 v4"],
      ["x2", "x2 v3"],
      ["x2", "x2 v2"],
      ["x1", "x1 v2"],
      ["x1", "x1 v1"],
    ]);
  });

  test("adds an adjoint up part by part", async () => {
    const page = await open();
    await page.getByRole("button", { name: "To the beginning" }).click();
    for (let step = 1; step <= 6; step++) await page.getByRole("button", { name: "One step on" }).click();
    await eventually(async () => (await valuesOf(page)).x2).toEqual(["5", "−0.283662"]);
    expect((await valuesOf(page)).x1).toEqual(["2", ""]);
    await page.getByRole("button", { name: "One step on" }).click();
    await eventually(async () => (await valuesOf(page)).x2).toEqual(["5", "1.71634"]);
  });

  test("is stepped through forward, with the tangents of the seeds that are set", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Forward" }).click();
    await eventually(async () => (await valuesOf(page)).y).toEqual(["11.6521", "5.5"]);
    await page.getByRole("button", { name: "To the beginning" }).click();
    for (let step = 1; step <= 4; step++) await page.getByRole("button", { name: "One step on" }).click();
    await eventually(() => valuesOf(page)).toMatchObject({ v2: ["10", "5"], v3: ["", ""], y: ["", ""] });
    await page.getByRole("button", { name: "Show all steps" }).click();
    await page.getByRole("button", { name: "Seed x2" }).click();
    await eventually(async () => (await valuesOf(page)).y).toEqual(["11.6521", "7.21634"]);
    await page.locator("[data-node=x1]").click();
    await eventually(async () => (await valuesOf(page)).y).toEqual(["11.6521", "1.71634"]);
  });

  test("plays to the end by itself", async () => {
    const page = await open();
    await page.getByLabel("Speed").selectOption("8");
    await page.getByRole("button", { name: "Play" }).click();
    await eventually(() => page.locator(".node.now").count()).toBe(1);
    await eventually(() => page.getByTestId("step").textContent()).toBe("9 / 9");
    await eventually(() => page.getByRole("button", { name: "Play" }).count()).toBe(1);
  });
});

describe("a formula that is typed", () => {
  test("is told at its line and column where it is wrong, and what else could be meant", async () => {
    const page = await open();
    await type(page, "a = x + 1\ny = a * lag(x)");
    const problem = page.getByTestId("problem");
    await eventually(() => problem.textContent()).toContain("line 2, column 9");
    expect(await problem.textContent()).toContain('unknown operator "lag": did you mean log(x)?');
    await eventually(() => page.locator(".cm-lintRange-error").textContent()).toBe("lag");
  });

  test("is computed as soon as it is right", async () => {
    const page = await open();
    await type(page, "x^3");
    await page.getByRole("textbox", { name: "x, value" }).fill("2");
    await eventually(async () => Object.values(await valuesOf(page)).at(0)).toEqual(["2", "12"]);
  });

  test("may be of tensors: shapes are those of the values", async () => {
    const page = await open();
    await type(page, "sum((A @ x - b)^2)");
    await page.getByRole("textbox", { name: "A, value" }).fill("[[1, 0], [0, 1], [1, 1]]");
    await page.getByRole("textbox", { name: "x, value" }).fill("[1, 2]");
    await page.getByRole("textbox", { name: "b, value" }).fill("[1, 1, 1]");
    await eventually(async () => (await valuesOf(page)).x).toEqual(["[1, 2]", "[4, 6]"]);
  });

  test("is completed with operators that the service has, and what they are", async () => {
    const page = await open();
    await type(page, "y = ");
    await page.keyboard.type("logad");
    const option = page.locator(".cm-tooltip-autocomplete li").first();
    await eventually(() => option.textContent()).toContain("logaddexp(x, y)");
    await eventually(() => page.locator(".cm-completionInfo").textContent()).toContain("cost");
  });
});

test("nothing is asked of another host, nothing breaks the content security policy, and nothing is thrown", async () => {
  const page = await open();
  await eventually(async () => (await valuesOf(page)).y).toEqual(["11.6521", "1"]);
  expect(asked.get(page)!.filter((url) => !url.startsWith(`${service.origin}/`))).toEqual([]);
});

/** Waits for what is read to be as expected: the machine may have much else to do. */
function eventually<T>(read: () => Promise<T> | T) {
  return expect.poll(read, { timeout: 20_000, interval: 30 });
}

const asked = new WeakMap<Page, string[]>();

/** Opens the page; it must log and throw nothing as long as the test lasts. */
async function open(path = "/", options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
  const [said, urls]: [string[], string[]] = [[], []];
  asked.set(page, urls);
  page.on("console", (message) => isExpected(message.text()) || said.push(message.text()));
  page.on("pageerror", ({ message }) => said.push(message));
  page.on("request", (request) => urls.push(request.url()));
  onTestFinished(async () => {
    await page.close();
    expect(said).toEqual([]);
  });
  await page.goto(`${service.origin}${path}`);
  await page.locator(".node").first().waitFor();
  return page;
}

/** Refused graphs are what some tests are about; and Chromium would keep styles that are typed over, in vain. */
function isExpected(message: string): boolean {
  return message.includes("status of 422") || message.startsWith("Applying inline style violates");
}

/** Replaces what the editor has. */
async function type(page: Page, text: string): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

/** Value and derivative of each node of the drawing, as they are seen. */
function valuesOf(page: Page): Promise<Record<string, [string, string]>> {
  return page
    .locator(".node")
    .evaluateAll((nodes) =>
      Object.fromEntries(
        nodes.map((node) => [
          node.getAttribute("data-node"),
          [node.querySelector(".value")?.textContent ?? "", node.querySelector(".derivative")?.textContent ?? ""],
        ]),
      ),
    );
}
