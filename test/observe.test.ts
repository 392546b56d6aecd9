import { globSync, readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { folder } from "./access/keys.ts";
import { call, large, quick, send, startPooled } from "./pool/service.ts";

// There is no Prometheus where tests run. So each query of the rules and of the dashboard is parsed by Prometheus' own
// grammar, and what it asks for is held against what a served instance shows.

const root = new URL("../", import.meta.url).pathname;
const read = (name: string) => readFileSync(`${root}${name}`, "utf8");
const dashboard = JSON.parse(read("observe/grafana/cotangent.json"));
const { services } = parse(read("docker-compose.yml"));

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string };
}
interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const rules: readonly Rule[] = parse(read("observe/rules.yml")).groups[0].rules;
const panels: readonly Panel[] = dashboard.panels;
const queries = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets }) =>
    // Grafana puts a time there.
    targets.map(({ expr }) => [title, expr.replaceAll("$__rate_interval", "1m")] as const),
  ),
];
/** What whoever scrapes adds. */
const ofPrometheus = new Map([["up", new Set(["job", "instance"])]]);

test("each query is one of metrics and labels that a served instance shows", async () => {
  const service = await startPooled({ METRICS_TENANTS: "true", DATA_DIR: folder() });
  await call(service, "check", quick);
  await call(service, "evaluate", { graph: "sha256:0" });
  await send(service.port, "/v1/check", large(quick)).answer;
  // Jobs are shown where there have been any.
  expect((await call(service, "job.submit", { method: "evaluate", params: quick })).status).toBe(202);
  const shown = seriesOf((await service.app.inject("/metrics")).body);
  expect(queries.length).toBeGreaterThan(30);
  for (const [where, query] of queries) {
    const { metrics, labels, faults } = askedOf(query);
    expect([where, faults]).toEqual([where, []]);
    expect(metrics.length).toBeGreaterThan(0);
    for (const metric of metrics) {
      const known = ofPrometheus.get(metric) ?? shown.get(metric);
      expect([where, metric, known !== undefined]).toEqual([where, metric, true]);
    }
    const allowed = new Set(metrics.flatMap((metric) => [...(ofPrometheus.get(metric) ?? shown.get(metric)!)]));
    for (const label of labels) expect([where, label, allowed.has(label)]).toEqual([where, label, true]);
  }
});

describe("the dashboard", () => {
  test("shows each thing that there is to see", () => {
    const asked = new Set(queries.flatMap(([, query]) => askedOf(query).metrics));
    for (const metric of [
      "cotangent_requests_total",
      "cotangent_request_duration_seconds_bucket",
      "cotangent_queued_calls",
      "cotangent_cache_bytes",
      "cotangent_live_bytes",
      "process_resident_memory_bytes",
      "cotangent_rejected_total",
      "cotangent_tenant_requests_total",
    ]) {
      expect(asked).toContain(metric);
    }
  });

  test("names its lines by labels that its queries keep", () => {
    for (const { title, targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
          expect([title, expr]).toEqual([title, expect.stringContaining(label!)]);
      }
    }
  });

  test("is where Grafana looks for it, over the Prometheus that is there", () => {
    for (const name of ["prometheus", "grafana"]) expect(services[name].profiles).toEqual(["observe"]);
    const mounts = [...services.prometheus.volumes, ...services.grafana.volumes].filter((each) =>
      each.startsWith("./"),
    );
    const there = new Set(globSync("observe/**/*.{yml,json}", { cwd: root }).map((name) => `./${name}`));
    expect(new Set(mounts.map((mount) => mount.split(":")[0]))).toEqual(there);
    const [source] = parse(read("observe/grafana/datasources.yml")).datasources;
    expect(source.url).toBe("http://prometheus:9090");
    for (const { datasource } of dashboard.panels) expect(datasource.uid).toBe(source.uid);
    const [provider] = parse(read("observe/grafana/dashboards.yml")).providers;
    expect(services.grafana.volumes.some((mount: string) => mount.includes(`:${provider.options.path}/`))).toBe(true);
    const { rule_files, scrape_configs } = parse(read("observe/prometheus.yml"));
    expect(rule_files).toEqual(["rules.yml"]);
    expect(scrape_configs[0].static_configs[0].targets).toEqual(["cotangent:3000"]);
  });
});

test("each rule says what is the matter", () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { annotations } of rules) expect(annotations.summary).toMatch(/\w{3}.*[.?]$/);
});

/** The labels of each metric in Prometheus' text. */
function seriesOf(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const series = new Map<string, Set<string>>();
  for (const line of text.split("\n")) {
    const [, name, labels = ""] = /^([a-z_]\w*)(?:\{(.*)\})? /i.exec(line) ?? [];
    if (name === undefined) continue;
    const known = series.get(name) ?? new Set<string>();
    for (const [, label] of labels.matchAll(/(\w+)="/g)) known.add(label!);
    series.set(name, known);
  }
  return series;
}

/** The metrics and labels that a query names, and where it is not well-formed. */
function askedOf(query: string) {
  const [metrics, labels, faults] = [[] as string[], [] as string[], [] as number[]];
  parser.parse(query).iterate({
    enter(node) {
      const text = query.slice(node.from, node.to);
      if (node.type.isError) faults.push(node.from);
      else if (node.name === "VectorSelector") metrics.push(/^[a-z_:][\w:]*/i.exec(text)![0]);
      else if (node.name === "LabelName") labels.push(text);
    },
  });
  return { metrics, labels, faults };
}
