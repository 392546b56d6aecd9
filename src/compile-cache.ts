import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

// Imported before anything else, by `--import`, also in worker threads.

// V8 makes objects in old memory whose like has survived for a while. Each of a call's is dead with the call, and what it
// refers to, nearly all of the request, is then moved to old memory too: collecting it took as long as serving the call.
setFlagsFromString("--no-allocation-site-pretenuring");

// What is loaded afterwards is kept as JavaScript and as V8's code, which halves the time to start. Where the folder cannot
// be written nothing is kept, and nothing fails. The flags are set before, as they are part of what V8 knows its code by.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compile", import.meta.url)));
