import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

test("whether multiply-adds are fused is what the machine does, and another thing without the instructions", () => {
  const source = new URL("../../src/wasm/fused.ts", import.meta.url).href;
  const ask = (...flags: string[]) =>
    execFileSync(
      process.execPath,
      [...flags, "--input-type=module", "-e", `console.log((await import(${JSON.stringify(source)})).isFused())`],
      { encoding: "utf8" },
    ).trim();
  const here = ask();
  expect(["true", "false"]).toContain(here);
  if (process.arch === "x64") expect(ask("--no-enable-fma3")).toBe("false");
  else expect(here).toBe("true");
});
