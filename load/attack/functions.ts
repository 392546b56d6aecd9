/** Formulas with functions, loops and branches that are meant to hurt: each small, and much that follows of it. */
export function hostileFunctions(): readonly string[] {
  return [
    nested(6, (f) => `scan(${f}, c, length=10)`),
    nested(20, (f) => `scan(${f}, c, length=2)`),
    nested(60, (f) => `scan(${f}, c, length=1)`),
    nested(3, (f) => `scan(${f}, c, length=200)`),
    nested(1, (f) => `scan(${f}, c, length=10000000)`),
    "c(y) = y < 2; b(y) = sin(y); while(c, b, x)",
    "c(y) = y < 2; b(y) = sin(y); while(c, b, x, limit=10000000)",
    "c(y) = y < 2; b(y) = sin(y); g(y) = while(c, b, y, limit=3000); while(c, g, x, limit=3000)",
    "r(p, y) = y*y - p; q(p, y) = y - root(r, p, 1.0) - sin(y)*p; s(p, y) = y - root(q, p, 1.0); root(s, x, 1.0)",
    "r(p, y) = y*y + p + 1; root(r, x, 1.0, limit=100000)",
    "g(p, y) = y*2 + p; fixed_point(g, x, 1.0, limit=1000000)",
    "f(k, t, y) = -k*y; odeint(f, x, 1.0, [0.0, 1.0], steps=5000000)",
    'f(k, t, y) = -k*y*y*1e8; odeint(f, x, 1.0, [0.0, 1e6], method="dopri5", rtol=1e-14, atol=1e-14, limit=10000000)',
    "h(c) = sin(c); r(p, y) = y + scan(h, y, length=20) - p; f(k, t, y) = root(r, k, y); odeint(f, x, 1.0, [0.0, 1.0, 2.0], steps=200)",
    "f(a) = g(a); g(a) = f(a); f(x)",
    `${range(2000, (k) => `f${k}(a) = f${(k + 1) % 2000}(a)`).join("; ")}; f0(x)`,
    nested(60, (f) => `${f}(c) * ${f}(${f}(c))`),
    nested(12, (f) => `${f}(c) * ${f}(${f}(c))`),
    `f0(a) = sin(a)*exp(a*a); ${range(50, (k) => `f${k + 1} = grad(f${k})`).join("; ")}; f50(x)`,
    `f(a) = tanh(a)*exp(a)/a; f${"'".repeat(12)}(x)`,
    `f0(a) = a*sum(a); ${range(6, (k) => `f${k + 1} = jacobian(f${k})`).join("; ")}; f6([x, 1, 2, 3, 4, 5, 6, 7])`,
    `f(a) = ${range(20_000, (k) => `sin(a*${k})`).join("+")}; g(a) = cos(f(a)); cond(x > 0, f, g, x)`,
    `f0(a) = sin(a); ${range(60, (k) => `g${k}(a) = f${k}(a)+1; f${k + 1}(a) = cond(a > ${k}, f${k}, g${k}, a)`).join("; ")}; f60(x)`,
    nested(18, (f) => `cond(c > 0, ${f}, ${f}, ${f}(c))`),
    `${range(30, (k) => `f${k}(a) = ${k === 0 ? "sin(a)" : `f${k - 1}(a)`}; d${k}(a, t) = ${k === 0 ? "cos(a)" : `f${k - 1}(a)`} * t; f${k}.jvp = d${k}`).join("; ")}; f29(x)`,
    `${"x if x > 0 else ".repeat(20_000)}x`,
    `x < ${"x < ".repeat(50_000)}x`,
    `x${".T".repeat(100_000)}`,
  ];
}

/** A function that does something with one before it, so many times over. */
function nested(count: number, body: (before: string) => string): string {
  return `f0(c) = sin(c)*1.01; ${range(count, (k) => `f${k + 1}(c) = ${body(`f${k}`)}`).join("; ")}; f${count}(x)`;
}

function range<T>(count: number, make: (k: number) => T): T[] {
  return Array.from({ length: count }, (_, k) => make(k));
}
