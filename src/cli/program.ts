import { Command, CommanderError } from "commander";
import { about } from "../config.ts";
import type { CommandMethod } from "../rpc/documents/command-line.ts";
import { examples } from "./examples.ts";
import { exitCodes, Failure } from "./failure.ts";
import { addJobs, type Run, wordsOf } from "./jobs/commands.ts";
import methodsJson from "./methods.json" with { type: "json" };
import { addCall, runCall } from "./methods.ts";
import { Session } from "./session.ts";

const methods = methodsJson as Readonly<Record<string, CommandMethod>>;

type Env = Readonly<Record<string, string | undefined>>;

/** Runs a command line; gives the code to exit with, once all is written and what was started has stopped. */
export async function runCommandLine(args: readonly string[], env: Env): Promise<number> {
  try {
    await programOf(env).parseAsync(args, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === "commander.unknownOption") process.stderr.write(minusHint);
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    if (!(error instanceof Failure)) throw error;
    if (error.message !== "") {
      const isJson = args.includes("--json");
      process.stderr.write(`${isJson && error.problem ? JSON.stringify(error.problem) : `error: ${error.message}`}\n`);
    }
    return error.exitCode;
  }
}

function programOf(env: Env): Command {
  const program = prepare(new Command("cotangent"), "");
  program.description("Derivatives of functions, by a Cotangent service.").version(about.version);
  program.option("--json", "write answers and errors as the service sends them, in JSON on one line");
  program.addHelpText("after", environment);
  const run: Run = async (command, act) => {
    const { json, ...flags } = command.optsWithGlobals();
    const session = new Session(env, json === true, isOfJobs(command));
    try {
      await act(session, flags);
    } finally {
      await session.close();
    }
  };
  for (const [name, method] of Object.entries(methods)) {
    if (name.startsWith("job.")) continue;
    const command = prepare(program.command(name), name).summary(method.summary).description(method.summary);
    addCall(command, method);
    command.action((...typed: unknown[]) =>
      run(command, (session, flags) => runCall(name, method, { words: wordsOf(typed), flags }, session)),
    );
  }
  addJobs(program, methods, run, (command) => prepare(command, pathOf(command)));
  prepare(program.command("serve"), "serve")
    .summary("Starts a service here, set by environment variables as docs/operating.md tells.")
    .action(async () => {
      await import("../main.ts");
    });
  return program;
}

function isOfJobs(command: Command): boolean {
  return pathOf(command).startsWith("job ");
}

/** The words that lead to a command, without the program's own name. */
function pathOf(command: Command): string {
  const words: string[] = [];
  for (let at = command; at.parent; at = at.parent) words.unshift(at.name());
  return words.join(" ");
}

/** What all commands have: examples, and errors that are thrown and not the end of the process. */
function prepare(command: Command, path: string): Command {
  command.exitOverride().showHelpAfterError(`(cotangent ${path === "" ? "" : `${path} `}--help shows what there is)`);
  command.configureHelp({ showGlobalOptions: true });
  const shown = examples[path];
  if (shown) command.addHelpText("after", `\nExamples:\n${shown.map((line) => `  ${line}`).join("\n")}`);
  return command;
}

const minusHint = "A formula that begins with - is written in parentheses, or behind --.\n";
const environment = `
Environment:
  COTANGENT_URL   the service; default: http://127.0.0.1:3000, and where none answers there, one for this command
  COTANGENT_KEY   a key, where the service asks for one

Exit codes:
  0 all went well, 1 the service refused, 2 the command line or a file cannot be read, 3 no service answers,
  4 a job ended otherwise than as succeeded, 130 Ctrl-C`;
