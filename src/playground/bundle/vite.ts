import { build, type Plugin } from "vite";
import { formulaParser } from "./formula-parser.ts";

/** Bundles the page of a folder into another. */
export async function bundlePage(root: string, outDir: string): Promise<void> {
  await build({
    configFile: false,
    root,
    // The page may be served under any path.
    base: "./",
    logLevel: "warn",
    plugins: [formulaParser(), onlyWoff2()],
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir,
      emptyOutDir: true,
      target: ["chrome111", "firefox121", "safari17"],
      // Nothing may be inlined: the content security policy admits the page's own origin only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1000,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
}

/** Leaves out the forms of fonts that only browsers take which cannot run the page. */
function onlyWoff2(): Plugin {
  return {
    name: "only-woff2",
    enforce: "pre",
    transform: (code, id) =>
      id.endsWith(".css") ? code.replaceAll(/,\s*url\([^)]+\.(?:woff|ttf)\)\s*format\([^)]+\)/g, "") : undefined,
  };
}
