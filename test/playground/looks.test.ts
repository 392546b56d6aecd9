import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { choose, eventually, pages, type, valuesOf } from "./pages.ts";

// Whether everybody can use the page: with any width, in light and dark, by keys alone, and with a screen reader.

const { open } = pages();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tabs = ["Trace", "Jacobian", "Four ways", "Plot", "Formulas", "Call it", "Jobs"];

/** What axe finds wrong with a page, by the rules of WCAG 2.2 AA and its own best practices, or by some of them. */
async function faults(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe);
  const options = rules ? `{ runOnly: ${JSON.stringify(rules)} }` : "";
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${options})`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

const settled: Readonly<Record<string, string>> = {
  Trace: "tbody tr",
  Jacobian: "[data-entry]",
  "Four ways": "[data-scheme]",
  Plot: ".line.tangent",
  Formulas: ".katex",
  "Call it": ".snippet",
  Jobs: ".jobs li",
};

describe("axe finds nothing", () => {
  // What is not a colour is the same in both.
  for (const [colorScheme, rules] of [
    ["light", undefined],
    ["dark", ["color-contrast"]],
  ] as const) {
    test(`in ${colorScheme}`, async () => {
      const page = await open("/", { colorScheme });
      for (const tab of tabs) {
        await page.getByRole("tab", { name: tab }).click();
        await page.locator(settled[tab]!).first().waitFor();
        expect([tab, await faults(page, rules)]).toEqual([tab, []]);
      }
      await page.getByRole("button", { name: "Forward" }).click();
      await page.getByRole("tab", { name: "Trace" }).click();
      await page.getByRole("button", { name: "To the beginning" }).click();
      for (let step = 0; step < 4; step++) await page.getByRole("button", { name: "One step on" }).click();
      expect(await faults(page, rules)).toEqual([]);
      await page.getByRole("button", { name: "Both" }).click();
      await choose(page, "Least squares");
      await eventually(async () => Object.keys(await valuesOf(page)).includes("A")).toBe(true);
      expect(await faults(page, rules)).toEqual([]);
      await type(page, "y = lag(x)");
      await page.getByTestId("problem").waitFor();
      expect(await faults(page, rules)).toEqual([]);
    });
  }
});

describe("nothing is wider than the window", () => {
  test.for([360, 768, 1100, 1440, 2560])("of %i pixels", async (width) => {
    const page = await open("/", { viewport: { width, height: 800 } });
    for (const tab of tabs) {
      await page.getByRole("tab", { name: tab }).click();
      await page.locator(settled[tab]!).first().waitFor();
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect([tab, wide]).toEqual([tab, await page.evaluate<number>("document.body.clientWidth")]);
      // What is left is the room of the scroll bar.
      expect(wide).toBeGreaterThan(width - 20);
    }
  });
});

test("dark is dark, by the system or by choice, and is remembered", async () => {
  const ground = (page: Page) => page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
  const page = await open("/", { colorScheme: "dark" });
  expect(await ground(page)).toBe("rgb(17, 20, 27)");
  await page.getByRole("button", { name: "Theme: system" }).click();
  await eventually(() => ground(page)).toBe("rgb(244, 245, 248)");
  await page.reload();
  await page.getByRole("button", { name: "Theme: light" }).waitFor();
  expect(await ground(page)).toBe("rgb(244, 245, 248)");
});

test("a person with a keyboard alone gets from a formula to an understood reverse trace", async () => {
  const page = await open();
  const focused = () =>
    page.evaluate<string>(`(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at?.getAttribute("aria-label") ?? at?.textContent ?? "";
    })()`);
  const tabTo = async (label: string) => {
    for (let presses = 0; presses < 60; presses++) {
      if ((await focused()).startsWith(label)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`no ${label} within 60 presses`);
  };
  await tabTo("The function, as a formula");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("a = x^2");
  await page.keyboard.press("Enter");
  await page.keyboard.type("y = 3 * a");
  await tabTo("x, value");
  await page.keyboard.type("5");
  await eventually(async () => (await valuesOf(page)).y).toEqual(["75", "1"]);
  await tabTo("To the beginning");
  await page.keyboard.press("Enter");
  await tabTo("One step on");
  for (const [step, row] of ["y", "a", "x"].entries()) {
    await page.keyboard.press("Enter");
    await eventually(() => page.getByTestId("step").textContent()).toBe(`${step + 1} / 3`);
    expect(await page.locator("tr[aria-current=step]").getAttribute("data-row")).toBe(row);
  }
  await eventually(async () => (await valuesOf(page)).x).toEqual(["5", "30"]);
  await tabTo("Trace");
  await page.keyboard.press("ArrowRight");
  await eventually(() => page.getByRole("tab", { name: "Jacobian" }).getAttribute("aria-selected")).toBe("true");
  await eventually(focused).toBe("Jacobian");
});
