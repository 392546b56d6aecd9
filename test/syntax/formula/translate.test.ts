import { describe, expect, test } from "vitest";
import { ServiceError } from "../../../src/errors.ts";
import type { Argument, FormulaDocument, GraphDocument } from "../../../src/syntax/document.ts";
import { checkFormula } from "../../../src/syntax/formula/source.ts";
import { translateFormula } from "../../../src/syntax/formula/translate.ts";

const limits = { formulaLength: 2 ** 20, formulaDepth: 256, nodes: 1_000_000 };

describe("a formula becomes the JSON form of its graph", () => {
  test("the contract's example", () => {
    expect(parse("log(x1) + x1*x2 - sin(x2)")).toEqual({
      inputs: [{ name: "x1" }, { name: "x2" }],
      nodes: [
        { id: "log_at_1_1", op: "log", args: ["x1"] },
        { id: "multiply_at_1_13", op: "multiply", args: ["x1", "x2"] },
        { id: "add_at_1_9", op: "add", args: ["log_at_1_1", "multiply_at_1_13"] },
        { id: "sin_at_1_19", op: "sin", args: ["x2"] },
        { id: "subtract_at_1_17", op: "subtract", args: ["add_at_1_9", "sin_at_1_19"] },
      ],
      outputs: [{ name: "y", node: "subtract_at_1_17" }],
    });
  });

  test("statements name their nodes and the last is the output", () => {
    expect(parse("u = a*b\n\n ; v = exp(u) ;; w = u/v ;")).toEqual({
      inputs: [{ name: "a" }, { name: "b" }],
      nodes: [
        { id: "u", op: "multiply", args: ["a", "b"] },
        { id: "v", op: "exp", args: ["u"] },
        { id: "w", op: "divide", args: ["u", "v"] },
      ],
      outputs: ["w"],
    });
  });

  test("inputs and labels pass through untouched", () => {
    const inputs = [{ name: "m.1", shape: [2] }, { name: "x" }, { nonsense: true }, 7];
    const document = parse("u = x", { inputs, outputs: ["m.1", "x"], name: "n", description: "d", version: 1 });
    expect(document).toEqual({ inputs, nodes: [], outputs: ["m.1", "x"], name: "n", description: "d", version: 1 });
    expect(document.inputs).toBe(inputs);
  });

  test("free symbols become inputs in order of first appearance", () => {
    expect(parse("t = b + a; f(t, c, a, b)").inputs).toEqual([{ name: "b" }, { name: "a" }, { name: "c" }]);
  });

  test("a call's name is not a symbol, and a symbol may have an operator's name", () => {
    expect(parse("sin = x; e(sin) + sin(sin)")).toMatchObject({
      inputs: [{ name: "x" }],
      nodes: [{ op: "e", args: ["x"] }, { op: "sin", args: ["x"] }, { op: "add" }],
    });
  });

  test("newlines inside parentheses are blanks, however they are written", () => {
    expect(shown("y = (\n a\r\n+\rb\n)\r\nz = f(y,\n1)")).toBe("f(add(a,b),1)");
  });

  test.each([
    ["r = 2*x\n - 1", "subtract(multiply(2,x),1)"],
    ["r = 2*x\n\n\t \r\n+ 1", "add(multiply(2,x),1)"],
    ["r = 2*x\r\n** 2", "multiply(2,pow(x,2))"],
    ["r = a\n>= b", "greater_equal(a,b)"],
    ["r = a\n@ b\n/ c", "divide(matmul(a,b),c)"],
    ["a = b\n(a + 1)^2", "pow(add(b,1),2)"],
    ["r = f(\nx\n)", "f(x)"],
    ["r = a # first\n  # second\n\n + b # third", "add(a,b)"],
    ["r = a\nand b\nor c", "logical_or(logical_and(a,b),c)"],
    ["r = a\nif b\nelse c", "where(b,a,c)"],
    ["r = [a,\n# nothing\nb\n]", "stack(a,b)"],
    ["r = |a\n- b|", "abs(subtract(a,b))"],
    ["a = |b|\n|a|", "abs(abs(b))"],
    ["a = b\n[a, 1]", "stack(b,1)"],
    ["a = b\norder + a", "add(order,b)"],
    ["r = a\n// 2", "floor_divide(a,2)"],
    ["r = a\n% 2", "remainder(a,2)"],
    ["a = 1;\n-a", "negative(1)"],
    ["\n\n-x\n", "negative(x)"],
    ["a = x\n", "x"],
  ])(
    "a line that begins with a binary operator or what ends a bracket continues the line before: %j",
    (expression, expected) => {
      expect(shown(expression)).toBe(expected);
    },
  );

  test.each([
    ["sin\n(x)", "sin(x)"],
    ["y = sin # of x\n\n(x)", "sin(x)"],
    ["f(t) = t * 2\ny = f\n(x)", "f(x)"],
    ["f(t) = t * t\ny = f'\n(x)", "f'(x)"],
    ["y = x\n[0]", "x[0]"],
    ["y = (a + x)\n[ -1 ] * 2", "(a + x)[-1] * 2"],
    ["y = x\n[:, 0]", "x[:, 0]"],
    ["y = x\n[None]", "x[None]"],
    ["y = x\n[a + 1:3]", "x[a + 1:3]"],
    ["y = 2 *\n(a + x)", "2 * (a + x)"],
    ["y = 2 +\n[a, x]", "2 + [a, x]"],
  ])("a bracket that begins a line calls, indexes or is the operand that lacked: %j", (broken, whole) => {
    const definition = /^f.*\n/.exec(broken)?.[0] ?? "";
    expect(shown(broken)).toEqual(shown(definition + whole));
  });

  test.each([
    ["a = 2 * x\n(a + 1)", "add(multiply(2,x),1)"],
    ["a = x\n[1, 2] * a", "multiply(constant_at_2_1,x)"],
    ["a = 2\n[a]", "stack(2)"],
    ["a = x\n[[1, 0], [0, 1]] @ a", "matmul(constant_at_2_1,x)"],
    ["a = sum(x)\n(a)", "sum(x)"],
    ["sin = x; a = cos(x) + sin\n(a)", "add(cos(x),x)"],
    ["b = max * 2; a = b + max\n(a)", "add(multiply(max,2),max)"],
  ])("a bracket that begins a line begins a statement elsewhere: %j", (expression, expected) => {
    expect(shown(expression)).toBe(expected);
  });

  test("positions count lines and columns from 1", () => {
    expect(parse("a = 1;\r\n\r\n\t(a + x) * (\n x - 3)").nodes.map((node) => node.id)).toEqual([
      "add_at_3_5",
      "subtract_at_4_4",
      "multiply_at_3_10",
    ]);
  });

  test("generated names avoid every name of the formula and its inputs", () => {
    const document = parse("add_at_2_3 = 1\nx + x * add_at_2_3_2", {
      inputs: [{ name: "x" }, { name: "add_at_2_3_2" }],
    });
    expect(document.nodes.map((node) => node.id)).toEqual(["multiply_at_2_7", "add_at_2_3_3"]);
  });

  test("generated names fit into the 128 characters of a name", () => {
    const [node] = parse(`${"f".repeat(128)}(x)`).nodes;
    expect(node!.op).toHaveLength(128);
    expect(node!.id.length).toBeLessThanOrEqual(128);
  });
});

