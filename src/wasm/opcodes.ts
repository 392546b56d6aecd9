/**
 * The instructions of WebAssembly that generated code is made of, each with its binary code: one table, from which the
 * assembler's typed methods and the tests derive. Codes from 0x100 on are those of the SIMD prefix, less 0x100.
 *
 * Source: WebAssembly 3.0, binary format, instructions (relaxed SIMD included).
 */

const simd = 0x1_0000;
const misc = 0x2_0000;

/** Instructions without immediates. */
export const plain = {
  unreachable: 0x00,
  nop: 0x01,
  else: 0x05,
  end: 0x0b,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,

  "i32.eqz": 0x45,
  "i32.eq": 0x46,
  "i32.ne": 0x47,
  "i32.lt_s": 0x48,
  "i32.lt_u": 0x49,
  "i32.gt_s": 0x4a,
  "i32.gt_u": 0x4b,
  "i32.le_s": 0x4c,
  "i32.le_u": 0x4d,
  "i32.ge_s": 0x4e,
  "i32.ge_u": 0x4f,
  "i64.eqz": 0x50,
  "i64.eq": 0x51,
  "i64.ne": 0x52,
  "i64.lt_s": 0x53,
  "i64.lt_u": 0x54,
  "i64.gt_s": 0x55,
  "i64.gt_u": 0x56,
  "f64.eq": 0x61,
  "f64.ne": 0x62,
  "f64.lt": 0x63,
  "f64.gt": 0x64,
  "f64.le": 0x65,
  "f64.ge": 0x66,

  "i32.clz": 0x67,
  "i32.ctz": 0x68,
  "i32.popcnt": 0x69,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.div_s": 0x6d,
  "i32.div_u": 0x6e,
  "i32.rem_s": 0x6f,
  "i32.rem_u": 0x70,
  "i32.and": 0x71,
  "i32.or": 0x72,
  "i32.xor": 0x73,
  "i32.shl": 0x74,
  "i32.shr_s": 0x75,
  "i32.shr_u": 0x76,
  "i64.clz": 0x79,
  "i64.ctz": 0x7a,
  "i64.add": 0x7c,
  "i64.sub": 0x7d,
  "i64.mul": 0x7e,
  "i64.and": 0x83,
  "i64.or": 0x84,
  "i64.xor": 0x85,
  "i64.shl": 0x86,
  "i64.shr_s": 0x87,
  "i64.shr_u": 0x88,

  "f64.abs": 0x99,
  "f64.neg": 0x9a,
  "f64.ceil": 0x9b,
  "f64.floor": 0x9c,
  "f64.trunc": 0x9d,
  "f64.nearest": 0x9e,
  "f64.sqrt": 0x9f,
  "f64.add": 0xa0,
  "f64.sub": 0xa1,
  "f64.mul": 0xa2,
  "f64.div": 0xa3,
  "f64.min": 0xa4,
  "f64.max": 0xa5,
  "f64.copysign": 0xa6,

  "i32.wrap_i64": 0xa7,
  "i64.extend_i32_s": 0xac,
  "i64.extend_i32_u": 0xad,
  "f64.convert_i32_s": 0xb7,
  "f64.convert_i32_u": 0xb8,
  "f64.convert_i64_s": 0xb9,
  "f64.convert_i64_u": 0xba,
  "i64.reinterpret_f64": 0xbd,
  "f64.reinterpret_i64": 0xbf,

  "i32.trunc_sat_f64_s": misc + 0x02,
  "i32.trunc_sat_f64_u": misc + 0x03,
  "i64.trunc_sat_f64_s": misc + 0x06,
  "i64.trunc_sat_f64_u": misc + 0x07,

  "i8x16.swizzle": simd + 0x0e,
  "i32x4.splat": simd + 0x11,
  "i64x2.splat": simd + 0x12,
  "f64x2.splat": simd + 0x14,
  "f64x2.eq": simd + 0x47,
  "f64x2.ne": simd + 0x48,
  "f64x2.lt": simd + 0x49,
  "f64x2.gt": simd + 0x4a,
  "f64x2.le": simd + 0x4b,
  "f64x2.ge": simd + 0x4c,
  "v128.not": simd + 0x4d,
  "v128.and": simd + 0x4e,
  "v128.andnot": simd + 0x4f,
  "v128.or": simd + 0x50,
  "v128.xor": simd + 0x51,
  "v128.bitselect": simd + 0x52,
  "v128.any_true": simd + 0x53,
  "f64x2.ceil": simd + 0x74,
  "f64x2.floor": simd + 0x75,
  "f64x2.trunc": simd + 0x7a,
  "f64x2.nearest": simd + 0x94,
  "i32x4.all_true": simd + 0xa3,
  "i32x4.shl": simd + 0xab,
  "i32x4.shr_s": simd + 0xac,
  "i32x4.shr_u": simd + 0xad,
  "i32x4.add": simd + 0xae,
  "i32x4.sub": simd + 0xb1,
  "i32x4.mul": simd + 0xb5,
  "i64x2.abs": simd + 0xc0,
  "i64x2.neg": simd + 0xc1,
  "i64x2.all_true": simd + 0xc3,
  "i64x2.bitmask": simd + 0xc4,
  "i64x2.extend_low_i32x4_s": simd + 0xc7,
  "i64x2.extend_low_i32x4_u": simd + 0xc9,
  "i64x2.shl": simd + 0xcb,
  "i64x2.shr_s": simd + 0xcc,
  "i64x2.shr_u": simd + 0xcd,
  "i64x2.add": simd + 0xce,
  "i64x2.sub": simd + 0xd1,
  "i64x2.mul": simd + 0xd5,
  "i64x2.eq": simd + 0xd6,
  "i64x2.ne": simd + 0xd7,
  "i64x2.lt_s": simd + 0xd8,
  "i64x2.gt_s": simd + 0xd9,
  "i64x2.le_s": simd + 0xda,
  "i64x2.ge_s": simd + 0xdb,
  "f64x2.abs": simd + 0xec,
  "f64x2.neg": simd + 0xed,
  "f64x2.sqrt": simd + 0xef,
  "f64x2.add": simd + 0xf0,
  "f64x2.sub": simd + 0xf1,
  "f64x2.mul": simd + 0xf2,
  "f64x2.div": simd + 0xf3,
  "f64x2.min": simd + 0xf4,
  "f64x2.max": simd + 0xf5,
  "f64x2.pmin": simd + 0xf6,
  "f64x2.pmax": simd + 0xf7,
  "i32x4.trunc_sat_f64x2_s_zero": simd + 0xfc,
  "i32x4.trunc_sat_f64x2_u_zero": simd + 0xfd,
  "f64x2.convert_low_i32x4_s": simd + 0xfe,
  "f64x2.convert_low_i32x4_u": simd + 0xff,

  // Relaxed SIMD: the result may differ between machines.
  "f64x2.relaxed_madd": simd + 0x107,
  "f64x2.relaxed_nmadd": simd + 0x108,
  "i64x2.relaxed_laneselect": simd + 0x10c,
  "f64x2.relaxed_min": simd + 0x10f,
  "f64x2.relaxed_max": simd + 0x110,
} as const;

