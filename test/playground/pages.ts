import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { launch } from "./chromium.ts";
import { servePage } from "./service.ts";

/** The page in a real browser, for the tests of a file: bundled and served before them, closed after. */
export function pages() {
  let browser: Browser;
  let service: Awaited<ReturnType<typeof servePage>>;
  const urls = new WeakMap<Page, string[]>();

  beforeAll(async () => {
    [service, browser] = await Promise.all([servePage(), launch()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  return {
    origin: () => service.origin,
    /** What a page has asked for. */
    asked: (page: Page) => urls.get(page)!,
    /** Opens the page; it must log and throw nothing as long as the test lasts. */
    async open(path = "/", options: BrowserContextOptions = {}): Promise<Page> {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
      const [said, requested]: [string[], string[]] = [[], []];
      urls.set(page, requested);
      page.on("console", (message) => isExpected(message.text()) || said.push(message.text()));
      page.on("pageerror", ({ message }) => said.push(message));
      page.on("request", (request) => requested.push(request.url()));
      onTestFinished(async () => {
        await page.close();
        expect(said).toEqual([]);
      });
      await page.goto(`${options.baseURL ?? service.origin}${path}`);
      // The graph, or what is asked for before there is one.
      await page.locator(".node, .key").first().waitFor();
      return page;
    },
  };
}

/** Refused graphs are what some tests are about; and Chromium would keep styles that are typed over, in vain. */
function isExpected(message: string): boolean {
  return /status of 4(22|13|01)/.test(message) || message.startsWith("Applying inline style violates");
}

/** Waits for what is read to be as expected: the machine may have much else to do. */
export function eventually<T>(read: () => Promise<T> | T) {
  return expect.poll(read, { timeout: 20_000, interval: 30 });
}

/** Replaces what an editor has. */
export async function type(page: Page, text: string, form: "formula" | "json" = "formula"): Promise<void> {
  await page.getByTestId(`editor-${form}`).locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

/** Chooses an example, and waits until it is drawn. */
export async function choose(page: Page, example: string): Promise<void> {
  await page.getByLabel("Example").selectOption(example);
}

/** Value and derivative of each node of the drawing, as they are seen. */
export function valuesOf(page: Page): Promise<Record<string, [string, string]>> {
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
