import { jobMethodsOf } from "../../batches/draft.ts";
import { evaluate } from "../evaluate.ts";
import { gradient } from "../gradient.ts";
import { hessian } from "../hessian.ts";
import { hvp } from "../hvp.ts";
import { jacobian } from "../jacobian.ts";
import { jvp } from "../jvp.ts";
import { vjp } from "../vjp.ts";

/** The methods that jobs may run. */
export const jobMethods = jobMethodsOf([evaluate, jvp, vjp, gradient, jacobian, hvp, hessian]);
