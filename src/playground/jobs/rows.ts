import type { TensorMap, Wire } from "../api/wire.ts";
import { type InputState, rangeOf } from "../state/session.ts";
import { shown } from "../state/tensor.ts";

/** A job as a row of the list. */
export interface JobRow {
  readonly job: string;
  readonly title: string;
  /** Of 0 to 1. */
  readonly share: number;
  readonly told: string;
  readonly canCancel: boolean;
  readonly canDownload: boolean;
  readonly canForget: boolean;
}

const final: ReadonlySet<string> = new Set(["succeeded", "partial", "failed", "cancelled"]);

/** What a list shows of a job. */
export function rowOf({ job, method, state, progress, error, result, labels }: Wire["Job"]): JobRow {
  const { total, done, failed } = progress.points;
  const isOver = final.has(state);
  const eta = progress.etaMs === undefined || isOver ? "" : `, ${shown(progress.etaMs / 1000, 2)} s to go`;
  const bad = failed > 0 ? `, ${failed} failed` : "";
  const size = result ? `, ${shown(result.bytes / 1000, 3)} kB` : "";
  return {
    job,
    title: [method, ...labels.filter((label) => label !== ownLabel)].join(" · "),
    share: total === 0 ? 1 : done / total,
    told: `${state}: ${done} of ${total} ${total === 1 ? "point" : "points"}${bad}${eta}${size}${error ? `; ${error.message}` : ""}`,
    canCancel: !isOver && state !== "cancelling",
    canDownload: result !== undefined,
    canForget: isOver,
  };
}

/** What jobs of the page are labelled with. */
export const ownLabel = "playground";

/** A Jacobian at many points along an input, as a job. */
export function jobAlong(
  call: { readonly graph: Wire["Graph"]; readonly inputs: TensorMap },
  input: string,
  state: InputState,
  points: number,
): Wire["JobSubmitParams"] {
  const { min, max } = rangeOf(state);
  const values = Array.from({ length: points }, (_, i) => min + (i / (points - 1)) * (max - min));
  const params: object = { graph: call.graph, batch: points, inputs: { ...call.inputs, [input]: values } };
  return {
    method: "jacobian",
    // The document says of them only that they are an object.
    params: params as Wire["JobCallParams"],
    labels: [ownLabel, `along ${input}`],
  };
}
