import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { npyHead, npyHeadBytesMax, readNpyHead } from "../../src/wire/npy.ts";
import { bundle, bundleInputs } from "../kernels/bundle.ts";
import { type Kernel, type Tensor, uniform } from "../kernels/kernel.ts";
import { standard } from "../kernels/standard.ts";
import { wireTensor } from "../numbers.ts";
import { Server } from "../server.ts";
import { digits, duration } from "../table.ts";
import { atLeast, atMost, median, msOf, type Target } from "../target.ts";
import { pingWhile } from "./liveness.ts";

// Jobs over HTTP: what is submitted, computed and kept a second, beside calls of the same points; long ones, whose inputs are
// sent and whose answers are fetched by curl; and a start with many that are kept.

const sameAsCall = 2 ** 19;
const submissions = 1000;
const atOnce = 8;
const chunks = 5000;
const starts = 3;
const growthBytesMax = 100e6;
const finals = ["succeeded", "partial", "failed", "cancelled"];

/** What a number of jobs reaches; `scale` makes the long ones shorter, for a try. */
export async function jobTargets(scale = 1): Promise<Target[]> {
  const dir = await mkdtemp(join(tmpdir(), "cotangent-load-"));
  try {
    return [...(await besideCalls(dir)), ...(await long(dir, scale)), ...(await small(dir))];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Told {
  readonly job: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Points a second of a job from its submission to its end, of those of one call that sends the same points. */
async function besideCalls(dir: string): Promise<Target[]> {
  const targets: Target[] = [];
  const server = await Server.service({ ...settings(join(dir, "beside")), LIMIT_BODY_BYTES: String(500 * 2 ** 20) });
  for (const kernel of [at(standard, sameAsCall), at(bundle, sameAsCall / 8)]) {
    const points = kernel.points!;
    const params = {
      graph: await server.put(kernel.graph),
      wrt: kernel.wrt,
      batch: points,
      encoding: "base64",
      inputs: wired(kernel),
    };
    const body = JSON.stringify(params);
    const submission = JSON.stringify({ method: "jacobian", params });
    const rates: { call: number; job: number }[] = [];
    for (let i = 0; i < 4; i++) {
      const callMs = await msOf(() => server.post("/v1/jacobian", body));
      const jobMs = await msOf(async () => ended(server, await submitted(server, submission)));
      // The first of each compiles.
      if (i > 0) rates.push({ call: (1000 * points) / callMs, job: (1000 * points) / jobMs });
    }
    const ratio = median(rates.map(({ call, job }) => job / call));
    const told = atLeast(`a job of ${points} points, ${kernel.title}, of the call's points/s`, ratio, 0.85, digits);
    const shown = `job ${rate(median(rates.map(({ job }) => job)))}, call ${rate(median(rates.map(({ call }) => call)))}`;
    targets.push({ ...told, measured: `${told.measured} (${shown})` });
  }
  await server.stop();
  return targets;
}

/** Jobs of ten million points and of a million Jacobians, within the memory of a service that has served before. */
async function long(dir: string, scale: number): Promise<Target[]> {
  const targets: Target[] = [];
  for (const [kernel, tensor] of [
    [at(standard, Math.round(1e7 * scale)), "jacobian.y.x1"],
    [at(bundle, Math.round(1e6 * scale)), "jacobian.residual.rotation"],
  ] as const) {
    const server = await Server.service(settings(join(dir, kernel.name)));
    await ended(server, await submitted(server, JSON.stringify(await small64(server, kernel))));
    await setTimeout(1000);
    const before = server.residentBytes() ?? 0;
    server.forgetPeak();
    const inputs: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(kernel.inputs))
      inputs[name] = await sent(server, join(dir, `${name}.npy`), value);
    const params = { graph: await server.put(kernel.graph), wrt: kernel.wrt, batch: kernel.points, inputs };
    let told: Told | undefined;
    const pings = await pingWhile(server, async () => {
      told = await ended(server, await submitted(server, JSON.stringify({ method: "jacobian", params })));
    });
    const { job, startedAt, endedAt } = told!;
    const out = join(dir, "answer.npy");
    const url = `${server.url}/v1/jobs/${job}/result?tensor=${tensor}`;
    await promisify(execFile)("curl", ["-s", "-f", "-o", out, url]);
    const read = readBy(out, kernel.points!);
    const growth = (server.peakBytes() ?? 0) - before;
    await server.stop();
    const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
    const name = `a job of ${kernel.points} points, ${kernel.title}`;
    const grown = atMost(`${name}: memory above idle`, growth / 1e6, growthBytesMax / 1e6, (x) => `${x.toFixed(0)} MB`);
    targets.push(
      {
        what: `${name}: ends, and ${read}`,
        wanted: "yes",
        measured: `${duration(seconds)}, ${rate(kernel.points! / seconds)}`,
        isMet: true,
      },
      { ...grown, measured: `${grown.measured} (${(before / 1e6).toFixed(0)} MB → peak)` },
      figure(
        `${name}: slowest \`/livez\` meanwhile`,
        `${duration(pings.maxMs / 1000)} (${pings.count} pings, p99 ${duration(pings.p99Ms / 1000)})`,
      ),
    );
  }
  return targets;
}

/** Many small jobs, many small chunks, and a start with all of them kept. */
async function small(dir: string): Promise<Target[]> {
  const env = { ...settings(join(dir, "small")), LIMIT_JOBS_QUEUED: "1000000" };
  let server = await Server.service(env);
  const graph = await server.put(standard.graph);
  const one = JSON.stringify({
    method: "jacobian",
    params: { graph, inputs: { x1: [1, 2, 3, 4, 5, 6, 7, 8], x2: 5 }, batch: 8 },
  });
  const first: number[] = [];
  for (let i = 0; i < 20; i++) {
    const sentAtMs = Date.now();
    const { startedAt } = await ended(server, await submitted(server, one));
    first.push(Math.max(0, Date.parse(startedAt) - sentAtMs));
  }
  let left = submissions;
  let last = "";
  const submitMs = await msOf(() =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) last = await submitted(server, one);
      }),
    ),
  );
  await ended(server, last);
  const x1 = wireTensor(uniform([8 * chunks], 1, 9, 1));
  const params = { graph, inputs: { x1, x2: 5 }, batch: 8 * chunks };
  const told = await ended(
    server,
    await submitted(server, JSON.stringify({ method: "jacobian", params, chunkPoints: 8 })),
  );
  const chunkSeconds = (Date.parse(told.endedAt) - Date.parse(told.startedAt)) / 1000;
  const taken: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < starts; i++) {
    await server.stop();
    const startMs = await msOf(async () => {
      server = await Server.service(env);
      while (!(await fetch(`${server.url}/readyz`)).ok);
      await server.post("/v1/job.status", JSON.stringify({ job: told.job }));
    });
    taken.push(startMs / 1000);
    const other = { ...settings(join(dir, `none-${i}`)) };
    const bareMs = await msOf(async () => {
      const bareServer = await Server.service(other);
      while (!(await fetch(`${bareServer.url}/readyz`)).ok);
      await bareServer.stop();
    });
    bare.push(bareMs / 1000);
  }
  await server.stop();
  return [
    figure(
      `submissions a second, ${atOnce} at once, each on disk before its answer`,
      digits((1000 * submissions) / submitMs),
    ),
    figure("chunks of 8 points a second", digits(chunks / chunkSeconds)),
    figure("from a submission to its first chunk, median", duration(median(first) / 1000)),
    figure(
      `a start after SIGKILL with ${submissions} jobs kept, until one of them is told, median`,
      `${duration(median(taken))} (without jobs ${duration(median(bare))})`,
    ),
  ];
}

