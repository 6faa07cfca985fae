/** Scale a vector to length 1 in place and return its former length; a zero vector stays zero. */
export function scaleToUnit(vector: Float32Array | Float64Array): number {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return length;
}
