import { spawn } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { folderOfFile } from "../support/folders.ts";
import { served } from "./run.ts";

// What documents show of a shell is run as it stands, by a shell: ids of jobs, times and rates may differ.

const root = fileURLToPath(new URL("../../", import.meta.url));
const service = served();

interface Shown {
  readonly command: string;
  readonly printed: string;
}

describe.each(["docs/command-line.md", "docs/jobs.md"])("%s", (name) => {
  const dir = folderOfFile();
  writeFileSync(join(dir, "cotangent"), `#!/bin/sh\nexec '${process.execPath}' '${root}bin/cotangent.js' "$@"\n`);
  chmodSync(join(dir, "cotangent"), 0o755);
  const ids = new Map<string, string>();
  let code = 0;

  test("shows what a shell prints", async () => {
    const shown = blocksOf(readFileSync(join(root, name), "utf8"));
    expect(shown.length).toBeGreaterThan(3);
    for (const { command, printed } of shown) {
      const own = [...ids].reduce((line, [told, id]) => line.replaceAll(told, id), command);
      const line = own.replaceAll("http://127.0.0.1:3000", service.url()).replaceAll("$?", String(code));
      const env = { COTANGENT_URL: service.url(), PATH: `${dir}${delimiter}${process.env.PATH}`, HOME: dir };
      const child = spawn("sh", ["-c", `(${line}) 2>&1`], { cwd: dir, env, stdio: ["ignore", "pipe", "ignore"] });
      const exit = new Promise<number>((resolve) => child.on("exit", (status) => resolve(status ?? -1)));
      const said = await text(child.stdout);
      code = await exit;
      const [told] = idsIn(printed).filter((id) => !ids.has(id));
      const [real] = idsIn(said).filter((id) => ![...ids.values()].includes(id));
      if (told !== undefined && real !== undefined) ids.set(told, real);
      expect(plain(said), command).toBe(plain(printed));
    }
  });
});

/** The commands of a document's console blocks but those that need more than this machine surely has. */
function blocksOf(document: string): Shown[] {
  const blocks = [...document.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block!);
  return blocks
    .filter((block) => !/python3|jq |kill |npm start/.test(block))
    .flatMap((block) => [...block.matchAll(/^\$ (.*(?:\n> .*)*)\n((?:(?!\$ ).*\n)*)/gm)])
    .map(([, command, printed]) => ({ command: command!.replaceAll("\n> ", "\n"), printed: printed! }));
}

function idsIn(text: string): string[] {
  return text.match(/job_[0-9a-z]{26}/g) ?? [];
}

/** What does not differ from run to run; of a bar its end. */
function plain(text: string): string {
  return text
    .replaceAll(/job_[0-9a-z]{26}/g, "job_…")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "then")
    .replaceAll(/^\d+% \| .*\n/gm, "")
    .replaceAll(/"etaMs":\d+/g, '"etaMs":…')
    .trim();
}
