import type { Command } from "commander";
import type { CommandMethod } from "../../rpc/documents/command-line.ts";
import { call, type Wire } from "../client.ts";
import { exitCodes, Failure } from "../failure.ts";
import { addCall, type CallWords, readCall } from "../methods.ts";
import { dataDirOf, hasDataDir } from "../service.ts";
import type { Session } from "../session.ts";
import { addSettings, readSettings } from "../settings.ts";
import { countText } from "../show/words.ts";
import { attach, jobBy, show } from "./attach.ts";
import { sendFile } from "./blobs.ts";
import { result } from "./download.ts";
import { isEnded } from "./follow.ts";
import { jobTable, jobText } from "./show.ts";

type Methods = Readonly<Record<string, CommandMethod>>;

/** Runs what a command does in a session of its own. */
export type Run = (command: Command, act: (session: Session, flags: Flags) => Promise<void>) => Promise<void>;
type Flags = Readonly<Record<string, unknown>>;

/** Adds `job` with all that can be done with one. */
export function addJobs(program: Command, methods: Methods, run: Run, prepare: (command: Command) => Command): void {
  const job = prepare(program.command("job")).summary("Batches that outlive their connection: submit, follow, fetch.");
  job.description("Jobs are computed apart from any connection, and survive crashes. docs/jobs.md tells of them.");
  const submit = prepare(job.command("submit")).summary("Submits a call at many points, and follows it.");
  const { method: _, params: __, calls: ___, ...options } = methods["job.submit"]!.params;
  for (const name of methods["job.submit"]!.params.method!.choices!) {
    const { timeoutMs: _, ...params } = methods[name]!.params;
    const method = { ...methods[name]!, params };
    const command = prepare(submit.command(name)).summary(method.summary).description(method.summary);
    addCall(command, method);
    addSettings(command, options);
    command.option("--detach", "print the job's id and do not follow it");
    command.action((...args: unknown[]) =>
      run(command, async (session, flags) => {
        const told = await submitted(name, method, { words: wordsOf(args), flags }, options, session);
        if (flags.detach !== true) return isEnded(told) ? show(told, session) : attach(told.job, session);
        session.print(told, () => told.job);
        session.note(`Come back with: cotangent job attach ${told.job}`);
      }),
    );
  }

  const one = (name: string, act: (job: string, session: Session, flags: Flags) => Promise<void>) => {
    const method = methods[`job.${name}`];
    const command = prepare(job.command(name)).argument("<job>", "the job's id");
    if (method) {
      const { job: _, ...params } = method.params;
      command.summary(method.summary).description(method.summary);
      addSettings(command, params);
    }
    command.action((id: string) =>
      run(command, async (session, flags) => {
        await needJobs(session);
        await act(id, session, flags);
      }),
    );
    return command;
  };
  const settings = async (name: string, flags: Flags) => readSettings(flags, methods[`job.${name}`]!.params);

  one("status", async (id, session, flags) => {
    const told = await jobBy("job.status", { job: id, ...(await settings("status", flags)) }, session);
    session.print(told, () => jobText(told));
  });
  one("attach", attach).summary("Follows a job to its end, with a bar. Ctrl-C leaves it running.");
  one("result", async (id, session, flags) => result(id, flags, await settings("result", flags), session))
    .option("-o, --output <file>", "write it to a file: *.npy or *.bin for one tensor, *.json, *.ndjson")
    .option("--tensor <name>", "which tensor, as jacobian.y.x1");
  one("cancel", async (id, session) => {
    const told = await jobBy("job.cancel", { job: id }, session);
    session.print(told, () => jobText(told));
  });
  one("delete", async (id, session) => {
    const told = await jobBy("job.delete", { job: id }, session);
    session.print(told, () => `${id} is deleted`);
  });

  const { "job.list": listing } = methods;
  const list = prepare(job.command("list")).summary(listing!.summary).description(listing!.summary);
  addSettings(list, listing!.params);
  list.action(() =>
    run(list, async (session, flags) => {
      await needJobs(session);
      const params = await settings("list", flags);
      const found = (await call(await session.service(), "job.list", params)) as Wire["JobListResult"];
      session.print(found, () => jobTable(found.jobs));
      if (found.next !== undefined && !session.isJson) session.note(`more: cotangent job list --after ${found.next}`);
    }),
  );
}

/** What commander gives to an action, without its last two: the words that were typed. */
export function wordsOf(args: readonly unknown[]): string[] {
  return args.slice(0, -2).flatMap((arg) => (arg === undefined ? [] : (arg as string | string[])));
}

/** Throws where no service answers, and no jobs were left here by any. */
async function needJobs(session: Session): Promise<void> {
  const { ownDir } = await session.service();
  if (ownDir === undefined || hasDataDir(session.env)) return;
  throw new Failure(
    exitCodes.unreachable,
    `no service answers, and there is no folder of jobs ${dataDirOf(session.env)}`,
  );
}

/** Submits a job; its files are sent before. */
async function submitted(
  name: string,
  method: CommandMethod,
  typed: CallWords,
  options: CommandMethod["params"],
  session: Session,
) {
  const { params, files } = await readCall(method, typed);
  const service = await session.service();
  if (service.ownDir !== undefined) {
    if (typed.flags.detach === true) {
      throw new Failure(
        exitCodes.unreachable,
        "no service answers, so nobody would compute the job once this command has ended: start one " +
          "(cotangent serve, or npm start), or leave --detach out",
      );
    }
    session.note(
      `no service answers: this command computes the job itself, and keeps it in ${service.ownDir}.\n` +
        "Where it is ended before the job, the job goes on with the next service, or attach, in this folder.",
    );
  }
  const inputs: Record<string, unknown> = { ...(params.inputs as object) };
  for (const [key, file] of Object.entries(files)) inputs[key] = await sendFile(service, file);
  const asked = { method: name, params: { ...params, inputs }, ...(await readSettings(typed.flags, options)) };
  const told = await jobBy("job.submit", asked, session);
  const { points, chunks } = told.progress;
  const parts = `${countText(points.total)} points in ${chunks.total} chunk${chunks.total === 1 ? "" : "s"}`;
  if (typed.flags.detach !== true && !session.isJson) session.note(`${told.job}: ${parts}`);
  return told;
}
