import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { service } from "../api/client.ts";
import { type Problem, problemOfThrown } from "../api/problem.ts";
import type { Wire } from "../api/wire.ts";
import { save } from "../parts/save.ts";
import { call, checked, session } from "../state/store.ts";
import { type JobRow, jobAlong, rowOf } from "./rows.ts";

const jobs = signal<readonly Wire["Job"][] | undefined>(undefined);
const problem = signal<Problem | undefined>(undefined);
const points = signal(10_000);

const askEveryMs = 800;

/** An input that a job can go along. */
const along = computed(
  () => checked.value.data?.inputs.find(({ shape, dtype }) => shape.length === 0 && dtype === "float64")?.name,
);

/** Jobs of the service: what is done of each, and what can be done with it. */
export function JobsPanel() {
  useEffect(() => {
    const ask = () => attempt(refresh);
    ask();
    const timer = setInterval(ask, askEveryMs);
    return () => clearInterval(timer);
  }, []);
  const rows = jobs.value?.map(rowOf) ?? [];
  const input = along.value;
  return (
    <div>
      <header class="panel-head">
        <h2>Jobs</h2>
        <span class="note">they outlive this page, and the service's process</span>
      </header>
      {input !== undefined && call.value && (
        <p class="job-form">
          <label class="choice small">
            <span>The Jacobian at </span>
            <select
              value={String(points.value)}
              onChange={({ currentTarget }) => {
                points.value = Number(currentTarget.value);
              }}
            >
              {[1000, 10_000, 100_000].map((count) => (
                <option key={count} value={String(count)}>
                  {count.toLocaleString("en")}
                </option>
              ))}
            </select>
            <span> points along {input}</span>
          </label>
          <button type="button" class="button" onClick={() => attempt(() => submit(input))}>
            Submit
          </button>
        </p>
      )}
      {problem.value && (
        <p class="verdict bad" role="status">
          {problem.value.message}
        </p>
      )}
      <ul class="jobs" data-testid="jobs">
        {rows.map((row) => (
          <Row key={row.job} row={row} />
        ))}
        {jobs.value && rows.length === 0 && <li class="note">There are no jobs.</li>}
      </ul>
    </div>
  );
}

function Row({ row }: { readonly row: JobRow }) {
  const { job, title, share, told, canCancel, canDownload, canForget } = row;
  return (
    <li class="job">
      <p class="job-title">{title}</p>
      <progress value={share} max={1} aria-label={`Progress of ${title}`} />
      <p class="note">{told}</p>
      <p class="job-acts">
        {canCancel && (
          <button type="button" class="button" onClick={() => attempt(() => service.cancel(job))}>
            Cancel
          </button>
        )}
        {canDownload && (
          <button
            type="button"
            class="button"
            onClick={() => attempt(async () => save(await service.result(job), `${job}.json`))}
          >
            Download
          </button>
        )}
        {canForget && (
          <button type="button" class="button" onClick={() => attempt(() => service.forget(job))}>
            Forget
          </button>
        )}
      </p>
    </li>
  );
}

async function refresh(): Promise<void> {
  jobs.value = (await service.jobs({ limit: 50 })).jobs;
}

async function submit(input: string): Promise<void> {
  if (!call.value) return;
  const state = session.value.inputs[input] ?? { value: 1 };
  await service.submit(jobAlong(call.value, input, state, points.value));
  await refresh();
}

async function attempt(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
    problem.value = undefined;
  } catch (thrown) {
    problem.value = problemOfThrown(thrown);
  }
}
