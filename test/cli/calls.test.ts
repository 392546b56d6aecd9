import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { examples } from "../../src/cli/examples.ts";
import { npyHead } from "../../src/wire/npy.ts";
import { folderOfFile } from "../support/folders.ts";
import { run, served, wordsOf } from "./run.ts";

const service = served();
const standard = "log(x1) + x1*x2 - sin(x2)";

test("a derivative is a table for people, and JSON for machines", async () => {
  expect(await service.run(["jacobian", standard, "x1=2", "x2=5"])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "out": "outputs.y      11.652071455223084
    jacobian.y.x1  5.5
    jacobian.y.x2  1.7163378145367738

    reverse mode in 1 pass, 73 operations where the value takes 43
    ",
      "told": "",
    }
  `);
  const { out } = await service.run(["jacobian", standard, "x1=2", "x2=5", "--json"]);
  expect(JSON.parse(out)).toMatchObject({ jacobian: { y: { x1: 5.5, x2: 1.7163378145367738 } }, plan: { passes: 1 } });
});

describe("the examples of the help are true:", () => {
  // In order, as some name what others have kept.
  test.each(Object.entries(examples).flatMap(([path, lines]) => lines.map((line) => [path, line] as const)))(
    "%s: %s",
    async (_, line) => {
      const [name, ...words] = wordsOf(line);
      expect(name).toBe("cotangent");
      const { code, out, told } = await service.run(words);
      expect({ code, told: told.replaceAll(/^(job_|Its answer|\d+%|$).*\n?/gm, "") }).toEqual({ code: 0, told: "" });
      expect(out.trim()).not.toBe("");
    },
  );

  test("each stands in the help of its command", async () => {
    const { code, out } = await run(["jacobian", "--help"]);
    expect(code).toBe(0);
    for (const words of ["--layout <word>", "x=@file.npy".slice(2), ...examples.jacobian!])
      expect(out).toContain(words);
    expect((await run(["--help"])).out).toContain("COTANGENT_URL");
    expect((await run(["job", "submit", "gradient", "--help"])).out).toContain("--chunk-points <number>");
  });
});

describe("inputs", () => {
  const dir = folderOfFile();
  const put = (name: string, bytes: string | Uint8Array) => writeFileSync(join(dir, name), bytes);
  const answer = async (...words: string[]) => {
    const { code, out, told } = await service.run([...words, "--json"], { cwd: dir });
    expect({ code, told }).toEqual({ code: 0, told: "" });
    return JSON.parse(out);
  };

  test("are numbers, nested lists, and what JSON has not", async () => {
    expect((await answer("evaluate", "A @ x + s", "A=[[1,2],[3,4]]", "x=[1, 1]", "s=-1e1")).outputs.y).toEqual([
      -7, -3,
    ]);
    expect((await answer("evaluate", "x + y", "x=-inf", "y=3")).outputs.y).toBe("-Infinity");
    expect((await answer("evaluate", "x + y", "x=nan", "y=3")).outputs.y).toBe("NaN");
  });

  test("are files of JSON, one tensor or several", async () => {
    put("x.json", "[1, 2]");
    put("all.json", '{"x": [3, 4], "y": 1}');
    expect((await answer("evaluate", "x + y", "x=@x.json", "y=1")).outputs.y).toEqual([2, 3]);
    expect((await answer("evaluate", "x + y", "@all.json")).outputs.y).toEqual([4, 5]);
  });

  test("are files of NumPy, in their own dtype", async () => {
    put("n.npy", Buffer.concat([npyHead("int32", [2, 2]), new Uint8Array(Int32Array.of(1, 2, 3, 4).buffer)]));
    const graph =
      '{"inputs":[{"name":"n","shape":[2,2],"dtype":"int32"}],"nodes":[{"id":"y","op":"sum","args":["n"]}],"outputs":["y"]}';
    put("graph.json", graph);
    expect((await answer("evaluate", "@graph.json", "n=@n.npy")).outputs.y).toBe(10);
  });

  test("are files of NumPy whose shapes and dtypes a formula takes", async () => {
    put("a.npy", Buffer.concat([npyHead("float64", [2, 2]), new Uint8Array(Float64Array.of(1, 2, 3, 4).buffer)]));
    put("i.npy", Buffer.concat([npyHead("int64", [2]), new Uint8Array(BigInt64Array.of(1n, -2n).buffer)]));
    put("empty.npy", npyHead("float32", [0, 2]));
    const { gradient } = await answer("gradient", "sum(a[i]^2)", "a=@a.npy", "i=@i.npy");
    expect(gradient).toEqual({
      a: [
        [2, 4],
        [6, 8],
      ],
    });
    expect((await answer("evaluate", "sum(x, axis=0)", "x=@empty.npy")).outputs.y).toEqual([0, 0]);
  });

  test("are tables, whose rows are points and whose columns may be parts of vectors and matrices", async () => {
    put("points.csv", "x1,x2\n1,5\n2,5\n4,nan\n");
    expect((await answer("gradient", standard, "@points.csv")).gradient.x1).toEqual([6, 5.5, "NaN"]);
    put("parts.csv", 'x[1],"A[0,1]",A[0,0],x[0],A[1,0],A[1,1]\r\n20,2,1,10,3,4\r\n40,2,1,30,3,4\r\n');
    expect((await answer("evaluate", "A @ x", "@parts.csv")).outputs.y).toEqual([
      [50, 110],
      [110, 250],
    ]);
  });

  test("of a batch are shown with a point in each row", async () => {
    put("points.csv", "x1,x2\n1,5\n2,5\n4,5\n");
    expect((await service.run(["gradient", standard, "@points.csv"], { cwd: dir })).out).toMatchInlineSnapshot(`
      "point           outputs.y  gradient.x1         gradient.x2
          0   5.958924274663138            6  0.7163378145367738
          1  11.652071455223084          5.5  1.7163378145367738
          2   22.34521863578303         5.25   3.716337814536774
      "
    `);
  });

  test("that cannot be read are refused by name, before anything is asked", async () => {
    put("bad.csv", "x\n1\ntwo\n");
    put("short.csv", "x,y\n1\n");
    put("holes.csv", "x[0],x[2]\n1,2\n");
    put("cut.npy", Buffer.concat([npyHead("float64", [3]), new Uint8Array(16)]));
    const cases = [
      [["x=two"], 'error: x: "two" is no number, and no JSON; a file is written as @two\n'],
      [["x=[1,"], /^error: x: .*JSON/],
      [["x=1", "x=2"], "error: x is given twice\n"],
      [["x"], /^error: "x": inputs are name=value/],
      [["x=@none.npy"], "error: none.npy: there is no such file\n"],
      [["x=@cut.npy"], "error: cut.npy: 24 bytes should follow the head, and 16 do\n"],
      [["@bad.csv"], 'error: bad.csv, line 3, column 1: "two" is no number\n'],
      [["@short.csv"], "error: short.csv, line 2: has 1 cells, and the first line has 2\n"],
      [["@holes.csv"], "error: holes.csv: x: 2 columns do not fill [3], each place once\n"],
      [["x=1", "--batch", "many"], 'error: --batch: "many" is no number\n'],
    ] as const;
    const check = async ([words, message]: (typeof cases)[number]) => {
      const { code, out, told } = await run(["evaluate", "x^2", ...words], {
        cwd: dir,
        env: { COTANGENT_URL: "http://x.invalid" },
      });
      expect({ words, code, out }).toEqual({ words, code: 2, out: "" });
      if (typeof message === "string") expect(told).toBe(message);
      else expect(told).toMatch(message);
    };
    await Promise.all(cases.map(check));
  });
});

describe("errors", () => {
  test("of the service have their place, a caret and a hint", async () => {
    expect(await service.run(["jacobian", "2*lgo(x)", "x=2"])).toMatchInlineSnapshot(`
      {
        "code": 1,
        "out": "",
        "told": "error: invalid_graph: line 1, column 3: unknown operator "lgo": did you mean log(x)?
        2*lgo(x)
          ^
      ",
      }
    `);
    const { code, told } = await service.run(["jacobian", "2*lgo(x)", "x=2", "--json"]);
    expect([code, JSON.parse(told).code]).toEqual([1, -32001]);
    expect((await service.run(["evaluate", "nobody"])).told).toContain('graph_not_found: no graph is called "nobody"');
  });

  test("of the command line say what there is", async () => {
    const cases = [
      [["jacobain", "x"], "(Did you mean jacobian?)"],
      [["jacobian"], "missing required argument 'graph'"],
      [["jacobian", "x", "--layout", "martix"], "Allowed choices are blocks, matrix."],
      [["jacobian", "-x", "x=1"], "A formula that begins with - is written in parentheses"],
      [["job", "result", "job_x", "-o", "x.txt"], "*.npy, *.bin, *.json, *.ndjson"],
    ] as const;
    const check = async ([words, message]: (typeof cases)[number]) => {
      const { code, told } = await service.run(words);
      expect({ words, code }).toEqual({ words, code: 2 });
      expect(told).toContain(message);
    };
    await Promise.all(cases.map(check));
  });

  test("say that the service that is named does not answer", async () => {
    const { code, told } = await run(["evaluate", "x^2", "x=1"], { env: { COTANGENT_URL: "http://127.0.0.1:9" } });
    expect([code, told]).toEqual([3, "error: no service answers at http://127.0.0.1:9 (bad port)\n"]);
  });
});
