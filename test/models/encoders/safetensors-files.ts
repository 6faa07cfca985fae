/** Rename the tensors of a safetensors file. */
export function renameTensors(bytes: Uint8Array, rename: (name: string) => string): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
    string,
    unknown
  >;
  const entries = Object.entries(header).map(([name, entry]) => [
    name === "__metadata__" ? name : rename(name),
    entry,
  ]);
  return joinFile(
    Object.fromEntries(entries) as Record<string, unknown>,
    bytes.subarray(8 + length),
  );
}

/** A safetensors file of float32 tensors. */
export function safetensors(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
): Uint8Array {
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const content = Buffer.concat(
    [...tensors.values()].map(
      ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ),
  );
  return joinFile(header, content);
}

function joinFile(header: Record<string, unknown>, content: Uint8Array): Uint8Array {
  const text = JSON.stringify(header);
  // As the format asks, numbers begin at a multiple of eight bytes.
  const head = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return Buffer.concat([length, head, content]);
}
