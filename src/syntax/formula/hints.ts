/** What to write in place of a character that formulas do not have; `after` tells whether an operand ends before it. */
export function hintFor(character: string, pair: string, after: boolean): string | undefined {
  const next = pair.slice(character.length);
  if (character === "." && "*/^+-".includes(next || " ")) return `${next}, which goes element by element`;
  if (character === "~" && next === "=") return "!=";
  if (character === "\\" && next !== "" && !"\r\n".includes(next)) return "solve(A, b) for A \\ b";
  const known = (after ? afterOperand.get(character) : undefined) ?? anywhere.get(character);
  if (known !== undefined) return known;
  const plain = character.normalize("NFKC");
  if (plain !== character && /^[\x20-\x7e]+$/.test(plain)) return plain === " " ? "a plain blank" : plain;
  const letter = greek.get(character);
  if (letter !== undefined) return letter;
  return /^\p{L}|^\p{M}/u.test(character) ? "names in the letters a to z, digits and _" : undefined;
}

/** What to write in place of what stands where an operand is expected; empty where nothing is known. */
export function operandHint(tokens: readonly Written[], at: number): string {
  const { text } = tokens[at]!;
  const before = at > 0 ? tokens[at - 1]!.text : "\n";
  if (text === "\n") return " (a statement goes on over lines inside brackets, or by an operator that begins a line)";
  if (text === ">" && before === "<") return " (unequal is written !=)";
  if ((text === "<" || text === ">") && before === "=") return ` (${text}= compares)`;
  if (text === "=" && "+-*/^%".includes(before)) return ` (a name is given once: write it anew, t = s ${before} x)`;
  if (text === "*" && before === "%") return " (a product of matrices is written with @)";
  if (text === "if") return " (a choice is written a if condition else b, or where(condition, a, b))";
  const beginsLine = before === "\n" || before === ";" || at === 0;
  return beginsLine && (text === "%" || text === "/" || text === "//") ? " (a comment begins with #)" : "";
}

/** What to write in place of what stands where an operator is expected; empty where nothing is known. */
export function operatorHint(tokens: readonly Written[], at: number, opening: string | undefined): string {
  const { kind, text } = tokens[at]!;
  const [before, next] = [tokens[at - 1], tokens[at + 1]?.text];
  const isWord = kind === "name" && before?.kind === "name";
  const word =
    (isWord ? (statementWords.get(before.text) ?? infixWords.get(text.toLowerCase())) : infixWords.get(text)) ?? "";
  if (word !== "") return ` (${word})`;
  if (text === "=") return ' ("=" follows the name that starts a statement; equality is "==")';
  if (text === "!") return " (x! is written exp(lgamma(x + 1)))";
  if (text === "not") return " (unequal is written !=)";
  if (text === "else") return " (a choice is written a if condition else b)";
  if (text === ":" && next === "=") return ' (a name is given by "=" alone)';
  if (text === ":") return " (a function is written f(x) = …, a slice stands in brackets, x[1:3])";
  if (opening === "array" && text === ";") return " (rows are written [[1, 2], [3, 4]])";
  if (kind === "separator" || kind === "end") return "";
  if (opening === "array" && (kind === "number" || kind === "name")) return " (items are separated by commas)";
  if (text === "," && opening === "group") return " (an array is written in brackets, [1, 2])";
  if (text === "," && opening === undefined) {
    return " (an array is written in brackets, [1, 2], a decimal number 1.5; several outputs have names, which `outputs` lists)";
  }
  if (text === "(" && tokens[at - 2]?.text === "^" && tokens[at - 3]?.kind === "name") {
    return ` (a power of a function is written ${tokens[at - 3]!.text}(x)^${before!.text})`;
  }
  if (isWord) return " (a product is written with *, a call with parentheses)";
  return kind === "number" || kind === "name" || text === "(" ? " (a product is written with *)" : "";
}

/** What to write in place of a number that goes on as none of ours does; empty where nothing is known. */
export function numberHint(word: string, rest: string): string {
  if (/^_\d/.test(rest)) return " (digits are written without _)";
  if (word === "0" && /^[xXbBoO][\da-fA-F]/.test(rest)) return " (numbers are decimal)";
  if (/^[dD][+-]?\d|^f\d+\b/.test(rest)) return " (an exponent is written 1e-3; all numbers are float64)";
  if (/^[ij]\b/.test(rest)) return " (there are no complex numbers; a product is written with *)";
  return /^[A-Za-z_]/.test(rest) ? " (a product is written with *)" : "";
}

/** What to write in place of what follows a dot elsewhere; `base` is the name before the dot, where it is one. */
export function memberHint(name: string, base: string | undefined): string {
  const meant = memberWords.get(name);
  if (meant !== undefined) return `write ${meant}`;
  const isModule = base !== undefined && modules.has(base);
  return isModule ? `write ${name}(…) without ${base}.` : `an operator is called by its name, ${name}(x)`;
}

