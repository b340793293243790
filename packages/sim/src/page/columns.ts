/**
 * Columns of whole numbers as bytes. The lowest bytes of all numbers come first, then the next ones, and so
 * on: bytes that mean the same stand together, which is what makes them small when they are deflated.
 * `viewer/columns.ts` is the other direction.
 */
import type { ColumnHead, ColumnKind, ColumnName } from './page-data.ts';

/** Bytes of one number. */
const WIDTH: Readonly<Record<ColumnKind, number>> = { byte: 1, int: 4, near: 7 };

/** A column to be written. */
export interface Column {
  readonly name: ColumnName;
  readonly kind: ColumnKind;
  readonly values: ArrayLike<number>;
}

/** What the head says of it. */
export function columnHead({ name, kind, values }: Column): ColumnHead {
  return { name, kind, length: values.length };
}

/** The bytes of a column. */
export function columnBytes({ kind, values }: Column): Uint8Array {
  const bytes = new Uint8Array(values.length * WIDTH[kind]);
  if (kind === 'near') writeSteps(values, bytes);
  else writePlanes(values, WIDTH[kind], bytes);
  return bytes;
}

function writePlanes(values: ArrayLike<number>, width: number, bytes: Uint8Array): void {
  const { length } = values;
  for (let i = 0; i < length; i++) {
    for (let plane = 0; plane < width; plane++) {
      bytes[plane * length + i] = values[i]! >> (8 * plane);
    }
  }
}

/** Steps from one number to the next; the sign is the lowest bit. */
function writeSteps(values: ArrayLike<number>, bytes: Uint8Array): void {
  const { length } = values;
  let before = 0;
  for (let i = 0; i < length; i++) {
    const step = values[i]! - before;
    before = values[i]!;
    let left = step < 0 ? -2 * step - 1 : 2 * step;
    for (let place = i; left > 0; place += length) {
      bytes[place] = left % 256;
      left = Math.floor(left / 256);
    }
  }
}
