import { isIP } from "node:net";
import { hostname } from "node:os";
import { type Config, isLoopback } from "../../config.ts";
import { refuse } from "../problem.ts";
import type { Guard } from "./guard.ts";

/**
 * Refuses, with 403, requests whose `Host` names what the service does not listen on: a web page could come in under a name
 * of its own that resolves to this machine. On loopback that is any name of loopback; where it listens on all addresses,
 * any address, as no page can be of one that is not its own, and the machine's name. `allowedHosts` may be named too.
 */
export function hostsGuard({ host: own, allowedHosts }: Pick<Config, "host" | "allowedHosts">): Guard {
  const allowed = new Set(allowedHosts.map(nameOf));
  const isAny = allowed.has("*");
  const onLoopback = isLoopback(own);
  const onAll = own === "0.0.0.0" || own === "::" || own === "[::]";
  const ownNames = new Set([nameOf(own), nameOf(hostname())]);
  // Clients keep to one name.
  let last: string | undefined;

  function isOwn(name: string): boolean {
    if (allowed.has(name)) return true;
    if (onLoopback || onAll) {
      if (isLoopback(name)) return true;
      if (onLoopback) return false;
    }
    return ownNames.has(name) || (onAll && isIP(name) > 0);
  }

  return {
    admit({ request }) {
      const { host } = request.headers;
      if (isAny || (host !== undefined && host === last)) return;
      if (host === undefined || !isOwn(nameOf(host))) {
        throw refuse(403, `the Host header must name this machine${onLoopback ? "" : ", or a name of ALLOWED_HOSTS"}`);
      }
      last = host;
    },
  };
}

/** A host without its port, in lower case; of IPv6 without brackets. */
function nameOf(host: string): string {
  const name = host.trim().toLowerCase();
  if (name.startsWith("[")) return name.slice(1).split("]", 1)[0]!;
  return isIP(name) > 0 ? name : name.replace(/:\d*$/, "").replace(/\.$/, "");
}
