import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../test/support/random.ts";
import { type Fleet, fleetOf, type StoreName } from "./fleet.ts";
import type { ServiceProcess } from "./process.ts";

/** What a run of chaos is asked for: it ends after so many kills or so many seconds, whichever is first. */
export interface ChaosOptions {
  readonly store: StoreName;
  readonly kills: number;
  readonly seconds: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}

/** What came of it; `violations` are the promises that were broken, in words. */
export interface ChaosReport {
  readonly kills: number;
  /** What was killed how often. */
  readonly killed: Readonly<Record<string, number>>;
  readonly accepted: number;
  readonly replayed: number;
  readonly cancelled: number;
  readonly events: number;
  readonly violations: readonly string[];
}

interface Told {
  readonly job: string;
  readonly state: string;
  readonly progress: { readonly points: { readonly done: number } };
}

interface Accepted {
  readonly variant: number;
  isCancelled: boolean;
  isFinal: boolean;
}

/** What one who asks again and again has been told last of each job. */
type Seen = Map<string, { readonly state: string; readonly done: number }>;

const variants = [20, 100, 1000, 5000].flatMap((points) => [8, 256].map((chunkPoints) => ({ points, chunkPoints })));
const openMax = 25;
const killEveryMs = 800;
const finals = ["succeeded", "partial", "failed", "cancelled"];

/**
 * Kills a service with SIGKILL at random moments while jobs are submitted, each third twice with one key, asked about,
 * followed and cancelled; then lets it be, and looks at what became of all that was accepted.
 */
export async function chaos({ store, kills, seconds, seed, log = () => {} }: ChaosOptions): Promise<ChaosReport> {
  const random = new Random(seed);
  const fleet = await fleetOf(store);
  const service = new Asked(fleet, random);
  const killed: Record<string, number> = {};
  const violations = new Set<string>();
  const accepted = new Map<string, Accepted>();
  const keys = new Map<string, string>();
  const counts = { kills: 0, replayed: 0, cancelled: 0, events: 0 };
  const picked = (ids: readonly string[]) => (ids.length === 0 ? undefined : random.pick(ids));
  const end = performance.now() + seconds * 1000;
  const isOver = () => counts.kills >= kills || performance.now() >= end;
  const open = () => [...accepted].filter(([, { isFinal }]) => !isFinal).map(([id]) => id);

  function look(seen: Seen, { job, state, progress }: Told): void {
    const { done } = progress.points;
    const before = seen.get(job);
    if (before && done < before.done) violations.add(`${job}: ${before.done} points were done, and then ${done}`);
    if (before && finals.includes(before.state) && state !== before.state) {
      violations.add(`${job} was ${before.state}, and then ${state}`);
    }
    seen.set(job, { state, done });
    if (finals.includes(state)) accepted.get(job)!.isFinal = true;
  }

  async function submit(): Promise<void> {
    while (!isOver()) {
      if (open().length >= openMax) {
        await sleep(20);
        continue;
      }
      const variant = random.below(variants.length);
      const key = `key-${keys.size}-${random.below(1e9)}`;
      const times = random.below(3) === 0 ? 2 : 1;
      keys.set(key, "");
      for (let i = 0; i < times; i++) {
        const told = await service.call<Told>("job.submit", { ...jobOf(variant), idempotencyKey: key });
        if (!told) continue;
        const before = keys.get(key);
        if (before !== "" && before !== told.job) violations.add(`${key} became ${before} and ${told.job}`);
        if (before === told.job) counts.replayed++;
        keys.set(key, told.job);
        if (!accepted.has(told.job)) accepted.set(told.job, { variant, isCancelled: false, isFinal: false });
      }
      await sleep(random.below(30));
    }
  }

  async function ask(): Promise<void> {
    const seen: Seen = new Map();
    while (!isOver()) {
      const id = picked([...accepted.keys()]);
      const told = id === undefined ? undefined : await service.call<Told>("job.status", { job: id });
      if (told) look(seen, told);
      await sleep(random.below(20));
    }
  }

  async function cancel(): Promise<void> {
    while (!isOver()) {
      await sleep(random.below(1500));
      const id = picked(open());
      if (id === undefined) continue;
      // Whether it was heard is not known if the service ended meanwhile.
      accepted.get(id)!.isCancelled = true;
      const told = await service.call<Told>("job.cancel", { job: id });
      if (told) counts.cancelled++;
    }
  }

  async function follow(): Promise<void> {
    while (!isOver()) {
      const id = picked(open());
      let last = 0;
      const seen: Seen = new Map();
      for (let tries = 0; id !== undefined && tries < 50 && !isOver(); tries++) {
        const isEnd = await service.events(id, last, (event, told) => {
          counts.events++;
          if (event <= last) violations.add(`${id}: event ${event} came after ${last}`);
          last = event;
          if (told?.progress) look(seen, told);
        });
        if (isEnd) break;
        await sleep(20);
      }
      await sleep(20);
    }
  }

  async function kill(): Promise<void> {
    let takenMs = 0;
    while (!isOver()) {
      // On a slow machine something has to happen in between too.
      await sleep(random.below(killEveryMs + 2 * takenMs));
      const started = performance.now();
      const what = await fleet.kill(random);
      takenMs = performance.now() - started;
      killed[what] = (killed[what] ?? 0) + 1;
      counts.kills++;
      if (counts.kills % 10 === 0) log(`${counts.kills} kills, ${accepted.size} accepted, ${open().length} open`);
    }
  }

  try {
    await fleet.start();
    const expected: string[] = [];
    for (let i = 0; i < variants.length; i++) expected.push(await service.answer(await service.ended(jobOf(i))));
    await Promise.all([submit(), submit(), ask(), ask(), cancel(), follow(), follow(), kill()]);
    for (const [id, { variant, isCancelled }] of accepted) {
      const told = await service.end(id);
      if (told.state === "succeeded") {
        if ((await service.answer(id)) !== expected[variant]) violations.add(`${id} has other bits than without kills`);
      } else if (told.state !== "cancelled" || !isCancelled) violations.add(`${id} is ${told.state}`);
    }
  } finally {
    await fleet.close();
  }
  return { ...counts, killed, accepted: accepted.size, violations: [...violations] };
}

