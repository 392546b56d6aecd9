import { z } from "zod";
import { ref, wire } from "../../rpc/documents/wire.ts";
import type { Answer, TensorLeaf } from "../../wire/answer.ts";

// The types of Jacobians and Hessians, dense and sparse.

/** One set of tensors for each pair of an output and an input. */
export const blocks = wire<unknown, Readonly<Record<string, Readonly<Record<string, TensorLeaf>>>>>("Blocks", {
  description: "Tensors by output and input (of a Hessian: by input and input), of shape output ++ input.",
  type: "object",
  additionalProperties: ref("TensorMap"),
});

const sparseMembers = {
  shape: ref("Shape"),
  columnIndices: ref("Tensor"),
  values: ref("Tensor"),
};

wire("SparseCoo", {
  description:
    "A sparse matrix as entries, row by row, 0-based, none twice; tensors are flattened into its rows and columns. In a batch `values` alone has the leading axis.",
  type: "object",
  properties: { ...sparseMembers, rowIndices: ref("Tensor") },
  required: ["shape", "rowIndices", "columnIndices", "values"],
});
wire("SparseCsr", {
  description:
    "A sparse matrix row by row: those of row i are entries `rowPointers[i]` to before `rowPointers[i + 1]`; otherwise as `SparseCoo`.",
  type: "object",
  properties: { ...sparseMembers, rowPointers: ref("Tensor") },
  required: ["shape", "rowPointers", "columnIndices", "values"],
});
wire("SparseMatrix", {
  description: "A sparse matrix in the format asked for.",
  oneOf: [ref("SparseCoo"), ref("SparseCsr")],
});
wire("SparseMap", {
  description: "Sparse matrices by input.",
  type: "object",
  additionalProperties: ref("SparseMatrix"),
  minProperties: 1,
});
wire("SparseBlocks", {
  description: "Sparse matrices by output and input (of a Hessian: by input and input), of output size × input size.",
  type: "object",
  additionalProperties: ref("SparseMap"),
  minProperties: 1,
});
wire("NestedMatrix", {
  description: "Rows of scalars; in a batch, such matrices.",
  type: "array",
  items: { type: "array", items: {} },
});
wire("Matrix", { description: "A dense matrix.", oneOf: [ref("NestedMatrix"), ref("ArrayObject")] });

/** A Jacobian or Hessian in either layout and any format. */
export const blocksOrMatrix = wire<unknown, Answer>("BlocksOrMatrix", {
  description: "Blocks, or with layout `matrix` one tensor; with `format` coo or csr sparse matrices in their place.",
  oneOf: [ref("Blocks"), ref("Matrix"), ref("SparseBlocks"), ref("SparseMatrix")],
});

/** Where a block is in a matrix. */
export const range = z
  .looseObject({ name: z.string(), start: z.int().min(0), size: z.int().min(0) })
  .meta({ id: "Range", description: "The rows or columns of one tensor in a matrix." });

/** How a derivative is computed. */
export const plan = z
  .looseObject({
    mode: z
      .enum(["none", "forward", "reverse", "bidirectional", "forward-over-reverse"])
      .describe("the mode taken: for a Jacobian the one with fewer operations unless the call forced it"),
    passes: z.int().min(0).describe("seeds swept"),
    inputs: z.int().min(0).describe("scalars in `wrt`"),
    outputs: z.int().min(0).describe("scalars in `of`"),
    operations: z
      .looseObject({
        primal: z.number().describe("operations of the outputs alone"),
        forward: z.number().optional().describe("primal + inputs × one tangent sweep"),
        reverse: z.number().optional().describe("primal + outputs × one cotangent sweep"),
        compressed: z.number().optional().describe("operations of what is done, where sums of seeds are swept"),
      })
      .meta({ id: "Operations", description: "Counted operations per point, on general seeds." }),
    colors: z
      .looseObject({
        columns: z.int().min(0).optional().describe("groups of columns that can be swept together"),
        rows: z.int().min(0).optional().describe("groups of rows"),
        star: z.int().min(0).optional().describe("groups of a Hessian's star colouring"),
      })
      .meta({ id: "Colors", description: "In mode `bidirectional` the groups of the two directions taken together." })
      .optional(),
    bounded: z
      .boolean()
      .optional()
      .describe("false where a `while` has no `limit`: its operations are counted as of one step"),
    nonzeros: z.int().min(0).optional().describe("entries that may be other than 0, where that was worked out"),
    density: z.number().optional().describe("those entries among all"),
  })
  .meta({ id: "Plan", description: "How a derivative is computed, and what was counted." });

/** What every method that answers a matrix adds to it. */
export const matrixResult = {
  rowRanges: z.array(range).optional().describe("with layout `matrix`: which rows are whose"),
  columnRanges: z.array(range).optional().describe("with layout `matrix`: which columns are whose"),
  plan,
};

/** The mode of a Jacobian. */
export const jacobianMode = z
  .enum(["auto", "forward", "reverse", "bidirectional"])
  .default("auto")
  .describe("unit tangents, unit cotangents, both for a sparse matrix, or whichever counts fewest operations");

/** How a Jacobian or Hessian is laid out. */
export const layoutParams = {
  layout: z
    .enum(["blocks", "matrix"])
    .default("blocks")
    .describe("a tensor for each pair, or one matrix of all flattened and laid end to end"),
  format: z.enum(["dense", "coo", "csr"]).default("dense").describe("how a matrix is stored"),
};

/** Whether a compressed matrix is checked. */
export const verify = z
  .boolean()
  .default(false)
  .describe(
    "whether a matrix had from compressed sweeps is checked: its product with a random vector must agree with a product that no pattern entered; `internal_error` if not",
  );
