import { arm } from "./arm.ts";
import { bundle } from "./bundle.ts";
import { dense } from "./dense.ts";
import { kalman } from "./kalman.ts";
import type { Kernel } from "./kernel.ts";
import { leastSquares } from "./least-squares.ts";
import { logsumexp } from "./logsumexp.ts";
import { lorenz } from "./lorenz.ts";
import { lstm } from "./lstm.ts";
import { lstmScan } from "./lstm-scan.ts";
import { mixture } from "./mixture.ts";
import { mlp } from "./mlp.ts";
import { rosenbrock } from "./rosenbrock.ts";
import { standard } from "./standard.ts";

/** The kernels that are measured, in the order of the table. */
export const kernels: readonly Kernel[] = [
  standard,
  bundle,
  mixture,
  logsumexp,
  leastSquares,
  lstm,
  mlp,
  rosenbrock,
  arm,
  dense,
  lstmScan,
  lorenz,
  kalman,
];
