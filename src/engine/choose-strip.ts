import { bytesPerElement } from "../graph/dtype.ts";
import { nodesOf } from "../graph/graph.ts";
import type { Derived } from "./derived.ts";
import type { Layout, Strip } from "./strip.ts";

/** What a choice depends on besides the derivative and how often it is run. */
export interface StripPolicy {
  /**
   * Whether strips must not depend on how many points there are, from {@link pointsPerStep} on, so that each point gives the
   * same bits wherever points were parted.
   */
  readonly isSteady?: boolean;
  /** Accounts for a run of a derivative; gives the nanoseconds that interpreting it has taken, or would have, in all. */
  spendNs(derived: Derived, ns: number): number;
  /** Whether there is time for something that takes so long, and as long again for what comes after it. */
  hasTimeFor(ns: number): boolean;
  /** A derivative taken apart into scalars, if it can be: what inputs and outputs of one point take. */
  unrolled(derived: Derived, layout: Layout | undefined): { readonly unitBytes: number } | undefined;
}

/** How often a derivative is to be run. */
export interface Extent {
  readonly points: number | undefined;
  readonly seeds: { readonly count: number; readonly unitLayout?: Layout } | undefined;
  readonly isBatched: readonly boolean[];
}

const interpretedBytes = 8 * 2 ** 20;
const compiledBytes = 2 ** 20;
const unrolledBytes = 2 ** 18;
/** So many points, and no fewer, may be parted off of a run whose strips are steady. */
export const pointsPerStep = 8;

// Of a steady strip the last may hold far more points than are wanted: what that costs has to be little.
const steadyPointsMax = 2 ** 15;
const steadyOperations = 2 ** 24;

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
export function stripOf(policy: StripPolicy, derived: Derived, extent: Extent): Strip {
  const { seeds, isBatched } = extent;
  const points = policy.isSteady ? steadyPoints(derived, extent) : extent.points;
  const runs = (points ?? 1) * (seeds?.count ?? 1);
  const strips = Math.ceil((runs * derived.unitBytes) / interpretedBytes);
  const nsPerNode = runs > 1 ? nsPerInterpretedArray : nsPerInterpretedScalar;
  const interpretingNs = runs * derived.operations * nsPerInterpretedOperation + strips * derived.nodes * nsPerNode;
  const spentNs = policy.spendNs(derived, interpretingNs);
  const isWorth = (ns: number) =>
    spentNs >= nsPerCompilation + ns &&
    derived.nodes + derived.operands <= compiledSizeMax &&
    policy.hasTimeFor(nsPerCompilation + ns);
  if ((points ?? 1) >= pointsPerStep) {
    const unitLayout = seeds?.unitLayout;
    const size = derived.operations * (unitLayout ? seeds!.count : 1);
    const unrolled = isWorth(size * nsPerUnrolledOperation) && policy.unrolled(derived, unitLayout);
    if (unrolled) {
      const room = unrolledBytes / unrolled.unitBytes;
      const held = unitLayout ? seeds!.count : Math.max(1, Math.min(seeds?.count ?? 1, Math.floor(room)));
      const pointsHeld = coarsely(points!, unitLayout ? room : room / held);
      return { points: pointsHeld, seeds: axis(held), isBatched, form: "unrolled", unitLayout };
    }
  }
  const isCompiled = isWorth(derived.nodes * nsPerCompiledNode);
  // One seed alone has no axis.
  const canBeIdentity = isCompiled && seeds?.unitLayout !== undefined && seeds.count > 1 && isOfVector(derived);
  // All unit seeds at once are worth more memory: what they are multiplied with need not be.
  const bytes = isCompiled && !canBeIdentity ? compiledBytes : interpretedBytes;
  const room = Math.max(1, Math.floor(bytes / Math.max(derived.unitBytes, bytesPerElement.float64)));
  const seedsHeld = Math.max(1, Math.min(seeds?.count ?? 1, room));
  return {
    points: axis((isCompiled ? coarsely : finely)(points ?? 1, room / seedsHeld)),
    seeds: axis(seedsHeld),
    isBatched,
    form: isCompiled ? "compiled" : "interpreted",
    unitLayout: canBeIdentity && seedsHeld === seeds.count ? seeds.unitLayout : undefined,
  };
}

/**
 * Whether a matrix is one block, by a vector of seeds that passes through a product: with an identity matrix that need not
 * be computed.
 */
function isOfVector({ graph, firstSeed, firstSeeded }: Derived): boolean {
  const seeded = graph.inputs.slice(firstSeed);
  const isBlock = seeded.length === 1 && graph.outputs.length === firstSeeded + 1;
  return isBlock && seeded[0]!.shape.length === 1 && nodesOf(graph).some((node) => node.op.form.kind === "contraction");
}

/** As many points for any number of them, so that what a strip holds follows from the derivative alone. */
function steadyPoints({ operations }: Derived, { points, seeds }: Extent): number | undefined {
  if (points === undefined || points < pointsPerStep) return points;
  const room = steadyOperations / Math.max(1, operations * (seeds?.count ?? 1));
  return Math.max(pointsPerStep, Math.min(steadyPointsMax, coarsely(steadyPointsMax, room)));
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