describe("precedence and constants", () => {
  test.each([
    ["a + b - c + d", "add(subtract(add(a,b),c),d)"],
    ["a * b / c @ d", "matmul(divide(multiply(a,b),c),d)"],
    ["a + b * c", "add(a,multiply(b,c))"],
    ["(a + b) * c", "multiply(add(a,b),c)"],
    ["a ^ b ^ c", "pow(a,pow(b,c))"],
    ["(a ^ b) ^ c", "pow(pow(a,b),c)"],
    ["a * b ^ c * d", "multiply(multiply(a,pow(b,c)),d)"],
    ["-x", "negative(x)"],
    ["-x*y", "multiply(negative(x),y)"],
    ["-x^y", "negative(pow(x,y))"],
    ["a*-b", "multiply(a,negative(b))"],
    ["a*-b*c", "multiply(multiply(a,negative(b)),c)"],
    ["a - -b", "subtract(a,negative(b))"],
    ["a--b", "subtract(a,negative(b))"],
    ["--x", "negative(negative(x))"],
    ["a^-b^c", "pow(a,negative(pow(b,c)))"],
    ["a^-b*c", "multiply(pow(a,negative(b)),c)"],
    ["-(2)", "negative(2)"],
    ["-2^2", "negative(pow(2,2))"],
    ["2^-3", "pow(2,-3)"],
    ["2^-3^2", "pow(2,negative(pow(3,2)))"],
    ["2^--3", "pow(2,negative(-3))"],
    ["--2", "negative(-2)"],
    ["x - 2", "subtract(x,2)"],
    ["x -2", "subtract(x,2)"],
    ["x*-2", "multiply(x,-2)"],
    ["-2*x", "multiply(-2,x)"],
    ["(-2)^2", "pow(-2,2)"],
    ["f(-2)", "f(-2)"],
    ["x + -0", "add(x,-0)"],
    ["1 + 1.5 * .5 / 2. - 1e-3 + 2.E+2", "add(subtract(add(1,divide(multiply(1.5,0.5),2)),0.001),200)"],
    ["x + pi*e", `add(x,multiply(${Math.PI},${Math.E}))`],
    ["x*-pi", `multiply(x,${-Math.PI})`],
    ["-pi^2", `negative(pow(${Math.PI},2))`],
    ["f(NaN, Infinity, -Infinity, -NaN)", "f(NaN,Infinity,-Infinity,NaN)"],
    ["-Infinity^2", "negative(pow(Infinity,2))"],
    ["+x*y", "multiply(x,y)"],
    ["x*+2", "multiply(x,2)"],
    ["a + + -b", "add(a,negative(b))"],
    ["2**-x**2", "pow(2,negative(pow(x,2)))"],
    ["-2**2", "negative(pow(2,2))"],
    ["a + b < c * d", "less(add(a,b),multiply(c,d))"],
    ["a <= b", "less_equal(a,b)"],
    ["a > b", "greater(a,b)"],
    ["a >= b", "greater_equal(a,b)"],
    ["v == b", "equal(v,b)"],
    ["a != b", "not_equal(a,b)"],
    ["(a < b) < c", "less(less(a,b),c)"],
    ["where(a<b, a, b) == a", "equal(where(less(a,b),a,b),a)"],
    ["f()", "f()"],
    ["f(g( ))", "f(g())"],
    ["f((a), b,c)", "f(a,b,c)"],
    ["((((a))))+b", "add(a,b)"],
    ["atan2(a+1,-b)^2", "pow(atan2(add(a,1),negative(b)),2)"],
    ["a ** b ** c", "pow(a,pow(b,c))"],
    ["a % b * c", "multiply(remainder(a,b),c)"],
    ["a < b < c", "logical_and(less(a,b),less(b,c))"],
    ["a < b == c + 1 >= d", "logical_and(logical_and(less(a,b),equal(b,add(c,1))),greater_equal(add(c,1),d))"],
    ["a or b and not c < d", "logical_or(a,logical_and(b,logical_not(less(c,d))))"],
    ["a || b && !c < d", "logical_or(a,logical_and(b,less(logical_not(c),d)))"],
    ["not not a", "logical_not(logical_not(a))"],
    ["a if c else b", "where(c,a,b)"],
    ["a if c else b if d else e^2", `where(c,a,where(d,b,pow(${Math.E},2)))`],
    ["a + 1 if c or d else b + 2", "where(logical_or(c,d),add(a,1),add(b,2))"],
    ["a if b if c else d else f", "where(where(c,b,d),a,f)"],
    ["-a if c else b", "where(c,negative(a),b)"],
    ["|a - b| ^ 2", "pow(abs(subtract(a,b)),2)"],
    ["| |a| - |b| |", "abs(subtract(abs(a),abs(b)))"],
    ["f(|a|, |b + 1|)", "f(abs(a),abs(add(b,1)))"],
    ["2*|a|*|b|", "multiply(multiply(2,abs(a)),abs(b))"],
    ["-|a|", "negative(abs(a))"],
    ["a + true", "add(a,true)"],
    ["[a, 1]", "stack(a,1)"],
    ["[a, [1, 2]] # a comment: [", "stack(a,constant_at_1_5)"],
    ["[[a, b], [c, d]]", "stack(stack(a,b),stack(c,d))"],
    ["[-(1), 2]", "stack(negative(1),2)"],
  ])("%s is %s", (expression, expected) => {
    expect(shown(expression)).toBe(expected);
  });

  test("the constant -0 keeps its sign", () => {
    expect(parse("x + -0").nodes[0]!.args).toEqual(["x", -0]);
  });

  test("a tiny literal becomes zero, as in JSON", () => {
    expect(parse("x + 1e-999").nodes[0]!.args).toEqual(["x", 0]);
  });
});

