import { bytesPerElement } from "../graph/dtype.ts";
import { nodesOf } from "../graph/graph.ts";
import { elementCount } from "../graph/shape.ts";
import type { Derivation, Derived } from "./engine.ts";
import type { Program } from "./program.ts";
import type { Layout } from "./seeds.ts";

/** How a program is made: interpreted, compiled, or compiled from a graph that was taken apart into scalars. */
export type Form = "interpreted" | "compiled" | "unrolled";

/** How many points and seeds a program runs on at once; undefined means that there is no such axis. */
export interface Strip {
  readonly points: number | undefined;
  readonly seeds: number | undefined;
  /** Which inputs of the derived graph have the axis of points. */
  readonly isBatched: readonly boolean[];
  readonly form: Form;
  /** The layout of the matrix that the program gives, where all the unit seeds are written into it. */
  readonly units: Layout | undefined;
}

/** How often a derivative is to be run. */
export interface Extent {
  readonly points: number | undefined;
  readonly seeds: { readonly count: number; readonly units?: Layout } | undefined;
  readonly isBatched: readonly boolean[];
}

const interpretedBytes = 8 * 2 ** 20;
const compiledBytes = 2 ** 20;
const unrolledBytes = 2 ** 18;
const pointsPerStep = 8;

/** Nodes and operands of the largest graph that is compiled: making its program takes about half a gigabyte. */
const compiledSizeMax = 1_000_000;

// What making programs costs, to be weighed against what interpreting costs. Compiling varies threefold with how often the
// compiler itself has run; these are in between.
const nsPerInterpretedOperation = 3;
const nsPerInterpretedScalar = 50;
const nsPerInterpretedArray = 1500;
const nsPerCompilation = 1_500_000;
const nsPerCompiledNode = 8000;
const nsPerUnrolledOperation = 10_000;

/**
 * The strips that a run is cut into, so that its working memory stays small whatever the number of points and seeds, and
 * how its program is made: a graph is interpreted until that has taken as long as compiling it would.
 */
export function stripOf(derivation: Derivation, derived: Derived, extent: Extent): Strip {
  const { points, seeds, isBatched } = extent;
  const runs = (points ?? 1) * (seeds?.count ?? 1);
  const strips = Math.ceil((runs * derived.unitBytes) / interpretedBytes);
  const nsPerNode = runs > 1 ? nsPerInterpretedArray : nsPerInterpretedScalar;
  const interpretingNs = runs * derived.operations * nsPerInterpretedOperation + strips * derived.nodes * nsPerNode;
  const spentNs = derivation.spendNs(derived, interpretingNs);
  const isWorth = (ns: number) =>
    spentNs >= nsPerCompilation + ns &&
    derived.nodes + derived.operands <= compiledSizeMax &&
    derivation.hasTimeFor(nsPerCompilation + ns);
  if ((points ?? 1) >= pointsPerStep) {
    const units = seeds?.units;
    const size = derived.operations * (units ? seeds!.count : 1);
    const unrolled = isWorth(size * nsPerUnrolledOperation) && derivation.unrolled(derived, units);
    if (unrolled) {
      const room = unrolledBytes / unrolled.unitBytes;
      const held = units ? seeds!.count : Math.max(1, Math.min(seeds?.count ?? 1, Math.floor(room)));
      const pointsHeld = coarsely(points!, units ? room : room / held);
      return { points: pointsHeld, seeds: axis(held), isBatched, form: "unrolled", units };
    }
  }
  const isCompiled = isWorth(derived.nodes * nsPerCompiledNode);
  // One seed alone has no axis.
  const canBeIdentity = isCompiled && seeds?.units !== undefined && seeds.count > 1 && isOfVector(derived);
  // All unit seeds at once are worth more memory: what they are multiplied with need not be.
  const bytes = isCompiled && !canBeIdentity ? compiledBytes : interpretedBytes;
  const room = Math.max(1, Math.floor(bytes / Math.max(derived.unitBytes, bytesPerElement.float64)));
  const seedsHeld = Math.max(1, Math.min(seeds?.count ?? 1, room));
  return {
    points: axis((isCompiled ? coarsely : finely)(points ?? 1, room / seedsHeld)),
    seeds: axis(seedsHeld),
    isBatched,
    form: isCompiled ? "compiled" : "interpreted",
    units: canBeIdentity && seedsHeld === seeds.count ? seeds.units : undefined,
  };
}

/** Distinguishes the programs of a derivative. */
export function stripKey({ points, seeds, isBatched, form, units }: Strip): string {
  const batched = points === undefined ? "" : isBatched.map(Number).join("");
  return `${points ?? ""}|${seeds ?? ""}|${batched}|${form}|${units ?? ""}`;
}

/** Bytes that a program and the inputs of one strip take. */
export function plannedBytes(program: Program, derived: Derived, strip: Strip): number {
  let bytes = program.liveBytes;
  derived.graph.inputs.forEach(({ shape, dtype }, i) => {
    const points = strip.isBatched[i] ? (strip.points ?? 1) : 1;
    const seeds = i >= derived.firstSeed ? (strip.seeds ?? 1) : 1;
    bytes += elementCount(shape) * bytesPerElement[dtype] * points * seeds;
  });
  return bytes;
}

/**
 * Whether a matrix is one block, by a vector of seeds that passes through a product: with an identity matrix that need not
 * be computed.
 */
function isOfVector({ graph, firstSeed, firstSeeded }: Derived): boolean {
  const seeded = graph.inputs.slice(firstSeed);
  const isBlock = seeded.length === 1 && graph.outputs.length === firstSeeded + 1;
  return isBlock && seeded[0]!.shape.length === 1 && nodesOf(graph).some((node) => node.op.letters);
}

/** Few sizes, each eight times the one before: how many of `points` there is room for, at most all of them. */
function coarsely(points: number, room: number): number {
  const most = Math.max(1, Math.min(points, room));
  // Half a size is added against rounding of the logarithm.
  return pointsPerStep ** Math.floor(Math.log2(most + 0.5) / Math.log2(pointsPerStep));
}

/** Powers of two: how many of `points` there is room for, or the next power that holds all of them. */
function finely(points: number, room: number): number {
  return Math.min(2 ** Math.floor(Math.log2(Math.max(1, room))), 2 ** Math.ceil(Math.log2(points)));
}

/** One at a time needs no axis: scalars stay scalars. */
function axis(held: number): number | undefined {
  return held > 1 ? held : undefined;
}
