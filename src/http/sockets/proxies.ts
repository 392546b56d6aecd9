import { BlockList, isIP } from "node:net";
import type { TrustedProxies } from "../../settings/access.ts";

/** Whether an address that is so many hops away is a proxy whose word for the next address is taken. */
export type IsProxy = (address: string | undefined, hop: number) => boolean;

/** What tells proxies from others; undefined where none are believed. */
export function proxiesOf(trusted: TrustedProxies): IsProxy | undefined {
  if (trusted === false) return undefined;
  if (typeof trusted === "number") return (_, hop) => hop < trusted;
  const networks = new BlockList();
  for (const entry of trusted.flatMap((entry) => named[entry] ?? [entry])) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    networks.addSubnet(address, bits === undefined ? (family === "ipv4" ? 32 : 128) : Number(bits), family);
  }
  return (address = "") => isIP(address) > 0 && networks.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};
