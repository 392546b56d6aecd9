import { describe, expect, onTestFinished, test } from "vitest";
import { keysFile } from "../access/keys.ts";
import { eventually, pages, type, valuesOf } from "./pages.ts";
import { servePage } from "./service.ts";

// The page in a real browser, as a person uses it.

const { open, asked, origin } = pages();

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
    await eventually(async () => (await valuesOf(page)).x).toEqual(["2 numbers: 1, 2", "2 numbers: 4, 6"]);
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

test("where the service asks for a key the page does too, and sends it", async () => {
  const { file, keys } = keysFile({ person: { scopes: ["call"] } });
  const { origin, close } = await servePage({ KEYS_FILE: file });
  onTestFinished(async () => void (await close()));
  const page = await open("/", { baseURL: origin });
  await page.getByLabel("The service asks for a key").fill(keys.person);
  await page.getByRole("button", { name: "Use it" }).click();
  await eventually(async () => (await valuesOf(page)).y).toEqual(["11.6521", "1"]);
  expect(await page.getByLabel("The service asks for a key").count()).toBe(0);
});

test("a file that is dropped is shown", async () => {
  const page = await open();
  await page.evaluate(`(() => {
    const dropped = new DataTransfer();
    const call = { graph: { expression: "y = a * b" }, inputs: { a: 3, b: 7 } };
    dropped.items.add(new File([JSON.stringify(call)], "call.json"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
  })()`);
  await eventually(async () => (await valuesOf(page)).y).toEqual(["21", "1"]);
});

test("nothing is asked of another host, nothing breaks the content security policy, and nothing is thrown", async () => {
  const page = await open();
  await eventually(async () => (await valuesOf(page)).y).toEqual(["11.6521", "1"]);
  expect(asked(page).filter((url) => !url.startsWith(`${origin()}/`))).toEqual([]);
});
