import { bytesOfElements } from "../../graph/dtype.ts";
import { rowMajorData } from "../../graph/ndarray.ts";
import { type Answer, KeptAnswer, NumberText, PlainAnswer, TensorLeaf, WrittenAnswer } from "../answer.ts";
import { RawBytes } from "../raw-bytes.ts";
import type { Source, Text } from "../text.ts";
import { tagOf } from "./typed-arrays.ts";

/** The CBOR bytes of an answer. Members that are undefined are left out, as JSON leaves them out. */
export function writeCbor(answer: Answer): Text {
  const writer = new Writer();
  writer.answer(answer);
  return writer.end();
}

const majorUint = 0;
const majorNegative = 1;
const majorBytes = 2;
const majorText = 3;
const majorArray = 4;
const majorMap = 5;
const majorTag = 6;
const chunkBytes = 4096;
const headBytesMax = 9;
const simple = { false: 0xf4, true: 0xf5, null: 0xf6 };

class Writer {
  private readonly pieces: (string | Source)[] = [];
  private chunk = Buffer.allocUnsafeSlow(chunkBytes);
  private used = 0;
  /** Whether the memory of tensors is the answer's. */
  private isOwn = true;

  end(): Text {
    this.flush();
    return this.pieces;
  }

  answer(answer: Answer): void {
    if (typeof answer !== "object" || answer === null) this.plain(answer);
    else if (answer instanceof NumberText) this.digits(answer.text);
    else if (answer instanceof TensorLeaf) this.tensor(answer);
    else if (answer instanceof WrittenAnswer) this.written(answer.text);
    else if (answer instanceof PlainAnswer) this.plain(answer.value);
    else if (answer instanceof KeptAnswer) this.kept(answer);
    else if (Array.isArray(answer)) this.list(answer, (item) => this.answer(item));
    else this.members(answer as { readonly [name: string]: Answer }, (member) => this.answer(member));
  }

  private plain(value: unknown): void {
    if (typeof value === "number") this.number(value);
    else if (typeof value === "string") this.text(value);
    else if (Array.isArray(value)) this.list(value, (item) => this.plain(item));
    else if (typeof value === "object" && value !== null) this.members(value, (member) => this.plain(member));
    else this.byte(value === undefined || value === null ? simple.null : value ? simple.true : simple.false);
  }

  private list<T>(items: readonly T[], write: (item: T) => void): void {
    this.head(majorArray, items.length);
    for (const item of items) write(item);
  }

  private members<T>(object: { readonly [name: string]: T } | object, write: (member: T) => void): void {
    const members = Object.entries(object).filter(([, member]) => member !== undefined);
    this.head(majorMap, members.length);
    for (const [name, member] of members) {
      this.text(name);
      write(member);
    }
  }

  /** Its shape, its dtype, and its bytes as they lie in memory. */
  private tensor({ array, isOwn }: TensorLeaf): void {
    const { shape, dtype } = array;
    this.head(majorMap, 3);
    this.text("shape");
    this.list(shape, (length) => this.number(length));
    this.text("dtype");
    this.text(dtype);
    this.text("data");
    this.head(majorTag, tagOf[dtype]);
    const bytes = bytesOfElements(dtype, rowMajorData(array));
    this.head(majorBytes, bytes.length);
    this.bytes(bytes, isOwn && this.isOwn);
  }

  private kept({ tree }: KeptAnswer): void {
    const { isOwn } = this;
    this.isOwn = false;
    this.answer(tree);
    this.isOwn = isOwn;
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value < 0) this.head(majorNegative, -1 - value);
      else this.head(majorUint, value);
      return;
    }
    this.room(9);
    this.chunk[this.used] = 0xfb;
    this.chunk.writeDoubleBE(value, this.used + 1);
    this.used += 9;
  }

  /** A number by its digits: an integer of at most 64 bits as such, any other as a double. */
  private digits(text: string): void {
    const value = /^-?\d{1,20}$/.test(text) && text !== "-0" ? BigInt(text) : undefined;
    const magnitude = value === undefined ? -1n : value < 0n ? -1n - value : value;
    if (value === undefined || BigInt.asUintN(64, magnitude) !== magnitude) {
      this.number(Number(text));
      return;
    }
    this.room(headBytesMax);
    this.chunk[this.used] = (value < 0n ? majorNegative : majorUint) * 32 + 27;
    this.chunk.writeBigUInt64BE(magnitude, this.used + 1);
    this.used += headBytesMax;
  }

  private text(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.head(majorText, bytes);
    if (bytes > chunkBytes) {
      this.bytes(new Uint8Array(Buffer.from(text)), true);
      return;
    }
    this.room(bytes);
    this.used += this.chunk.write(text, this.used);
  }

  private written(text: Text): void {
    if (typeof text === "string") {
      if (text !== "") throw new Error("CBOR has no part that is text");
      return;
    }
    this.flush();
    this.pieces.push(...text);
  }

  private bytes(bytes: Uint8Array<ArrayBuffer>, isOwn: boolean): void {
    if (bytes.length <= chunkBytes) {
      this.room(bytes.length);
      this.chunk.set(bytes, this.used);
      this.used += bytes.length;
      return;
    }
    this.flush();
    this.pieces.push(new RawBytes(isOwn ? bytes : bytes.slice()));
  }

  private head(major: number, value: number): void {
    this.room(headBytesMax);
    const { chunk, used } = this;
    const initial = major * 32;
    if (value < 24) {
      chunk[used] = initial + value;
      this.used += 1;
    } else if (value < 2 ** 8) {
      chunk[used] = initial + 24;
      chunk[used + 1] = value;
      this.used += 2;
    } else if (value < 2 ** 16) {
      chunk[used] = initial + 25;
      this.used = chunk.writeUInt16BE(value, used + 1);
    } else if (value < 2 ** 32) {
      chunk[used] = initial + 26;
      this.used = chunk.writeUInt32BE(value, used + 1);
    } else {
      chunk[used] = initial + 27;
      this.used = chunk.writeBigUInt64BE(BigInt(value), used + 1);
    }
  }

  private byte(byte: number): void {
    this.room(1);
    this.chunk[this.used++] = byte;
  }

  private room(bytes: number): void {
    if (this.used + bytes > chunkBytes) this.flush();
  }

  private flush(): void {
    if (this.used === 0) return;
    this.pieces.push(new RawBytes(new Uint8Array(this.chunk.buffer, 0, this.used)));
    this.chunk = Buffer.allocUnsafeSlow(chunkBytes);
    this.used = 0;
  }
}
