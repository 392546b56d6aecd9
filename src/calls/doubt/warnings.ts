/** Something that a caller should know of an answer. */
export type Warning = {
  readonly type:
    | "singular"
    | "degenerate"
    | "not_converged"
    | "nonfinite"
    | "indeterminate"
    | "kink"
    | "undecided"
    | "unused";
  readonly message: string;
  /** The node of the document that it is about, and its operator. */
  readonly node?: string;
  readonly operator?: string;
  /** The function that the node holds and it is about, and the step of a loop. */
  readonly function?: string;
  readonly step?: number;
  /** The output and the input whose derivative it is about. */
  readonly of?: string;
  readonly wrt?: string;
  /** At which points of a batch. */
  readonly points?: readonly number[];
};

const warningsMax = 20;
const pointsMax = 20;
const order: readonly Warning["type"][] = [
  "not_converged",
  "singular",
  "degenerate",
  "nonfinite",
  "indeterminate",
  "kink",
  "undecided",
  "unused",
];

/** Warnings while they are found: of those that differ in nothing but their points there is one. */
export class Warnings {
  private readonly found = new Map<string, { readonly warning: Warning; readonly points: Set<number> }>();

  /** Adds one, at a point of a batch where there is one. */
  add(warning: Warning, point?: number): void {
    const { type, node = "", of = "", wrt = "", message } = warning;
    const key = JSON.stringify([type, node, of, wrt, message]);
    const known = this.found.get(key) ?? { warning, points: new Set<number>() };
    this.found.set(key, known);
    if (point !== undefined && known.points.size < pointsMax) known.points.add(point);
  }

  /** The warnings, the most telling first, and no more than an answer may have. */
  list(): Warning[] {
    const all = [...this.found.values()].map(({ warning, points }) =>
      points.size > 0 ? { ...warning, points: [...points].sort((a, b) => a - b) } : warning,
    );
    return all.sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type)).slice(0, warningsMax);
  }
}

/** The member `warnings` of an answer, which is there where it holds something. */
export interface WarningsMember {
  readonly warnings?: readonly Warning[];
}

/** The member for a list. */
export function warningsMember(warnings: readonly Warning[]): WarningsMember {
  return warnings.length > 0 ? { warnings } : {};
}

/** Warnings of what a document names and nothing uses. */
export function warnOfUnused(warnings: Warnings, unused: readonly string[]): void {
  for (const node of unused) {
    warnings.add({ type: "unused", message: `nothing uses ${JSON.stringify(node)}`, node });
  }
}
