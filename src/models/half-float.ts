/**
 * 16-bit floats, in which published weights are stored, to float32 and back. Node 20 has no
 * Float16Array. To float32 both conversions are exact; back they round to nearest, ties to even.
 */
const toFloatBits = /* @__PURE__ */ new DataView(new ArrayBuffer(4));
let table: Float32Array | undefined;

/** IEEE binary16 bits to numbers. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, half) => decodeFloat16(half));
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) result[i] = table[bits[i]!]!;
  return result;
}

/** bfloat16 bits (the upper half of a float32) to numbers. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16;
  return new Float32Array(wide.buffer);
}

/** Numbers to IEEE binary16 bits; beyond 65504 they become infinite. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const result = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = encodeFloat16(values[i]!);
  return result;
}

/** Numbers to bfloat16 bits. */
export function float32ToBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.slice().buffer);
  return Uint16Array.from(bits, (wide) => {
    const upper = wide >>> 16;
    if ((wide & 0x7fffffff) > 0x7f800000) return upper | 0x40; // rounding could make NaN infinite
    return (wide + 0x7fff + (upper & 1)) >>> 16;
  });
}

function decodeFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function encodeFloat16(value: number): number {
  toFloatBits.setFloat32(0, value);
  const bits = toFloatBits.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 65520 or more
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24); // subnormal
  // Rebias the exponent by 15 - 127 and round away the 13 lowest bits, carrying upwards.
  const rebiased = magnitude - 0x38000000;
  return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
