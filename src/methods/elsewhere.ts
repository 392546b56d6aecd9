/**
 * What JAX, PyTorch, autograd, SciPy, Julia and people call our methods: by method, each name with what to add to a call of
 * ours, if anything.
 */
export const elsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  evaluate: none("eval", "call", "run", "value", "predict", "apply", "execute", "compute"),
  jvp: none("pushforward", "rop", "directional_derivative", "forward", "forwarddiff"),
  vjp: none("pullback", "lop", "adjoint", "reverse"),
  gradient: none(
    "grad",
    "derivative",
    "value_and_grad",
    "val_and_grad",
    "withgradient",
    "backward",
    "backprop",
    "diff",
  ),
  jacobian: {
    ...none("jac", "derivatives", "partials"),
    jacfwd: 'with "mode": "forward"',
    jacrev: 'with "mode": "reverse"',
  },
  hvp: none("vhp", "hessian_vector_product", "hessp", "hessvec"),
  hessian: none("hess"),
  numerical: none("finite_differences", "finite_difference", "fd", "findiff", "approx_fprime", "approx_derivative"),
  check: none("check_grad", "check_grads", "gradcheck", "gradient_check", "check_gradient"),
  trace: none("tape", "make_jaxpr", "debug", "steps"),
  symbolic: none("differentiate", "formula", "latex", "expression"),
  explain: none("plan", "cost_analysis"),
  "graph.put": none("put", "upload", "register", "compile", "graph.create", "graph.post"),
  "graph.get": none("get", "graph.read"),
  "graph.list": none("list", "graphs"),
  "graph.delete": none("delete", "remove", "graph.remove"),
  "job.submit": none("submit", "job", "job.create", "job.start", "enqueue", "batch.create"),
  "job.status": none("status", "poll", "job.get"),
  "job.result": none("result", "job.results", "job.output", "fetch"),
  "job.cancel": none("cancel", "job.abort", "job.stop"),
  "job.list": none("jobs", "job.ls"),
  "job.delete": none("job.remove", "job.rm"),
  operators: none("ops", "functions", "primitives", "list_operators"),
  "rpc.discover": none("discover", "openrpc", "methods", "help", "system.listmethods"),
};

function none(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, ""]));
}
