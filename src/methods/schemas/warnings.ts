import { z } from "zod";

/** Something that a caller should know of an answer. */
export const warning = z
  .looseObject({
    type: z
      .enum(["not_converged", "singular", "degenerate", "nonfinite", "indeterminate", "kink", "undecided", "unused"])
      .describe(
        "`nonfinite`: an output is infinite or NaN; where it is NaN, so are its derivatives by what it depends on. `indeterminate`: on a path of partial derivatives, through taken branches only, one factor is 0 and another infinite or NaN. `kink`: the point lies on a kink that `operators` publishes, or, of `check`, one where the slopes of the two sides differ. `undecided`: `check` could not judge an entry, or what is looked for was not looked for in a function, because a loop runs it many times. `unused`: nothing uses a named statement. `singular`: a matrix is singular, or not positive definite; `degenerate`: eigenvalues or singular values are equal; both are looked for where a number that is not finite shows.",
      ),
    message: z.string().describe("the same for people"),
    node: z.string().optional().describe("the node of the graph that it is about"),
    operator: z.string().optional().describe("the operator: that node's, or in `function`"),
    function: z.string().optional().describe("the function, of the node's, that it is about"),
    step: z.int().min(0).optional().describe("the row or step of a loop, the first one where it is so"),
    of: z.string().optional().describe("the output that it is about, or that is differentiated"),
    wrt: z.string().optional().describe("the input that is differentiated by"),
    points: z.array(z.int().min(0)).optional().describe("the points of a batch that it is about, 20 at most"),
  })
  .meta({ id: "Warning", description: "Why an answer may not be what the caller means." });

/** The member `warnings` of an answer. */
export const warningsMember = {
  warnings: z
    .array(warning)
    .max(20)
    .optional()
    .describe("present where there is something to warn of, the most telling first"),
};
