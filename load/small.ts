import { standard } from "../src/methods/schemas/examples.ts";
import { type Load, sumUp, type Turn, type Turns, takeTurns } from "./alternate.ts";
import { describeMachine, type Machine } from "./machine.ts";
import { Server } from "./server.ts";
import { digits, duration, table } from "./table.ts";
import { atLeast, type Target, targetTable } from "./target.ts";

// Small calls: the processor time of a bare server that parses the same bodies and answers the same bytes, divided by that
// of the service. Requests a second would tell as much about the load generator, which needs the machine as well.

/** One small call, again and again. */
export interface SmallRow {
  readonly name: string;
  readonly title: string;
  /** Once the servers have run for a while. */
  readonly warm: Beside;
  /** In the first turn of servers that have just started. */
  readonly first: Beside;
}

/** The processor seconds of a request, of the service and of the bare server. */
interface Beside {
  readonly service: number;
  readonly bare: number;
  /** The bare server's divided by the service's. */
  readonly ratio: number;
  /** The ratios of turns that followed one another, the least and the most. */
  readonly between: readonly [number, number];
  readonly requestsPerSecond: number;
}

/** All that was measured of small calls. */
export interface SmallReport extends Turns {
  readonly machine: Machine;
  readonly command: string;
  readonly warmSeconds: number;
  readonly rows: readonly SmallRow[];
}

const seeds = { x1: 1, x2: 0.5 };
const calls: Readonly<Record<string, object>> = {
  evaluate: {},
  jvp: { seeds },
  vjp: { seeds: { y: 1 } },
  gradient: {},
  jacobian: {},
  hvp: { seeds },
  hessian: {},
};

/** The rows: every numeric method, on the standard example by its id, and with its formula sent each time. */
export const smallCalls = Object.entries(calls).flatMap(([method, params]) =>
  [true, false].map((isById) => ({
    name: `small-${method}${isById ? "" : "-formula"}`,
    title: `${method}, ${isById ? "by id" : "formula sent"}`,
    wanted: isById ? 0.8 : 0.5,
    path: `/v1/${method}`,
    body: JSON.stringify({ graph: isById ? standard.id : standard.graph, inputs: standard.inputs, ...params }),
  })),
);

type SmallCall = (typeof smallCalls)[number];

const connections = 16;

/** Measures small calls; undefined where the system does not tell processor times. */
export async function measureSmall(
  wanted: readonly SmallCall[],
  turns: Turns & { readonly warmSeconds: number },
): Promise<SmallRow[] | undefined> {
  const [service, bare, loads] = await startBoth(wanted);
  if (service.processorSeconds() === undefined) {
    await Promise.all([service.stop(), bare.stop()]);
    return undefined;
  }
  // All of them before any is measured: a service has compiled its code for whatever it is asked.
  for (const both of loads) await takeTurns(both, connections, { rounds: 1, turnSeconds: turns.warmSeconds });
  const rows: Omit<SmallRow, "first">[] = [];
  for (const [i, { name, title }] of wanted.entries()) {
    rows.push({ name, title, warm: beside(await takeTurns(loads[i]!, connections, turns)) });
    console.error(`${title}: ${digits(rows[i]!.warm.ratio)}`);
  }
  await Promise.all([service.stop(), bare.stop()]);
  const all: SmallRow[] = [];
  for (const [i, call] of wanted.entries()) {
    const [service, bare, [both]] = await startBoth([call]);
    const first = beside(await takeTurns(both!, connections, { ...turns, rounds: 1 }));
    await Promise.all([service.stop(), bare.stop()]);
    all.push({ ...rows[i]!, first });
    console.error(`${call.title}, first seconds: ${digits(first.ratio)}`);
  }
  return all;
}

/** What small calls were to reach. */
export function smallTargets(rows: readonly SmallRow[]): Target[] {
  return rows.map(({ name, title, warm }) => {
    const { wanted } = smallCalls.find((call) => call.name === name)!;
    return atLeast(`processor time of a bare server, of ours: ${title}`, warm.ratio, wanted, digits);
  });
}

/** The tables of a report, in Markdown. */
export function smallTables({ machine, command, rounds, turnSeconds, warmSeconds, rows }: SmallReport): string {
  return [
    `\`${command}\`, ${describeMachine(machine)}; ${connections} connections, default log level; after ${warmSeconds} s of each row ${rounds} turns of ${turnSeconds} s, the two servers in turn; then, for the first seconds, one such turn of servers that have just started.`,
    `Processor time of a process (\`/proc/<pid>/stat\`, all threads) for each request, and the bare server's divided by ours; between, the ratios of single turns.`,
    table(
      ["Small call", "Ours", "Bare", "Ratio", "Between", "Requests/s", "First seconds: ours", "Bare", "Ratio"],
      rows.map(({ title, warm, first }) => [
        title,
        duration(warm.service),
        duration(warm.bare),
        digits(warm.ratio),
        warm.between.map(digits).join("–"),
        digits(warm.requestsPerSecond),
        duration(first.service),
        duration(first.bare),
        digits(first.ratio),
      ]),
    ),
    targetTable(smallTargets(rows)),
  ].join("\n\n");
}

/** The service and the bare server, each of which has answered every call once. */
async function startBoth(wanted: readonly SmallCall[]): Promise<[Server, Server, Load[][]]> {
  const service = await Server.service();
  await service.put(standard.graph);
  const answers: Record<string, string> = {};
  for (const { name, path, body } of wanted) {
    answers[`/bare/${name}`] = (await service.post(path, body)).toString();
  }
  const bare = await Server.bare(answers);
  const loads = wanted.map(({ name, path, body }) => [
    { server: service, path, body },
    { server: bare, path: `/bare/${name}`, body },
  ]);
  return [service, bare, loads];
}

function beside([ours, theirs]: readonly Turn[][]): Beside {
  const [service, bare] = [sumUp(ours!), sumUp(theirs!)];
  const ratios = ours!.map((turn, i) => perRequest(theirs![i]!) / perRequest(turn)).sort((a, b) => a - b);
  return {
    service: service.processorSeconds!,
    bare: bare.processorSeconds!,
    ratio: bare.processorSeconds! / service.processorSeconds!,
    between: [ratios[0]!, ratios.at(-1)!],
    requestsPerSecond: service.requestsPerSecond,
  };
}

function perRequest({ processorSeconds, timesMs }: Turn): number {
  return processorSeconds! / timesMs.length;
}
