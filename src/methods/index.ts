import type { Context } from "../calls/context.ts";
import { about } from "../config.ts";
import { discoverMethod } from "../rpc/discover.ts";
import type { Method } from "../rpc/method.ts";
import { check } from "./check.ts";
import { compare } from "./compare.ts";
import { elsewhere } from "./elsewhere.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { gradient } from "./gradient.ts";
import { graphDelete } from "./graph-delete.ts";
import { graphGet } from "./graph-get.ts";
import { graphList } from "./graph-list.ts";
import { graphPut } from "./graph-put.ts";
import { hessian } from "./hessian.ts";
import { hvp } from "./hvp.ts";
import { jacobian } from "./jacobian.ts";
import { jobCancel } from "./jobs/cancel.ts";
import { jobDelete } from "./jobs/delete.ts";
import { jobList } from "./jobs/list.ts";
import { jobResult } from "./jobs/result.ts";
import { jobStatus } from "./jobs/status.ts";
import { jobSubmit } from "./jobs/submit.ts";
import { jvp } from "./jvp.ts";
import { numerical } from "./numerical.ts";
import { operators } from "./operators.ts";
import { symbolic } from "./symbolic.ts";
import { trace } from "./trace.ts";
import { vjp } from "./vjp.ts";

/** All methods of the service, in the order of the documents. */
export const methods: readonly Method<Context>[] = declared().map((method) => ({
  ...method,
  ...(Object.hasOwn(elsewhere, method.name) && { elsewhere: elsewhere[method.name]! }),
}));

function declared(): Method<Context>[] {
  return [
    evaluate,
    jvp,
    vjp,
    gradient,
    jacobian,
    hvp,
    hessian,
    numerical,
    check,
    compare,
    trace,
    symbolic,
    explain,
    graphPut,
    graphGet,
    graphList,
    graphDelete,
    jobSubmit,
    jobStatus,
    jobResult,
    jobCancel,
    jobList,
    jobDelete,
    operators,
    discoverMethod(() => methods, about),
  ];
}
