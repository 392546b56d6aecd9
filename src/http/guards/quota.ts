import type { Quotas } from "../../access/quotas.ts";
import type { Guard } from "./guard.ts";
import { needsOf } from "./keys.ts";

/** Refuses, with 429, what is beyond the quota of its tenant; answers tell what is left of it. */
export function quotaGuard(quotas: Quotas): Guard {
  return {
    admit(visit) {
      if (needsOf(visit.request).length === 0) return;
      const share = quotas.shareOf(visit.caller);
      if (share) visit.enter(share);
    },
  };
}