function jobOf(variant: number) {
  const { points, chunkPoints } = variants[variant]!;
  const x1 = Array.from({ length: points }, (_, i) => 1 + (i % 101) / 7);
  const params = { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, inputs: { x1, x2: 5 }, batch: points };
  return { method: "jacobian", params, chunkPoints };
}

/** One of a fleet is asked, another each time. */
class Asked {
  private readonly fleet: Fleet;
  private readonly random: Random;

  constructor(fleet: Fleet, random: Random) {
    this.fleet = fleet;
    this.random = random;
  }

  /** The result of a call; undefined where it failed, or whoever was asked ended meanwhile. */
  call<T>(method: string, params: object): Promise<T | undefined> {
    return this.server().call(method, params);
  }

  /** Follows events behind one; whether there are no more. */
  async events(id: string, after: number, hear: (event: number, told: Told | undefined) => void): Promise<boolean> {
    try {
      const response = await fetch(`${this.server().url}/v1/jobs/${id}/events`, {
        headers: { "last-event-id": `${after}` },
      });
      if (response.status === 204) return true;
      if (!response.ok || !response.body) return false;
      let text = "";
      for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
        text += part;
        for (let at = text.indexOf("\n\n"); at >= 0; at = text.indexOf("\n\n")) {
          const [, event, name, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(text.slice(0, at)) ?? [];
          text = text.slice(at + 2);
          if (event === undefined) continue;
          hear(Number(event), name === "state" || name === "end" ? JSON.parse(data!) : undefined);
          if (name === "end") return true;
        }
      }
      return false;
    } catch {
      return false;
    }
  }

  /** The id of a job that is submitted, once it has ended. */
  async ended(job: object): Promise<string> {
    for (let tries = 0; tries < 60; tries++) {
      const told = await this.call<Told>("job.submit", job);
      if (told) {
        await this.end(told.job);
        return told.job;
      }
      await sleep(1000);
    }
    throw new Error(`no job is accepted: ${this.fleet.servers.map(({ refused }) => refused).join(" ")}`);
  }

  async end(id: string): Promise<Told> {
    for (let tries = 0; tries < 60; tries++) {
      const told = await this.call<Told>("job.status", { job: id, wait: 5 });
      if (told && finals.includes(told.state)) return told;
    }
    throw new Error(`${id} does not end`);
  }

  /** The digest of a job's answer. */
  async answer(id: string): Promise<string> {
    for (let tries = 0; tries < 60; tries++) {
      const result = await this.call<object>("job.result", { job: id, encoding: "base64" });
      if (result) return createHash("sha256").update(JSON.stringify(result)).digest("hex");
      await sleep(1000);
    }
    throw new Error(`${id} has no result`);
  }

  private server(): ServiceProcess {
    return this.random.pick(this.fleet.servers);
  }
}