describe("outputs", () => {
  test("a statement that is a bare symbol is an alias, not a node", () => {
    expect(parse("v = x; w = (v); w + v")).toMatchObject({
      nodes: [{ id: "add_at_1_19", op: "add", args: ["x", "x"] }],
    });
  });

  test("an alias as an output refers to what it stands for", () => {
    expect(parse("u = x*x; v = u; w = x", { outputs: ["w", "v", "u", "x"] }).outputs).toEqual([
      { name: "w", node: "x" },
      { name: "v", node: "u" },
      "u",
      "x",
    ]);
  });

  test("the unnamed last statement is the output y, even beside an input or statement called y", () => {
    expect(parse("y^2").outputs).toEqual([{ name: "y", node: "pow_at_1_2" }]);
    expect(parse("y = x^2; y + 1").outputs).toEqual([{ name: "y", node: "add_at_1_12" }]);
    expect(parse("x").outputs).toEqual([{ name: "y", node: "x" }]);
    expect(parse("y").outputs).toEqual(["y"]);
  });

  test("an alias of the newest node does not rename it", () => {
    expect(parse("u = x*x; v = u; w = v; w + u")).toMatchObject({
      nodes: [
        { id: "u", args: ["x", "x"] },
        { id: "add_at_1_26", args: ["u", "u"] },
      ],
    });
  });

  test("an output that says its dtype may be called as an input is", () => {
    const inputs = [{ name: "h" }];
    expect(parse("h: float64 = h + 1; k = h * 2", { inputs, outputs: ["h", "k"] })).toMatchObject({
      nodes: [
        { id: "add_at_1_16", args: ["h", 1] },
        { id: "k", args: ["h", 2] },
      ],
      outputs: [{ name: "h", node: "add_at_1_16", dtype: "float64" }, "k"],
    });
  });

  test("several names take apart a row, or the results of a call, and are all outputs at the end", () => {
    expect(parse("a, b = x, 2; c, d = (a + b, a)")).toMatchObject({
      nodes: [{ id: "add_at_1_24", op: "add", args: ["x", 2] }],
      outputs: [
        { name: "c", node: "add_at_1_24" },
        { name: "d", node: "x" },
      ],
    });
    expect(parse("q, r = qr(A)")).toMatchObject({
      nodes: [{ id: "qr_at_1_8", op: "qr", args: ["A"] }],
      outputs: [
        { name: "q", node: "qr_at_1_8:0" },
        { name: "r", node: "qr_at_1_8:1" },
      ],
    });
  });

  test("a constant as an output goes through the document's constants", () => {
    expect(parse("-0")).toEqual({
      inputs: [],
      constants: [{ name: "constant_at_1_1", value: -0 }],
      nodes: [],
      outputs: [{ name: "y", node: "constant_at_1_1" }],
    });
    expect(parse("c = -Infinity; d = c; f = x*d", { outputs: ["c", "d", "f"] })).toEqual({
      inputs: [{ name: "x" }],
      constants: [
        { name: "c", value: "-Infinity" },
        { name: "d", value: "-Infinity" },
      ],
      nodes: [{ id: "f", op: "multiply", args: ["x", "-Infinity"] }],
      outputs: ["c", "d", "f"],
    });
  });

  test("beside `outputs` an unnamed last statement is y, or has no effect", () => {
    expect(parse("u = x; u*u", { outputs: ["y", "u"] }).outputs).toEqual([
      { name: "y", node: "multiply_at_1_9" },
      { name: "u", node: "x" },
    ]);
    expect(fault("u = x; u*u", { outputs: ["u"] })).toMatch(/^line 1, column 8: .*no effect/);
    expect(fault("u = y; u*u", { outputs: ["y"] })).toMatch(/^line 1, column 8: .*no effect/);
  });

  test("an output must be a statement or an input", () => {
    expect(fault("u = x", { outputs: ["u", "pi"] })).toBe('`outputs`: "pi" is neither a statement nor an input');
  });
});

