/**
 * What a language says in one word and what takes operators to say, perhaps others for other shapes. It stands beside the
 * name of a node's operator in the graph form, and is resolved where that is read, when the operands are known. Documents
 * cannot hold one.
 */
export class Sugar {
  readonly meaning: Meaning;

  constructor(meaning: Meaning) {
    this.meaning = meaning;
  }
}

/** What is meant; numbers are those of arguments. */
export type Meaning =
  /** The elements of argument 0 at indices. */
  | { readonly kind: "index"; readonly indices: readonly Index[] }
  /** Element `index` of the `count` that argument 0, or its shape, has along its first axis. */
  | { readonly kind: "part"; readonly index: number; readonly count: number; readonly ofShape: boolean }
  /** The shape of argument 0, or what is at an index of it. */
  | { readonly kind: "shape"; readonly index: Index | undefined }
  /** A matrix transposed, a vector itself; with `isStack` more axes are allowed. */
  | { readonly kind: "transpose"; readonly isStack: boolean }
  /**
   * The node's operator: with the attribute that it needs as a text, with attributes that its last arguments tell, and with as
   * many results as names are given to.
   */
  | {
      readonly kind: "call";
      readonly text: string | undefined;
      readonly later: readonly string[];
      readonly results?: number;
      /** Whether its first result is meant where it has another and no names are given. */
      readonly isFirst?: boolean;
    };

/** An index of several: the number of an argument, a slice between such, `...` or a new axis. */
export type Index =
  | number
  | { readonly start: number | undefined; readonly stop: number | undefined; readonly step: number | undefined }
  | "..."
  | "new";

/** What a language put beside the operator of a node; undefined where there is none, as in what clients send. */
export function sugarOf(entry: unknown): Sugar | undefined {
  const { sugar } = Object(entry) as { readonly sugar?: unknown };
  return sugar instanceof Sugar ? sugar : undefined;
}
