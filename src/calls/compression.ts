import type { Derived } from "../engine/derived.ts";
import type { Structure } from "../engine/sparsity.ts";
import { colorTwoWay, type TwoWay } from "../sparse/bidirectional.ts";
import { type Compression, compress, noColors } from "../sparse/compress.ts";
import type { Pattern } from "../sparse/pattern.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Format, JacobianMode, Question } from "./question.ts";

/** A matrix to be had from compressed sweeps. */
export interface Compressed {
  readonly pattern: Pattern;
  readonly compression: Compression;
  readonly mode: "forward" | "reverse" | "bidirectional" | "forward-over-reverse";
  readonly passes: number;
  readonly operations: number;
}

/** What colours cost: operations of the outputs alone, of one sweep of columns and of one of rows. */
export interface Sweep {
  readonly primal: number;
  readonly forward: number;
  readonly reverse: number;
}

// Below this a dense answer takes less time than its pattern.
const smallEntriesMax = 10_000;

/**
 * The sparsity of a matrix of m × n, if it is asked for or might pay: for dense answers not of small matrices nor of
 * those had in one pass. Throws `limit_exceeded` where it is asked for.
 */
export function findStructure(
  question: Question,
  selection: Selection,
  derived: () => Derived,
  format: Format,
  passes: number,
  entries: number,
): Structure | undefined {
  if (format !== "dense") return question.derivation.structure(derived(), selection);
  if (entries <= smallEntriesMax || passes <= 1) return undefined;
  return question.derivation.structureWithin(derived(), selection, Math.floor(entries / 2));
}

/** The cheapest way with colours; `mode` may force it. */
export function compressJacobian(
  question: Question,
  selection: Selection,
  structure: Structure,
  { primal, forward, reverse }: Sweep,
  mode: JacobianMode,
): Compressed {
  const { pattern, columns, rows } = structure;
  const [forwardCost, reverseCost] = [primal + columns.count * forward, primal + rows.count * reverse];
  const isForward =
    mode === "forward" ||
    (mode !== "reverse" && (forwardCost < reverseCost || (forwardCost === reverseCost && columns.count <= rows.count)));
  const split = mode === "forward" || mode === "reverse" ? undefined : splitOf();
  const chosen = split ? "bidirectional" : isForward ? "forward" : "reverse";
  const groups = split ?? { columns: isForward ? columns : noColors, rows: isForward ? noColors : rows };
  const { compression } = question.derivation.kept(`compression|${chosen}`, selection, () => {
    const compression = compress(pattern, groups.columns, groups.rows);
    return { compression, bytes: compression.bytes };
  });
  return {
    pattern,
    compression,
    mode: chosen,
    passes: groups.columns.count + groups.rows.count,
    operations: split
      ? 2 * primal + groups.columns.count * forward + groups.rows.count * reverse
      : isForward
        ? forwardCost
        : reverseCost,
  };

  function splitOf(): TwoWay | undefined {
    const cost = (c: number, r: number) =>
      c > 0 && r > 0 ? 2 * primal + c * forward + r * reverse : Number.POSITIVE_INFINITY;
    const costMax = mode === "bidirectional" ? Number.POSITIVE_INFINITY : Math.min(forwardCost, reverseCost);
    return question.derivation.kept(`split|${mode}`, selection, () => {
      const found = colorTwoWay(pattern, cost, costMax, question.budget);
      return { found, bytes: 4 * (pattern.columns + pattern.rows) };
    }).found;
  }
}

/** A Hessian from a star colouring: the sweeps of columns give what lies on either side of the diagonal. */
export function compressHessian(
  question: Question,
  selection: Selection,
  { pattern, columns, rows }: Structure,
  operations: number,
): Compressed {
  const { compression } = question.derivation.kept("compression|star", selection, () => {
    const compression = compress(pattern, columns, rows, true);
    return { compression, bytes: compression.bytes };
  });
  return { pattern, compression, mode: "forward-over-reverse", passes: columns.count, operations };
}
