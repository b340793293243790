/** The other direction of `page/columns.ts`: bytes to columns of whole numbers. */
import type { ColumnHead, ColumnKind, ColumnName, Columns } from '../page/page-data.ts';

const WIDTH: Readonly<Record<ColumnKind, number>> = { byte: 1, int: 4, near: 7 };

/** Reads the columns that stand one behind the other. */
export function readColumns(heads: readonly ColumnHead[], bytes: Uint8Array): Columns {
  const columns = new Map<ColumnName, ArrayLike<number>>();
  let start = 0;
  for (const { name, kind, length } of heads) {
    const end = start + length * WIDTH[kind];
    columns.set(name, READ[kind](bytes.subarray(start, end), length));
    start = end;
  }
  return columns;
}

const READ: Readonly<Record<ColumnKind, (bytes: Uint8Array, length: number) => ArrayLike<number>>> =
  {
    byte: (bytes) => bytes,
    int: readInts,
    near: readSteps,
  };

function readInts(bytes: Uint8Array, length: number): Int32Array {
  const values = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    for (let plane = 0; plane < WIDTH.int; plane++) {
      values[i]! |= bytes[plane * length + i]! << (8 * plane);
    }
  }
  return values;
}

function readSteps(bytes: Uint8Array, length: number): Float64Array {
  const values = new Float64Array(length);
  let value = 0;
  for (let i = 0; i < length; i++) {
    let code = 0;
    for (let plane = WIDTH.near - 1; plane >= 0; plane--) {
      code = code * 256 + bytes[plane * length + i]!;
    }
    value += code % 2 === 0 ? code / 2 : -(code + 1) / 2;
    values[i] = value;
  }
  return values;
}
