import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../../openapi.d.ts";
import { exitCodes, Failure, refused } from "./failure.ts";

/** The service's types of parameters and answers. */
export type Wire = components["schemas"];

/** A job as the service tells it. */
export type JobTold = Wire["JobStatusResult"];

/** A service, and how it was found. */
export interface Service {
  readonly url: string;
  readonly api: Client<paths>;
  /** Where jobs are kept of a service that this process has started, and stops; undefined of any other. */
  readonly ownDir: string | undefined;
  close(): Promise<void>;
}

/** A typed client of a service; it shows the key that is given. */
export function clientOf(url: string, key: string | undefined): Client<paths> {
  const api = createClient<paths>({ baseUrl: url });
  if (key !== undefined) {
    api.use({
      onRequest({ request }) {
        request.headers.set("authorization", `Bearer ${key}`);
        return request;
      },
    });
  }
  return api;
}

/** What a service answers to a call of a method by its name. Throws a {@link Failure}. */
export async function call(
  service: Service,
  method: string,
  params: object,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  // Which method it is, is known when it is typed: all of them are called as this one is.
  const path = `/v1/${method}` as "/v1/evaluate";
  const body = params as Wire["EvaluateParams"];
  return answerOf(service, service.api.POST(path, { body, ...(signal ? { signal } : {}) }));
}

/** The data of an answer. Throws a {@link Failure}: what the service refuses, or that none answers. */
export async function answerOf<T>(
  { url, ownDir }: Pick<Service, "url" | "ownDir">,
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await asked.catch((fault: Error) => {
    if (fault.name === "AbortError") throw fault;
    throw unreachable(url, fault);
  });
  if (response.ok && data !== undefined) return data;
  const failure = refused(error, response.status);
  if (ownDir === undefined || !/^(graph|job)_not_found/.test(failure.message)) throw failure;
  const note = "\n  no service was found, so one was started for this command: it knows what this command sends it";
  throw new Failure(failure.exitCode, failure.message + note, failure.problem);
}

/** That nobody answers at an address, and why. */
export function unreachable(url: string, fault: Error): Failure {
  const { cause } = fault as { cause?: { code?: string; message?: string } };
  const why = cause?.code ?? cause?.message ?? fault.message;
  return new Failure(exitCodes.unreachable, `no service answers at ${url} (${why})`);
}
