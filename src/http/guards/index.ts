import { createCredentials } from "../../access/credentials.ts";
import { createQuotas } from "../../access/quotas.ts";
import type { Config } from "../../config.ts";
import type { Audit } from "../audit.ts";
import type { Guard } from "./guard.ts";
import { hostsGuard } from "./hosts.ts";
import { keysGuard } from "./keys.ts";
import { originGuard } from "./origin.ts";
import { quotaGuard } from "./quota.ts";

/**
 * The guards that a request passes, in their order: what it is sent to, where it comes from, who sends it, and how much they
 * may. Throws an Error where the settings name keys that cannot be read.
 */
export function guardsOf(config: Config, audit: Audit = () => undefined): readonly Guard[] {
  const credentials = createCredentials(config, {
    onChange: () => audit("setting changed", { setting: "KEYS_FILE" }),
    onBroken: (_, reason) => audit("setting kept", { setting: "KEYS_FILE", reason }),
  });
  const keys = credentials ? [keysGuard(credentials, audit)] : [];
  // Without keys or a bound there is nothing to count, and small calls pay for nothing.
  const isBounded = credentials !== undefined || quotaNames.some((name) => config[name] !== undefined);
  const others: readonly Guard[] = [...keys, ...(isBounded ? [quotaGuard(createQuotas(config))] : [])];
  const headers = others.flatMap(({ headers = [] }) => headers);
  return [hostsGuard(config), originGuard(config, headers), ...others];
}

const quotaNames = ["requestsPerSecond", "operationsPerSecond", "bytesInFlight", "concurrentCalls"] as const;
