import type { LinearAlgebraRow } from "./linear-algebra/measure.ts";
import { linearAlgebraTable, linearAlgebraTargets } from "./linear-algebra/table.ts";
import { describeMachine, type Machine } from "./machine.ts";
import type { Preparation } from "./peers/peer.ts";
import type { SparseRow } from "./sparse.ts";
import { duration, table, times } from "./table.ts";
import { atMost, type Target, targetTable } from "./target.ts";

/** What one contestant took for one kernel. */
export interface Measured extends Preparation {
  readonly primalSeconds: number;
  readonly derivativeSeconds: number;
}

/** One kernel, with everybody who could. */
export interface KernelRow {
  readonly name: string;
  readonly title: string;
  readonly points: number;
  readonly passes: number;
  readonly measured: Readonly<Record<string, Measured>>;
  /** Why others could not. */
  readonly faults: Readonly<Record<string, string>>;
}

/** All that `npm run bench` measures. */
export interface BenchReport {
  readonly machine: Machine;
  readonly command: string;
  readonly settings: { readonly rounds: number; readonly seconds: number; readonly isPinned: boolean };
  /** Our ways of making programs, the one that counts first. */
  readonly ours: readonly string[];
  readonly peers: readonly string[];
  /** Peers that could not be installed, and why. */
  readonly absent: readonly string[];
  readonly rows: readonly KernelRow[];
  readonly sparse: readonly SparseRow[];
  readonly linearAlgebra?: readonly LinearAlgebraRow[];
}

