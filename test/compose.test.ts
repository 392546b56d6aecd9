import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readKeys } from "../src/access/key.ts";
import { readConfig } from "../src/config.ts";
import { folder } from "./access/keys.ts";

// There is no engine of containers where tests run, so what the files say is held against what the service takes.

const root = new URL("../", import.meta.url).pathname;
const read = (name: string) => readFileSync(join(root, name), "utf8");
const { services, volumes } = parse(read("docker-compose.yml"), { merge: true });
const image = read("Dockerfile");

test("the service gets no rights that it does not need, and a file system that it cannot write", () => {
  for (const name of ["keys", "cotangent"]) {
    expect(services[name]).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  }
  expect(services.cotangent).toMatchObject({ mem_limit: expect.any(String), pids_limit: expect.any(Number) });
  expect(image).toMatch(/^USER node$/m);
  const ports = Object.values<{ ports?: string[] }>(services).flatMap(({ ports = [] }) => ports);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test("the settings of the image and of the service are accepted, and ask for keys", () => {
  const ofImage = Object.fromEntries([...image.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  expect(services.cotangent.volumes).toContain(`data:${ofImage.DATA_DIR}`);
  const config = readConfig({ HOST: ofImage.HOST, PORT: ofImage.PORT, ...services.cotangent.environment });
  expect(config).toMatchObject({ host: "0.0.0.0", port: 3000, keysFile: "/keys/keys.jsonl", auth: undefined });
});

test("the first start makes keys, which the service and whoever reads its metrics find", () => {
  const { command, volumes: mounts } = services.keys;
  expect(services.cotangent.depends_on.keys.condition).toBe("service_completed_successfully");
  const at = folder();
  const args = command.slice(1).map((arg: string) => (arg.startsWith("/") ? join(at, arg) : arg));
  const run = () => execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(run()).toMatch(/shown once: ctg_[\w-]{43}$/m);
  const before = readFileSync(join(at, services.cotangent.environment.KEYS_FILE), "utf8");
  const scopes = [...readKeys(before).values()].map((record) => [...record.scopes]);
  expect(scopes).toEqual([["call", "jobs", "admin"], ["metrics"]]);
  expect(run()).toContain("has keys already");
  expect(readFileSync(join(at, services.cotangent.environment.KEYS_FILE), "utf8")).toBe(before);
  const { credentials_file: file } = parse(read("observe/prometheus.yml")).scrape_configs[0].authorization;
  expect(readFileSync(join(at, file), "utf8")).toMatch(/^ctg_[\w-]{43}$/);
  // All of it lies in volumes that all of them have.
  for (const [name, mount] of [
    ["cotangent", "keys:/keys:ro"],
    ["prometheus", "metrics-key:/metrics-key:ro"],
  ] as const) {
    expect(services[name].volumes).toContain(mount);
    expect(mounts.map((each: string) => each.split(":")[0])).toContain(mount.split(":")[0]);
    expect(Object.keys(volumes)).toContain(mount.split(":")[0]);
  }
});

/** The services that `docker compose up` starts where these profiles are asked for, or none. */
function started(...profiles: string[]): string[] {
  const asked = profiles.length > 0 ? profiles : [/^COMPOSE_PROFILES=(\w+)$/m.exec(read(".env"))![1]!];
  return Object.keys(services).filter((name) => {
    const of: string[] | undefined = services[name].profiles;
    return of === undefined || of.some((profile) => asked.includes(profile));
  });
}

test("a profile starts what it needs and nothing beside: the service is not started with a cluster", () => {
  expect(started().sort()).toEqual(["cotangent", "keys"]);
  expect(started("observe").sort()).toEqual(["cotangent", "grafana", "keys", "prometheus"]);
  const ofCluster = started("cluster");
  expect(ofCluster).not.toContain("cotangent");
  for (const names of [started(), started("observe"), ofCluster]) {
    const needed = names.flatMap((name) => {
      const { depends_on: needs = [] } = services[name];
      return Array.isArray(needs) ? needs : Object.keys(needs);
    });
    for (const name of needed) expect(names).toContain(name);
    const ports = names.flatMap((name): string[] => services[name].ports ?? []);
    expect(new Set(ports.map((port) => port.replace(/:\d+$/, ""))).size).toBe(ports.length);
  }
  for (const file of ["README.md", "docs/operating.md"]) expect(read(file)).not.toContain("--scale");
});

const members = ["api-1", "api-2", "worker-1", "worker-2"];

test("a cluster has two servers behind a balancer, two workers, and a database that none of them starts without", () => {
  const ofCluster = Object.keys(services).filter((name) => services[name].profiles?.includes("cluster"));
  const others = ["database-password", "database", "balancer", "cluster-prometheus"];
  expect(ofCluster.sort()).toEqual([...members, ...others].sort());
  for (const name of members) {
    expect(services[name]).toMatchObject({ read_only: true, cap_drop: ["ALL"], profiles: ["cluster"] });
    expect(services[name].depends_on).toMatchObject({
      keys: { condition: "service_completed_successfully" },
      database: { condition: "service_healthy" },
    });
  }
  const caddy = read("cluster/Caddyfile");
  for (const name of ["api-1", "api-2"]) expect(caddy).toContain(`${name}:3000`);
  const [{ static_configs: scraped }] = parse(read("cluster/prometheus.yml")).scrape_configs;
  expect(scraped[0].targets).toEqual(members.map((name) => `${name}:3000`));
  for (const name of members) expect(services[name].environment.ALLOWED_HOSTS.split(",")).toContain(name);
  for (const { volumes: mounts = [] } of Object.values<{ volumes?: string[] }>(services)) {
    for (const mount of mounts.filter((each) => each.startsWith("./"))) {
      expect(existsSync(join(root, mount.split(":")[0]!)), mount).toBe(true);
    }
  }
});

test("the settings of servers and workers are accepted: workers compute, servers do not", () => {
  const ofImage = { HOST: "0.0.0.0", PORT: "3000" };
  for (const name of members) {
    const config = readConfig({ ...ofImage, ...services[name].environment });
    expect(config.databaseUrl).toBe("postgres://cotangent@database/cotangent");
    expect(config.jobSlots).toBe(name.startsWith("api") ? 0 : undefined);
  }
  expect(services["worker-1"].command).toEqual(["node", "src/job-worker.ts"]);
});

test("the password of the database is made at the first start, and is in no file of the project", () => {
  const { command } = services["database-password"];
  const at = folder();
  const args = command.slice(1).map((arg: string) => (arg.startsWith("/") ? join(at, arg) : arg));
  const run = () => execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(run()).toContain("has a new password");
  const path = services.database.environment.POSTGRES_PASSWORD_FILE;
  const before = readFileSync(join(at, path), "utf8");
  expect(before).toMatch(/^[\w-]{43}$/);
  expect(run()).toContain("is there already");
  expect(readFileSync(join(at, path), "utf8")).toBe(before);
  for (const name of members) expect(services[name].environment.DATABASE_PASSWORD_FILE).toBe(path);
  expect(new URL(services["api-1"].environment.DATABASE_URL).password).toBe("");
});
