import type { JobTold } from "../client.ts";
import { columns } from "../show/table.ts";
import { bytesText, countText } from "../show/words.ts";

/** A job for people. */
export function jobText(told: JobTold): string {
  const { job, state, method, graph, labels, progress, error, result, waitingFor } = told;
  const { points, chunks } = progress;
  const unit = method === "calls" ? "calls" : "points";
  const failed = points.failed > 0 ? `, ${countText(points.failed)} failed` : "";
  const retried = chunks.retried > 0 ? `, ${chunks.retried} tried again` : "";
  return columns([
    ["job", job],
    ["state", waitingFor === undefined ? state : `${state}, waiting for ${waitingFor}`],
    ["method", method],
    ...(graph === undefined ? [] : [["graph", graph]]),
    ...(labels.length > 0 ? [["labels", labels.join(", ")]] : []),
    [unit, `${countText(points.done)} of ${countText(points.total)}${failed}`],
    ["chunks", `${chunks.done} of ${chunks.total}${retried}`],
    ...(error ? [["error", `${error.data.type ?? error.type}: ${error.message}`]] : []),
    ...(result ? [["answer", bytesText(result.bytes)]] : []),
  ]);
}

/** Jobs as a table. */
export function jobTable(jobs: readonly JobTold[]): string {
  if (jobs.length === 0) return "no jobs";
  return columns(
    jobs.map(({ job, state, method, progress: { points }, createdAt, labels }) => [
      job,
      state,
      method,
      `${Math.floor((100 * points.done) / points.total)}%`,
      countText(points.total),
      createdAt,
      labels.join(", "),
    ]),
    ["job", "state", "method", "done", "points", "created", "labels"],
  );
}
