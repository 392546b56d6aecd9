import { answerOf, call, type JobTold } from "../client.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Session } from "../session.ts";
import { Bar } from "./bar.ts";
import { follow, isEnded } from "./follow.ts";
import { jobText } from "./show.ts";

/** Follows a job to its end with a bar, and shows it; Ctrl-C leaves it and says how to come back. */
export async function attach(job: string, session: Session): Promise<void> {
  const service = await session.service();
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  process.once("SIGINT", leave);
  let bar: Bar | undefined;
  try {
    const told = await answerOf(service, service.api.GET("/v1/jobs/{job}", { params: { path: { job } } }));
    bar = await Bar.of(told.progress.points.total, told.method === "calls" ? "calls" : "points", !session.isJson);
    bar.tell(told.progress);
    const ended = isEnded(told)
      ? told
      : await follow(service, job, ({ progress }) => bar?.tell(progress), leaving.signal);
    bar.end();
    show(ended, session);
  } catch (error) {
    bar?.end();
    if (!leaving.signal.aborted) throw withWayBack(error, job);
    const { ownDir } = service;
    const goesOn =
      ownDir === undefined
        ? `${job} goes on.`
        : `${job} is kept in ${ownDir}, and goes on when a service has that folder, or this:`;
    session.note(`\n${goesOn} Come back with\n\n  cotangent job attach ${job}\n`);
    throw new Failure(exitCodes.interrupted, "");
  } finally {
    process.removeListener("SIGINT", leave);
  }
}

/** Shows a job that has ended. Throws a `Failure` without words where it did not succeed. */
export function show(ended: JobTold, session: Session): void {
  session.print(ended, () => jobText(ended));
  const isAnswered = ended.state === "succeeded" || ended.state === "partial";
  if (isAnswered && !session.isJson) session.note(`Its answer: cotangent job result ${ended.job} -o answer.ndjson`);
  if (ended.state !== "succeeded") throw new Failure(exitCodes.notSucceeded, "");
}

/** A job, by a method that answers one. */
export async function jobBy(method: string, params: object, session: Session): Promise<JobTold> {
  return (await call(await session.service(), method, params)) as JobTold;
}

function withWayBack(error: unknown, job: string): unknown {
  if (!(error instanceof Failure) || error.exitCode !== exitCodes.unreachable) return error;
  return new Failure(error.exitCode, `${error.message}\n  come back with cotangent job attach ${job}`);
}
