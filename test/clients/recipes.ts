import { join } from "node:path";
import { makeEnvironment } from "../peers/environment.ts";

/** Where an example is built. */
export interface Place {
  /** Our own directory, with the documents. */
  readonly root: string;
  /** A copy of the example, in which everything is made. */
  readonly directory: string;
  /** Where environments are kept. */
  readonly cache: string;
}

/** A command, and what it finds in its environment. */
export interface Command {
  readonly line: readonly [file: string, ...args: readonly string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** How an example is built and run. */
export interface Recipe {
  /** Commands that show that the tools are there. */
  readonly tools: readonly Command["line"][];
  /** What generates the client and builds the example, one after the other; and what runs it. */
  steps(place: Place): Promise<{ readonly build: readonly Command[]; readonly run: Command }>;
}

/** The recipes by language, each with a generator at the version that its project or this line pins. */
export const recipes: Readonly<Record<string, Recipe>> = {
  typescript: {
    tools: [["npm", "--version"]],
    async steps({ root }) {
      const bin = (name: string) => join("node_modules/.bin", name);
      const options = ["--default-non-nullable=false", "--output=cotangent.d.ts"];
      return {
        build: [
          { line: ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"] },
          { line: [bin("openapi-typescript"), join(root, "openapi.yaml"), ...options] },
          { line: [bin("tsc")] },
        ],
        run: { line: [process.execPath, "built/example.js"] },
      };
    },
  },
  python: {
    tools: [["python3", "-c", "import venv, ensurepip"]],
    async steps({ root, directory, cache }) {
      const python = await makeEnvironment(join(directory, "requirements.txt"), cache);
      const options = ["--config=config.yml", "--output-path=generated", "--overwrite"];
      const generate = ["-m", "openapi_python_client", "generate", `--path=${join(root, "openapi.yaml")}`];
      return {
        build: [{ line: [python, ...generate, ...options] }],
        run: { line: [python, "example.py"], env: { PYTHONPATH: "generated" } },
      };
    },
  },
  go: {
    tools: [["go", "version"]],
    async steps({ root }) {
      const generator = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2";
      return {
        build: [
          { line: ["go", "run", generator, "-config", "config.yaml", join(root, "openapi.yaml")] },
          { line: ["go", "build", "-o", "example", "."] },
        ],
        run: { line: ["./example"] },
      };
    },
  },
  java: {
    tools: [
      ["javac", "-version"],
      ["mvn", "--version"],
    ],
    async steps({ root }) {
      const quiet = ["--quiet", "--batch-mode", `-Dopenapi=${join(root, "openapi.client.yaml")}`];
      return {
        build: [{ line: ["mvn", ...quiet, "compile"] }],
        run: { line: ["mvn", ...quiet, "exec:java"] },
      };
    },
  },
  rust: {
    tools: [["cargo", "--version"]],
    async steps({ root }) {
      return {
        build: [{ line: ["cargo", "build", "--quiet"], env: { COTANGENT_OPENAPI: join(root, "openapi.client.yaml") } }],
        run: { line: ["target/debug/example"] },
      };
    },
  },
};