describe("errors name the position and what was expected", () => {
  test.each([
    ["", "line 1, column 1: expected a statement, found the end of the formula"],
    [" ;\n; ", "line 2, column 3: expected a statement, found the end of the formula"],
    [
      "x +\ny",
      "line 1, column 4: expected an operand, found the end of the line (a statement goes on over lines inside brackets, or by an operator that begins a line)",
    ],
    ["x +", "line 1, column 4: expected an operand, found the end of the formula"],
    ["v =;", 'line 1, column 4: expected an operand, found ";"'],
    ["2x", 'line 1, column 2: expected an operator after the number "2", found "x" (a product is written with *)'],
    ["1.2.3", 'line 1, column 4: expected an operator after the number "1.2", found "."'],
    ["2e", 'line 1, column 2: expected an operator after the number "2", found "e" (a product is written with *)'],
    ["1e999", 'line 1, column 1: the number "1e999" is too large'],
    [
      "x y",
      'line 1, column 3: expected an operator or the end of the statement, found "y" (a product is written with *, a call with parentheses)',
    ],
    [
      "x(y",
      'line 1, column 4: expected an operator, "," or the ")" for the call of "x" at line 1, column 1, found the end of the formula',
    ],
    [
      "(a+1\nb = 2",
      'line 2, column 1: expected an operator or the ")" for the "(" at line 1, column 1, found "b" (a product is written with *)',
    ],
    ["(a;b)", 'line 1, column 3: expected an operator or the ")" for the "(" at line 1, column 1, found ";"'],
    ["a)", 'line 1, column 2: expected an operator or the end of the statement, found ")"'],
    [
      "(a, b)",
      'line 1, column 3: expected an operator or the ")" for the "(" at line 1, column 1, found "," (an array is written in brackets, [1, 2])',
    ],
    ["()", 'line 1, column 2: expected an operand, found ")"'],
    ["f(a,,)", 'line 1, column 5: expected an operand, found ","'],
    ["f(,a)", 'line 1, column 3: expected an operand, found ","'],
    [
      "2 = x",
      'line 1, column 3: expected an operator or the end of the statement, found "=" ("=" follows the name that starts a statement; equality is "==")',
    ],
    [
      "a = b = c",
      'line 1, column 7: expected an operator or the end of the statement, found "=" ("=" follows the name that starts a statement; equality is "==")',
    ],
    ["a − b", 'line 1, column 3: unexpected character "−" (U+2212): write -'],
    ["a | b", 'line 1, column 3: unexpected character "|" (U+007C): write a or b for a | b'],
    ["||a||", 'line 1, column 1: "||" can be misread here: write norm(x) for ||x||, | |x| | with blanks'],
    ["|a || b|", 'line 1, column 4: "||" can be misread here: write or for ||, or blanks between bars'],
    [
      "|a + b",
      'line 1, column 7: expected an operator or the "|" for the "|" at line 1, column 1, found the end of the formula',
    ],
    [
      "a if b",
      'line 1, column 7: expected an operator or the "else" for the "if" at line 1, column 3, found the end of the formula',
    ],
    [
      "a else b",
      'line 1, column 3: expected an operator or the end of the statement, found "else" (a choice is written a if condition else b)',
    ],
    [
      "[1, 2",
      'line 1, column 6: expected an operator, "," or the "]" for the "[" at line 1, column 1, found the end of the formula',
    ],
    ["x[", "line 1, column 3: expected an index, found the end of the formula"],
    ["x[]", 'line 1, column 3: expected an index, found "]"'],
    [
      "x[1:2:3:4]",
      'line 1, column 8: expected an operator, ":", "," or the "]" for the "[" at line 1, column 2, found ":" (a function is written f(x) = …, a slice stands in brackets, x[1:3])',
    ],
    ["sum(x, axis=", "line 1, column 13: expected an operand, found the end of the formula"],
    ["sum(x, axis=axis=0)", 'line 1, column 13: expected a value, found "axis" and another "="'],
    ["sum(x, axis=0, axis=1)", 'line 1, column 16: the attribute "axis" is given twice'],
    ['einsum("ij->i, x)', 'line 1, column 8: this text has no end: expected " on the same line'],
    ["x + None", 'line 1, column 3: "+" takes no None, which stands in an index only'],
    [
      "x.real",
      'line 1, column 2: "real" is nothing that follows a dot: an operator is called by its name, real(x); known: .T, .mT, .shape',
    ],
    ["[1, [2]]", "line 1, column 1: the rows of this array differ in length: 1"],
    ["[[1, 2], [3]]", "line 1, column 1: the rows of this array differ in length: 2, 1"],
    ['[1, "a"]', "line 1, column 1: an array holds numbers and truth values only"],
    [
      "int32(x, 2)",
      "line 1, column 1: int32(…) takes one number or array that is written out, or base64 text and a shape",
    ],
    ["a, b = x, y, z", "line 1, column 1: 2 names stand for 3 values"],
    ["a, b = (x, y) + 1", 'line 1, column 15: "+" takes one value where several stand'],
    ["a, a = x, y", 'line 1, column 4: "a" is already defined on line 1'],
    [
      "a, b",
      'line 1, column 2: expected an operator or the end of the statement, found "," (an array is written in brackets, [1, 2], a decimal number 1.5; several outputs have names, which `outputs` lists)',
    ],
    ["`a b`", "line 1, column 1: expected a name of letters, digits, _, . and - in backticks"],
    ["a\u0000", 'line 1, column 2: unexpected character "\\u0000" (U+0000)'],
    ["é", 'line 1, column 1: unexpected character "é" (U+00E9): write names in the letters a to z, digits and _'],
    ["x😀", 'line 1, column 2: unexpected character "😀" (U+1F600)'],
    ["x\ud800", 'line 1, column 2: unexpected character "\\ud800" (U+D800)'],
    [".", 'line 1, column 1: unexpected character "." (U+002E)'],
    ["__proto__", 'line 1, column 1: the name "__proto__" is refused'],
    ["x; y = 2", "line 1, column 1: this statement has no effect: name it or remove it"],
    ["v = x\nv = 2", 'line 2, column 1: "v" is already defined on line 1'],
    ["pi = 3", 'line 1, column 1: "pi" is reserved and cannot be redefined'],
    ["Infinity = 3", 'line 1, column 1: "Infinity" is reserved and cannot be redefined'],
    ["u = v + 1\nv = x", 'line 1, column 5: "v" is used before it is defined, on line 2'],
    ["v = v + 1", 'line 1, column 5: "v" is used before it is defined, on line 1'],
  ])("%j: %s", (expression, reason) => {
    expect(fault(expression)).toBe(reason);
  });

  test("a name longer than 128 characters is refused, one of 128 is not", () => {
    expect(parse("x".repeat(128)).inputs).toEqual([{ name: "x".repeat(128) }]);
    expect(fault("x".repeat(129))).toMatch(/^line 1, column 1: the name .* is longer than 128 characters$/);
  });

  test("given inputs, an unknown symbol is named and an input cannot be redefined", () => {
    const inputs = [{ name: "x" }];
    expect(fault("x + z", { inputs })).toBe(
      'line 1, column 5: unknown symbol "z": neither one of `inputs` nor defined before',
    );
    expect(fault("u = 1; x = u", { inputs })).toBe('line 1, column 8: "x" is an input and cannot be redefined');
    expect(fault("x", { inputs: [{ name: "x" }, { name: "e" }] })).toBe('`inputs`: "e" is reserved in formulas');
    expect(fault("x + e", { inputs: [{ name: "x" }, { name: "e" }] })).toBe(
      'line 1, column 5: "e" is reserved in formulas: write `e` in backticks for the input',
    );
  });
});

