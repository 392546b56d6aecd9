import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launch } from "./chromium.ts";
import { servePage } from "./service.ts";

// Writes the pictures of the documents into docs/images/, or with a folder those of all main states, at three widths and
// in light and dark, for the eye: `npm run screenshots`, or `npm run screenshots -- coverage/states`.

const root = new URL("../../", import.meta.url).pathname;
const [folder] = process.argv.slice(2);

interface State {
  readonly name: string;
  readonly example: string;
  readonly tab?: string;
  readonly set?: (page: Page) => Promise<void>;
}

const steps = (count: number) => async (page: Page) => {
  await page.getByRole("button", { name: "To the beginning" }).click();
  for (let step = 0; step < count; step++) await page.getByRole("button", { name: "One step on" }).click();
};

const states: readonly State[] = [
  { name: "reverse", example: "The standard example", set: steps(7) },
  {
    name: "forward",
    example: "An option's price",
    set: async (page) => {
      await page.getByRole("button", { name: "Forward" }).click();
      await steps(14)(page);
    },
  },
  { name: "jacobian", example: "A sparse Jacobian" },
  { name: "four-ways", example: "A pendulum's energy", tab: "Four ways" },
  {
    name: "plot",
    example: "Rosenbrock's valley",
    tab: "Plot",
    set: async (page) => void (await page.getByRole("combobox", { name: "and" }).selectOption("y")),
  },
  { name: "formulas", example: "The standard example", tab: "Formulas" },
  { name: "call", example: "The standard example", tab: "Call it" },
  { name: "tensors", example: "Heat in a rod, as JSON" },
  { name: "large", example: "A graph of 500 steps" },
];

const inDocuments = ["reverse", "jacobian", "plot"];
const service = await servePage();
const browser = await launch();
if (folder === undefined) {
  for (const state of states.filter(({ name }) => inDocuments.includes(name))) {
    await shoot(state, { width: 1360, height: 800 }, "light", join(root, "docs/images", `${state.name}.png`));
  }
} else {
  for (const width of [360, 1440, 2560]) {
    for (const scheme of ["light", "dark"] as const) {
      for (const state of states) {
        const height = width === 360 ? 780 : Math.round(width * 0.58);
        await shoot(state, { width, height }, scheme, join(root, folder, `${state.name}-${width}-${scheme}.png`));
      }
    }
  }
}
await browser.close();
await service.close();

async function shoot(
  { example, tab, set }: State,
  viewport: { readonly width: number; readonly height: number },
  colorScheme: "light" | "dark",
  path: string,
): Promise<void> {
  mkdirSync(join(path, ".."), { recursive: true });
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
  await page.goto(service.origin);
  await page.locator(".node").first().waitFor();
  await page.getByLabel("Example").selectOption(example);
  if (tab) await page.getByRole("tab", { name: tab }).click();
  await set?.(page);
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path, fullPage: viewport.width < 800 });
  await page.close();
}