/** The tables of a report, in Markdown. */
export function benchTables(report: BenchReport): string {
  const { machine, command, settings, rows, peers, absent, sparse, linearAlgebra = [] } = report;
  const { rounds, seconds, isPinned } = settings;
  const targets = targetsOf(report);
  const where = isPinned ? ", everybody on the same core" : "";
  return [
    `\`${command}\`, ${describeMachine(machine)}. The least of ${rounds} turns of ${seconds} s for each number${where}.`,
    ...(rows.length > 0 ? ["A derivative's time includes the value's.", kernelTable(report)] : []),
    ...(rows.length > 0 && peers.length > 0
      ? [
          "Value and derivative beside other libraries, one thread, float64:",
          peerTable(report),
          "From the document, or the function, to the program of the derivative, and to its first values:",
          compileTable(report),
          faultList(report),
        ]
      : []),
    ...absent.map((text) => `Not installed: ${text}.`),
    ...(sparse.length > 0
      ? ["Sparse matrices of large graphs, and evaluating the outputs alone:", sparseTable(sparse)]
      : []),
    ...(linearAlgebra.length > 0
      ? [
          "Linear algebra on one square matrix, beside others where these were measured:",
          linearAlgebraTable(linearAlgebra),
        ]
      : []),
    ...(targets.length > 0 ? [targetTable(targets)] : []),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What was to be reached, of the rows that were measured. */
function targetsOf({ ours, rows, linearAlgebra = [] }: BenchReport): Target[] {
  const of = (kernel: string, name: string) => rows.find((row) => row.name === kernel)?.measured[name];
  const besideJax = (kernel: string, what: string, limits: readonly number[]) => {
    const [we, jax] = [of(kernel, ours[0]!), of(kernel, "JAX")];
    if (!we || !jax) return [];
    const points = rows.find((row) => row.name === kernel)!.points;
    const [mine, theirs] = [we.derivativeSeconds / points, jax.derivativeSeconds / points];
    return limits.map((limit) => {
      const target = atMost(`${what}, a point, beside JAX`, mine / theirs, limit, times);
      return { ...target, measured: `${target.measured} (${duration(mine)} and ${duration(theirs)})` };
    });
  };
  const besidePrimal = (kernel: string, limit: number) => {
    const we = of(kernel, ours[0]!);
    if (!we) return [];
    return [atMost(`gradient / value, ${kernel}`, we.derivativeSeconds / we.primalSeconds, limit, times)];
  };
  const firstAnswer = (kernel: string) => {
    const we = of(kernel, ours[0]!);
    return we ? [atMost(`first answer, ${kernel}`, we.firstMs / 1000, 0.1, duration)] : [];
  };
  return [
    ...besideJax("standard", "the standard example, value and both derivatives", [1, 0.5]),
    ...besideJax("bundle", "bundle-adjustment Jacobian", [0.4]),
    ...besidePrimal("mixture", 2.5),
    ...besidePrimal("lstm", 2.5),
    ...besidePrimal("least-squares", 2),
    ...besidePrimal("logsumexp", 1.5),
    ...besideJax("lstm-scan", "the gradient of an LSTM of 8192 steps", [0.7]),
    ...besideJax("lorenz", "the gradient of 2000 Runge-Kutta steps", [0.5]),
    ...besideJax("kalman", "the gradient of a Kalman filter of 500 steps", [0.7]),
    ...["lstm-scan", "lorenz", "kalman"].flatMap(firstAnswer),
    ...linearAlgebraTargets(linearAlgebra),
  ];
}

function kernelTable({ ours, rows }: BenchReport): string {
  const [main, ...others] = ours;
  const heads = [
    "Kernel",
    "Points",
    "Passes",
    "Value",
    "Derivative",
    "Ratio",
    "Per point",
    "Per point and pass",
    "Compile",
  ];
  return table(
    [...heads, ...others.map((name) => `by ${name}`), ...others.map((name) => `${name}, times`)],
    rows.map(({ title, points, passes, measured }) => {
      const { primalSeconds, derivativeSeconds, compileMs } = measured[main!]!;
      const other = others.map((name) => measured[name]!.derivativeSeconds);
      return [
        title,
        points,
        passes,
        duration(primalSeconds),
        duration(derivativeSeconds),
        times(derivativeSeconds / primalSeconds),
        duration(derivativeSeconds / points),
        duration(derivativeSeconds / points / passes),
        duration(compileMs / 1000),
        ...other.map(duration),
        ...other.map((seconds) => times(seconds / derivativeSeconds)),
      ];
    }),
  );
}

function peerTable({ ours, peers, rows }: BenchReport): string {
  const [main] = ours;
  const names = [main!, ...peers];
  const pairs = names.flatMap((name) => {
    const shown = name === main ? "Cotangent" : name;
    return [`${shown}: value`, "derivative", "ratio"];
  });
  return table(
    ["Kernel", ...pairs, "Fastest derivative"],
    rows.map(({ title, measured }) => [
      title,
      ...names.flatMap((name) => {
        const { primalSeconds, derivativeSeconds } = measured[name] ?? {};
        if (primalSeconds === undefined || derivativeSeconds === undefined) return ["–", "–", "–"];
        return [duration(primalSeconds), duration(derivativeSeconds), times(derivativeSeconds / primalSeconds)];
      }),
      winner(main!, names, measured),
    ]),
  );
}

/** Who is fastest, and how much faster than the fastest of the others, or than us. */
function winner(main: string, names: readonly string[], measured: KernelRow["measured"]): string {
  const ranked = names
    .filter((name) => measured[name])
    .sort((a, b) => measured[a]!.derivativeSeconds - measured[b]!.derivativeSeconds);
  const [first, second] = ranked;
  if (!second) return "–";
  const rival = first === main ? second : main;
  const factor = times(measured[rival]!.derivativeSeconds / measured[first!]!.derivativeSeconds);
  return first === main ? `Cotangent, ${factor} as fast as ${rival}` : `${first}, ${factor} as fast as Cotangent`;
}

function compileTable({ ours, peers, rows }: BenchReport): string {
  const names = [ours[0]!, ...peers];
  return table(
    ["Kernel", ...["Cotangent", ...peers].flatMap((name) => [`${name}: program`, "values"])],
    rows.map(({ title, measured }) => [
      title,
      ...names.flatMap((name) => {
        const { compileMs, firstMs } = measured[name] ?? {};
        if (compileMs === undefined || firstMs === undefined) return ["–", "–"];
        return [duration(compileMs / 1000), duration(firstMs / 1000)];
      }),
    ]),
  );
}

function faultList({ rows }: BenchReport): string {
  return rows
    .flatMap(({ title, faults }) => Object.entries(faults).map(([name, fault]) => `- ${name}, ${title}: ${fault}`))
    .join("\n");
}

function sparseTable(rows: readonly SparseRow[]): string {
  return table(
    ["Matrix", "n", "Nonzeros", "Passes", "Plan", "Values", "Evaluate", "Values / evaluate"],
    rows.map(({ name, size, nonzeros, passes, planMs, valuesMs, evaluateMs }) => [
      name,
      size,
      nonzeros,
      passes,
      ...[planMs, valuesMs, evaluateMs].map((ms) => duration(ms / 1000)),
      times(valuesMs / evaluateMs),
    ]),
  );
}
