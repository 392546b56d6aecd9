import { readFile, writeFile } from "node:fs/promises";
import { about, limitSettings, serviceSettings } from "./config.ts";
import { methods } from "./methods/index.ts";
import { operatorTable } from "./operators/table.ts";
import { openApiDocument } from "./rpc/documents/openapi.ts";
import { openRpcDocument } from "./rpc/documents/openrpc.ts";
import { anonymousUnions } from "./rpc/documents/schema.ts";
import { documentYaml } from "./rpc/documents/yaml.ts";

// Writes what is made from the declarations: both documents and the README's tables. With --check it writes nothing and
// fails, naming the files that are not as it would write them.

/** What stands in README.md between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`, by name, as Markdown. */
const sections: Readonly<Record<string, () => string>> = {
  methods: methodTable,
  operators: operatorTable,
  settings: settingTable,
};

const root = new URL("../", import.meta.url);
const openApi = openApiDocument(methods, about);
const unions = anonymousUnions(openApi);
if (unions.length > 0) fail(`unions with a member that has no name: ${unions.join(", ")}`);

const wanted: Readonly<Record<string, string>> = {
  "openapi.yaml": await documentYaml(openApi),
  "openrpc.json": `${JSON.stringify(openRpcDocument(methods, about), null, 2)}\n`,
  "README.md": fillSections(await read("README.md")),
};

const stale: string[] = [];
for (const [name, text] of Object.entries(wanted)) if ((await read(name)) !== text) stale.push(name);

if (!process.argv.includes("--check")) {
  for (const name of stale) await writeFile(new URL(name, root), wanted[name]!);
  console.log(stale.length === 0 ? "all up to date" : `wrote ${stale.join(", ")}`);
} else if (stale.length > 0) {
  fail(`stale: ${stale.join(", ")}; run npm run generate`);
}

function fillSections(readme: string): string {
  return Object.entries(sections).reduce((text, [name, render]) => {
    const [start, end] = [`<!-- generated:${name} -->`, `<!-- /generated:${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) return fail(`README.md has no section ${start} … ${end}`);
    return `${text.slice(0, from + start.length)}\n\n${render().trim()}\n\n${text.slice(to)}`;
  }, readme);
}

function methodTable(): string {
  return table(
    ["Method", "What it does"],
    methods.map((method) => [`\`${method.name}\``, method.summary]),
  );
}

function settingTable(): string {
  const settings = [...Object.values(serviceSettings), ...Object.values(limitSettings)];
  return table(
    ["Variable", "Default", "Meaning"],
    settings.map(({ env, schema }) => {
      const fallback = "def" in schema && "defaultValue" in schema.def ? schema.def.defaultValue : undefined;
      const shown = fallback === undefined || fallback === "" ? "" : `\`${String(fallback)}\``;
      return [`\`${env}\``, shown, schema.description ?? ""];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

async function read(name: string): Promise<string> {
  return readFile(new URL(name, root), "utf8").catch(() => "");
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