/** Instructions on a local variable. */
export const local = { "local.get": 0x20, "local.set": 0x21, "local.tee": 0x22 } as const;

/** Instructions on a global variable. */
export const global = { "global.get": 0x23 } as const;

/** Instructions that begin a block. */
export const block = { block: 0x02, loop: 0x03, if: 0x04 } as const;

/** Jumps to the end of the block, or the start of the loop, that lies `depth` blocks further out. */
export const branch = { br: 0x0c, br_if: 0x0d } as const;

/** Loads and stores, with the logarithm of their natural alignment. */
export const memory = {
  "i32.load": [0x28, 2],
  "i64.load": [0x29, 3],
  "f64.load": [0x2b, 3],
  "i32.load8_u": [0x2d, 0],
  "i32.store": [0x36, 2],
  "i64.store": [0x37, 3],
  "f64.store": [0x39, 3],
  "i32.store8": [0x3a, 0],
  "v128.load": [simd + 0x00, 4],
  "v128.load32_splat": [simd + 0x09, 2],
  "v128.load64_splat": [simd + 0x0a, 3],
  "v128.store": [simd + 0x0b, 4],
  "v128.load64_zero": [simd + 0x5d, 3],
} as const;

/** Loads and stores of one lane. */
export const memoryLane = {
  "v128.load64_lane": [simd + 0x57, 3],
  "v128.store64_lane": [simd + 0x5b, 3],
} as const;

/** Instructions on one lane. */
export const lane = {
  "i32x4.extract_lane": simd + 0x1b,
  "i32x4.replace_lane": simd + 0x1c,
  "i64x2.extract_lane": simd + 0x1d,
  "i64x2.replace_lane": simd + 0x1e,
  "f64x2.extract_lane": simd + 0x21,
  "f64x2.replace_lane": simd + 0x22,
} as const;

/** Instructions with immediates of their own. */
export const special = {
  call: 0x10,
  "i32.const": 0x41,
  "i64.const": 0x42,
  "f64.const": 0x44,
  "v128.const": simd + 0x0c,
  "i8x16.shuffle": simd + 0x0d,
  "memory.copy": misc + 0x0a,
  "memory.fill": misc + 0x0b,
} as const;

/** The byte before a code of the table, 0 where it has none; the code itself is the lower 16 bits. */
export function prefixOf(code: number): number {
  return code >= misc ? 0xfc : code >= simd ? 0xfd : 0;
}

export type Plain = keyof typeof plain;
export type Local = keyof typeof local;
export type Global = keyof typeof global;
export type Block = keyof typeof block;
export type Branch = keyof typeof branch;
export type Memory = keyof typeof memory;
export type MemoryLane = keyof typeof memoryLane;
export type Lane = keyof typeof lane;

/** Value types, by their binary code. */
export const valueTypes = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;

export type ValueType = keyof typeof valueTypes;
