import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { importMapTable } from "../test/import-map.ts";
import { about, limitSettings, serviceSettings } from "./config.ts";
import { methods } from "./methods/index.ts";
import { findOperator, operators } from "./operators/index.ts";
import { describeOperator } from "./operators/table.ts";
import { typescriptBuilder } from "./rpc/documents/builder.ts";
import { openApiClientDocument } from "./rpc/documents/client.ts";
import { commandMethods } from "./rpc/documents/command-line.ts";
import { generatorFaults } from "./rpc/documents/dialect.ts";
import {
  answerTable,
  errorTable,
  markdownTable,
  methodTable,
  parameterTable,
  typeTable,
} from "./rpc/documents/markdown.ts";
import { openApiDocument } from "./rpc/documents/openapi.ts";
import { openRpcDocument } from "./rpc/documents/openrpc.ts";
import { anyService } from "./rpc/documents/security.ts";
import { documentYaml } from "./rpc/documents/yaml.ts";
import { accessSettings } from "./settings/access.ts";
import { loadSettings } from "./settings/load.ts";
import { elsewhere } from "./syntax/elsewhere.ts";
import { rules } from "./syntax/formula/grammar.ts";
import { exampleOf } from "./syntax/operator-examples.ts";

// Writes what is made from the declarations: the documents for machines, and tables in those for people. With --check
// it writes nothing and fails, naming the files that are not as it would write them.

/** What stands between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->` in a document, by name, as Markdown. */
const sections: Readonly<Record<string, () => string>> = {
  "import-map": importMapTable,
  methods: () => methodTable(methods),
  parameters: () => parameterTable(methods),
  answers: () => answerTable(methods),
  types: () => typeTable(methods),
  errors: errorTable,
  operators: operatorTables,
  elsewhere: elsewhereTable,
  formula: formulaTable,
  settings: settingTable,
};

const root = new URL("../", import.meta.url);
const openApi = openApiDocument(methods, { ...about, ...anyService });
const faults = generatorFaults(openApi);
if (faults.length > 0) fail(`clients cannot be generated: ${faults.join(", ")}`);

const placed = new Set<string>();
const wanted: Readonly<Record<string, string>> = {
  "openapi.yaml": await documentYaml(openApi),
  "openapi.client.yaml": await documentYaml(openApiClientDocument(openApi)),
  "openapi.d.ts": await documentTypes(),
  "clients/typescript/graph.ts": typescriptBuilder(operators.map(describeOperator)),
  "src/cli/methods.json": `${JSON.stringify(commandMethods(methods), null, 2)}\n`,
  "openrpc.json": `${JSON.stringify(openRpcDocument(methods, about), null, 2)}\n`,
  ...Object.fromEntries(
    globSync(["*.md", "docs/**/*.md"], { cwd: root })
      .sort()
      .map((name) => [name, fillSections(name, read(name))]),
  ),
};
const missing = Object.keys(sections).filter((name) => !placed.has(name));
if (missing.length > 0) fail(`no document has the sections ${missing.join(", ")}`);

const stale: string[] = [];
for (const [name, text] of Object.entries(wanted)) if (read(name) !== text) stale.push(name);

if (!process.argv.includes("--check")) {
  for (const name of stale) writeFileSync(new URL(name, root), wanted[name]!);
  console.log(stale.length === 0 ? "all up to date" : `wrote ${stale.join(", ")}`);
} else if (stale.length > 0) {
  fail(`stale: ${stale.join(", ")}; run npm run generate`);
}

function fillSections(document: string, text: string): string {
  const section = /<!-- generated:(\S+) -->\n.*?<!-- \/generated:\1 -->/gs;
  return text.replaceAll(section, (_, name: string) => {
    const render = sections[name] ?? fail(`${document} has a section ${name}, which nobody writes`);
    placed.add(name);
    return `<!-- generated:${name} -->\n\n${render().trim()}\n\n<!-- /generated:${name} -->`;
  });
}

/** The OpenAPI document as types, for clients in TypeScript. */
async function documentTypes(): Promise<string> {
  // The generator builds its text by the compiler of TypeScript 5, as later ones offer no way to.
  registerHooks({ resolve: (name, context, next) => next(name === "typescript" ? "typescript-5" : name, context) });
  const { default: typesOf, astToString } = await import("openapi-typescript");
  return astToString(await typesOf(await documentYaml(openApi), { defaultNonNullable: false }));
}

/** A table of operators for each family, in the published order. */
function operatorTables(): string {
  const families = Map.groupBy(operators.map(describeOperator), ({ family }) => family);
  return [...families]
    .map(([family, members]) => {
      const rows = members.map(({ name, signature, aliases, summary, derivative, kinks }) => {
        const also = aliases.length > 0 ? ` (${aliases.join(", ")})` : "";
        const example = inCode(exampleOf(findOperator(name)!));
        return [`\`${signature}\`${also}`, summary, `\`${derivative}\``, kinks ?? "", example];
      });
      const headings = ["Operator", "Value", "Derivative", "Where there is none", "Example"];
      return `## ${family}\n\n${markdownTable(headings, rows)}`;
    })
    .join("\n\n");
}

/** What other libraries and languages call operators, and what to write for it. */
function elsewhereTable(): string {
  const rows = Object.entries(elsewhere).sort(([a], [b]) => (a < b ? -1 : 1));
  return markdownTable(
    ["Elsewhere", "Here"],
    rows.map(([name, meant]) => [`\`${name}\``, meant.split(", or ").map(inCode).join(", or ")]),
  );
}

/** The grammar of formulas. */
function formulaTable(): string {
  return markdownTable(
    ["Written", "Stands for", "Example"],
    rules.map(({ written, means, example }) => [written, means, inCode(example)]),
  );
}

function inCode(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function settingTable(): string {
  const settings = [serviceSettings, loadSettings, accessSettings, limitSettings].flatMap((group) =>
    Object.values(group),
  );
  return markdownTable(
    ["Variable", "Default", "Meaning"],
    settings.map(({ env, schema }) => {
      const fallback = "def" in schema && "defaultValue" in schema.def ? schema.def.defaultValue : undefined;
      const shown = fallback === undefined || fallback === "" ? "" : `\`${String(fallback)}\``;
      return [`\`${env}\``, shown, schema.description ?? ""];
    }),
  );
}

/** The text of a file; empty where there is none yet. */
function read(name: string): string {
  const file = new URL(name, root);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