describe("the object around a formula", () => {
  test("every key of the contract is accepted", () => {
    const source = { expression: "x", inputs: [], outputs: ["x"], name: "n", description: "d", version: 1 };
    expect(checkFormula(source)).toEqual(source);
  });

  test.each([
    [{}, "`expression` must be a string"],
    [{ expression: 1 }, "`expression` must be a string"],
    [{ expression: "x", nodes: [] }, 'unknown key "nodes"'],
    [{ expression: "x", constants: [] }, 'unknown key "constants"'],
    [JSON.parse('{"expression":"x","__proto__":{}}'), 'unknown key "__proto__"'],
    [{ expression: "x", inputs: {} }, "`inputs` must be an array"],
    [{ expression: "x", outputs: "x" }, "`outputs` of a formula must be an array"],
    [{ expression: "x", outputs: [] }, "`outputs` of a formula must be an array of at least one name"],
    [{ expression: "x", outputs: ["x", ""] }, "`outputs`: item 1 must be a name"],
    [{ expression: "x", outputs: [{ name: "x" }] }, "`outputs`: item 0 must be a name"],
    [{ expression: "x", outputs: ["x", "x"] }, '`outputs`: "x" is listed twice'],
  ])("%j is refused: %s", (value, reason) => {
    expect(reasonOf(() => checkFormula(value))).toContain(reason);
  });
});

function parse(expression: string, rest: Omit<FormulaDocument, "expression"> = {}): GraphDocument {
  return translateFormula({ expression, ...rest }, limits).document;
}

function fault(expression: string, rest: Omit<FormulaDocument, "expression"> = {}): unknown {
  return reasonOf(() => parse(expression, rest));
}

function reasonOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError);
    expect((error as ServiceError).type).toBe("invalid_graph");
    return (error as ServiceError).data.reason;
  }
  throw new Error("nothing was thrown");
}

/** The last statement as nested calls. */
function shown(expression: string): string {
  const { nodes, outputs } = parse(expression);
  const text = new Map<string, string>();
  const show = (arg: Argument): string => (Object.is(arg, -0) ? "-0" : (text.get(String(arg)) ?? String(arg)));
  for (const { id, op, args } of nodes) text.set(id, `${op}(${args.map(show).join(",")})`);
  const output = outputs[0]!;
  return show(typeof output === "string" ? output : output.node);
}
