import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Imported before anything else, by `--import`, also in worker threads: what is loaded afterwards is kept as JavaScript and
// as V8's code, which halves the time to start. Where the folder cannot be written nothing is kept, and nothing fails.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compile", import.meta.url)));