/** How formulas write a constant that goes by this name elsewhere; undefined for other names. */
export function constantElsewhere(name: string): string | undefined {
  return constantWords.get(name);
}

interface Written {
  readonly kind: string;
  readonly text: string;
}

const modules = new Set([
  "np",
  "numpy",
  "jnp",
  "jax",
  "math",
  "Math",
  "torch",
  "tf",
  "scipy",
  "sp",
  "cmath",
  "nn",
  "F",
  "linalg",
  "special",
]);

const constantWords = new Map([
  ["nan", "NaN"],
  ["NA", "NaN"],
  ["inf", "Infinity"],
  ["Inf", "Infinity"],
  ["oo", "Infinity"],
  ["infinity", "Infinity"],
  ["PI", "pi"],
  ["Pi", "pi"],
  ["TRUE", "true"],
  ["FALSE", "false"],
]);

const memberWords = new Map([
  ...constantWords,
  ["pi", "pi"],
  ["e", "e"],
  ["E", "e"],
  ["newaxis", "None"],
  ["H", ".mT"],
  ["I", "inv(x)"],
  ["size", "prod(x.shape)"],
  ["ndim", "x.shape.shape[0]"],
  ["astype", 'cast(x, dtype="float32")'],
  ["dot", "x @ y"],
]);

const aFunction = "a function is written f(x) = …";
const aName = "a name is given by s = …";
const noLoop = "a loop is map, scan or while, to which functions are handed";
/** What begins statements elsewhere. */
const statementWords = new Map([
  ["def", aFunction],
  ["function", aFunction],
  ["lambda", aFunction],
  ["fn", aFunction],
  ["let", aName],
  ["var", aName],
  ["const", aName],
  ["return", "what the last statement is, is the result"],
  ["for", noLoop],
  ["while", noLoop],
  ["import", "operators are there without it"],
  ["from", "operators are there without it"],
]);

/** What stands between operands elsewhere. */
const infixWords = new Map([
  ["and", "write and in small letters"],
  ["or", "write or in small letters"],
  ["not", "write not in small letters"],
  ["xor", "a xor b is written not a != not b, in truth values a != b"],
  ["mod", "a mod b is written a % b"],
  ["div", "a div b is written a // b"],
  ["then", "a choice is written a if condition else b"],
  ["for", noLoop],
  ["is", "equality is =="],
]);

const afterOperand = new Map([["|", "a or b for a | b"]]);
const anywhere = new Map([
  ["−", "-"],
  ["–", "-"],
  ["—", "-"],
  ["×", "*"],
  ["·", "*"],
  ["⋅", "*"],
  ["∗", "*"],
  ["∙", "*"],
  ["⊙", "*"],
  ["∘", "*"],
  ["÷", "/"],
  ["⁄", "/"],
  ["≤", "<="],
  ["≥", ">="],
  ["⩽", "<="],
  ["⩾", ">="],
  ["≠", "!="],
  ["≈", "abs(a - b) < tolerance"],
  ["π", "pi"],
  ["√", "sqrt(x)"],
  ["∛", "cbrt(x)"],
  ["²", "^2"],
  ["³", "^3"],
  ["⁻", "^-"],
  ["ᵀ", "'"],
  ["⊤", "'"],
  ["∞", "Infinity"],
  ["∧", "and"],
  ["∨", "or"],
  ["¬", "not"],
  ["∑", "sum(x)"],
  ["Σ", "sum(x), or the name Sigma"],
  ["∏", "prod(x)"],
  ["∇", "grad(f)(x)"],
  ["∂", "D(f, 0)(x, y)"],
  ["⊗", "kron(A, B), or outer(x, y)"],
  ["‖", "norm(x)"],
  ["⟨", "vecdot(x, y)"],
  ["⌊", "floor(x)"],
  ["⌈", "ceil(x)"],
  ["→", "f(x) = … for a function"],
  ["←", "="],
  ["°", "* pi / 180"],
  ["&", "a and b"],
  ["~", "not a"],
  ["?", "a if condition else b"],
  ["’", "'"],
  ["‘", "'"],
  ["′", "'"],
  ["“", '"'],
  ["”", '"'],
  ["{", "( or ["],
  ["}", ") or ]"],
  ["\\", "nothing: a line that begins with an operator goes on with the last"],
  ["\u200b", "nothing: it cannot be seen"],
  ["\ufeff", "nothing: it cannot be seen"],
]);

const greekNames =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma_ sigma tau upsilon phi chi psi omega";
/** Letters in the order of their codes, from U+03B1 on and, large ones, from U+0391. */
const greek = new Map(
  greekNames.split(" ").flatMap((name, i) => [
    [String.fromCharCode(0x3b1 + i), `a name like ${name.replace("_", "")}`],
    [String.fromCharCode(0x391 + i), `a name like ${name[0]!.toUpperCase()}${name.slice(1).replace("_", "")}`],
  ]),
);