/** A number that was not to be any. */
function figure(what: string, measured: string): Target {
  return { what, wanted: "–", measured, isMet: true };
}

/** The settings of a service that keeps jobs in a folder. */
function settings(dir: string) {
  return { DATA_DIR: dir, LOG_LEVEL: "error" };
}

/** A kernel at so many points. */
function at(kernel: Kernel, points: number): Kernel {
  const inputs =
    kernel === bundle ? bundleInputs(points) : { x1: uniform([points], 0.5, 10, 1), x2: uniform([points], -10, 10, 2) };
  return { ...kernel, points, inputs };
}

function wired({ inputs }: Kernel) {
  return Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, wireTensor(tensor)]));
}

/** A job of the kernel's graph at few points, after which the code that serves it is there. */
async function small64(server: Server, kernel: Kernel) {
  const few = at(kernel.name === bundle.name ? bundle : kernel, 64);
  return {
    method: "jacobian",
    params: { graph: await server.put(kernel.graph), wrt: kernel.wrt, batch: 64, inputs: wired(few) },
  };
}

async function submitted(server: Server, body: string): Promise<string> {
  const answer = await fetch(`${server.url}/v1/job.submit`, { method: "POST", body });
  const told = (await answer.json()) as Told & { detail?: string };
  if (answer.status !== 202) throw new Error(`job.submit answers ${answer.status}: ${told.detail}`);
  return told.job;
}

async function ended(server: Server, job: string): Promise<Told> {
  for (;;) {
    const told: Told = JSON.parse((await server.post("/v1/job.status", JSON.stringify({ job, wait: 60 }))).toString());
    if (told.state === "succeeded") return told;
    if (finals.includes(told.state)) throw new Error(`${job} is ${told.state}`);
  }
}

/** Writes a tensor to a file and sends that by curl; gives the tensor that names it. */
async function sent(server: Server, path: string, { shape, data }: Tensor) {
  const hash = createHash("sha256");
  const file = createWriteStream(path);
  const bytes = new Uint8Array(data.buffer as ArrayBuffer);
  for (const piece of [npyHead("float64", shape), bytes]) {
    hash.update(piece);
    file.write(piece);
  }
  await new Promise<void>((resolve, reject) => file.on("error", reject).end(resolve));
  const sha = hash.digest("hex");
  const head = "Content-Type: application/x-npy";
  await promisify(execFile)("curl", ["-s", "-f", "-T", path, "-H", head, `${server.url}/v1/blobs/${sha}`]);
  await rm(path);
  return { shape, dtype: "float64", blob: `sha256:${sha}` };
}

/** Who has read a file of so many points; throws where it is no such file. */
function readBy(path: string, points: number): string {
  const script = "import sys, numpy; a = numpy.load(sys.argv[1]); print(a.shape[0], bool(numpy.isfinite(a).all()))";
  const { status, stdout } = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
  if (status === 0) {
    if (stdout.trim() !== `${points} True`) throw new Error(`NumPy reads ${stdout}`);
    return "NumPy reads what curl has fetched";
  }
  const head = readNpyHead(readFileSync(path).subarray(0, npyHeadBytesMax));
  if (head?.shape[0] !== points) throw new Error(`${path} is no file of ${points} points`);
  return "curl fetches its answer (there is no NumPy here to read it)";
}

function rate(perSecond: number): string {
  return perSecond >= 1e6 ? `${digits(perSecond / 1e6)} million/s` : `${digits(perSecond / 1e3)} thousand/s`;
}
