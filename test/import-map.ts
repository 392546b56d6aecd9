/** The parts of `src/`, ground floor first: a folder, or a file that stands alone; and what each is for. */
export const parts: Readonly<Record<string, string>> = {
  text: "places in texts; near spellings",
  "errors.ts": "every error with its code, status, title and data",
  "eventually.ts": "a value that is there at once or later",
  "own-bytes.ts": "memory that is nobody else's",
  settings: "settings by subject",
  "config.ts": "every setting",
  wasm: "a WebAssembly assembler: opcodes, code, modules",
  graph: "shapes, arrays, nodes, operators' forms, graphs, identity, budget",
  operators: "one record per operator, in the order of mathematics; numerics",
  wire: "what an answer is, and codecs",
  jobs: "jobs: stores, runner, what is asked of them",
  syntax: "documents to graphs and back",
  transforms: "graph in, graph out: expand, linearize, transpose, derive, batch, unroll",
  simplify: "rewriting that keeps every bit of every value",
  sparse: "patterns of derivative programs, and colourings",
  notation: "graphs for people: formulas, LaTeX, tables, drawings",
  codegen: "graph to WebAssembly: schedule, storage, loops, two numbers at a time",
  engine: "runs graphs: cache, admission, derivatives",
  rpc: "JSON-RPC 2.0: declarations, dispatcher, documents",
  calls: "a call: question, plan, run, what its answer is made of",
  batches: "calls in parts: a job's chunks and answer",
  studies: "compares and shows derivatives: differences, checks, traces",
  methods: "the declarations of the methods and their schemas",
  facades: "other protocols over the same questions: UM-Bridge, Tesseract",
  access: "who may call, and how much",
  tracing: "OpenTelemetry",
  pool: "worker threads: what they get and ask, how they end",
  http: "both faces over HTTP, bodies, health, metrics, log",
  "compile-cache.ts": "keeps compiled sources between starts",
  "service.ts": "puts engine and pool together",
  "worker.ts": "what a thread of the pool runs",
  "starting.ts": "a process's start",
  "warm-up.ts": "calls each method once at the start",
  "keys.ts": "makes keys",
  "main.ts": "settings, assembly, start and drain",
  cli: "the command line",
  "job-worker.ts": "computes jobs, takes no calls",
  "generate.ts": "writes the generated documents and tables",
  playground: "the page at `/`, a client",
  "bundle.ts": "bundles the page",
};

/** What each part may import besides itself, types included: parts, or a file of the root: `package.json`, `openapi.d.ts`. */
export const mayImport: Readonly<Record<keyof typeof parts, string>> = {
  text: "",
  "errors.ts": "text",
  "eventually.ts": "",
  "own-bytes.ts": "",
  settings: "",
  "config.ts": "package.json settings",
  wasm: "",
  graph: "errors.ts config.ts",
  operators: "wasm graph",
  wire: "text errors.ts graph",
  jobs: "errors.ts own-bytes.ts config.ts",
  syntax: "text errors.ts config.ts graph operators wire",
  transforms: "graph operators",
  simplify: "graph operators",
  sparse: "errors.ts graph operators",
  notation: "graph operators syntax",
  codegen: "wasm graph",
  engine: "errors.ts config.ts eventually.ts graph operators syntax transforms simplify sparse codegen",
  rpc: "text errors.ts eventually.ts wire",
  calls: "errors.ts config.ts eventually.ts graph operators sparse syntax transforms engine rpc wire jobs",
  batches: "errors.ts config.ts eventually.ts graph syntax engine calls rpc wire jobs",
  studies: "errors.ts config.ts graph operators syntax notation transforms simplify engine wire calls",
  methods: "errors.ts config.ts graph operators syntax calls batches studies rpc wire jobs",
  facades: "errors.ts config.ts eventually.ts graph syntax engine calls rpc wire",
  access: "errors.ts config.ts rpc",
  tracing: "config.ts rpc",
  pool: "errors.ts own-bytes.ts config.ts access engine batches jobs rpc wire",
  http: "errors.ts own-bytes.ts settings config.ts eventually.ts access batches jobs rpc tracing wire pool",
  "compile-cache.ts": "",
  "service.ts": "config.ts wasm engine calls batches jobs methods facades pool rpc wire",
  "worker.ts": "engine calls batches methods facades pool",
  "starting.ts": "config.ts http jobs",
  "warm-up.ts": "config.ts methods rpc wire service.ts",
  "keys.ts": "access rpc",
  "main.ts": "config.ts methods http service.ts starting.ts warm-up.ts tracing",
  cli: "openapi.d.ts config.ts graph rpc wire methods http service.ts main.ts",
  "job-worker.ts": "config.ts http service.ts starting.ts",
  "generate.ts": "settings config.ts operators syntax methods rpc test",
  playground: "openapi.d.ts graph syntax sparse",
  "bundle.ts": "playground",
};

/** The packages that each part may import; Node's own modules aside. */
export const mayUse: Readonly<Record<string, string>> = {
  settings: "zod",
  "config.ts": "zod",
  engine: "lru-cache",
  wire: "cborg",
  jobs: "pg pg-boss",
  rpc: "zod yaml",
  batches: "lru-cache zod",
  methods: "zod",
  facades: "zod",
  access: "zod jose lru-cache",
  tracing:
    "@opentelemetry/api @opentelemetry/sdk-trace-node @opentelemetry/exporter-trace-otlp-proto @opentelemetry/resources",
  pool: "piscina",
  http: "fastify pino prom-client lru-cache",
  cli: "commander cli-progress eventsource-parser openapi-fetch",
  "starting.ts": "pino",
  "generate.ts": "openapi-typescript",
  playground: [
    "preact preact/hooks @preact/signals openapi-fetch @dagrejs/dagre virtual:formula-parser",
    "@codemirror/autocomplete @codemirror/commands @codemirror/lang-json @codemirror/language @codemirror/lint",
    "@codemirror/state @codemirror/view @lezer/highlight @lezer/generator @lezer/lr vite",
    "katex katex/dist/katex.min.css @fontsource-variable/inter @fontsource-variable/jetbrains-mono",
  ].join(" "),
};

const packagesShown = 4;

/** What nearly every part uses, and the table does not name. */
const unlisted: ReadonlySet<string> = new Set(["text", "errors", "eventually", "own-bytes", "settings", "config"]);

/** The map as a Markdown table. */
export function importMapTable(): string {
  const shown = (part: string) => `\`${part.includes(".") ? part : `${part}/`}\``;
  const words = (list = "") => list.split(" ").filter((word) => word !== "");
  const rows = Object.entries(parts).map(([part, what]) => {
    const imports = words(mayImport[part])
      .map((name) => name.replace(".ts", ""))
      .filter((name) => !unlisted.has(name));
    const packages = [
      ...new Set(words(mayUse[part]).map((name) => (name.startsWith("@") ? name.split("/")[0]! : name))),
    ];
    const used = packages.length > packagesShown ? `${packages.length} of its own` : packages.join(", ");
    return `| ${shown(part)} | ${what} | ${imports.join(", ") || "nothing"} | ${used} |`;
  });
  return ["| Part | What it is for | May import | Packages |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
