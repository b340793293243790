/**
 * The table of an ISO media file that says where each item's bytes are (`iloc`, ISO/IEC 14496-12, 8.11.3): in
 * the file itself, mostly within `mdat`, or within the description (`idat`).
 */

/** A longer table is not read: several thousand items, of which pictures have some ten. */
export const MAX_LOCATIONS_BYTES = 65_536;

/** Widths of the fields of an extent, in bytes. */
interface Widths {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * How long the file must be at least to hold all that the table points to. `bytes` are those behind the head of the
 * box. 0: the table points to nothing in the file, or is none that is understood.
 */
export function reachOf(bytes: Uint8Array): number {
  const reader = new FieldReader(bytes);
  const version = reader.read(1);
  reader.read(3);
  if (version > 2) return 0;
  const [offset, length] = nibbles(reader.read(1));
  const [base, index] = nibbles(reader.read(1));
  const widths = { offset, length, index: version === 0 ? 0 : index };
  const items = reader.read(version === 2 ? 4 : 2);
  let reach = 0;
  for (let i = 0; i < items && !reader.isOver; i++) {
    reader.read(version === 2 ? 4 : 2);
    const method = version === 0 ? 0 : reader.read(2) & 15;
    const source = reader.read(2);
    const end = reader.read(base) + endOfExtents(reader, widths);
    // Of other methods and sources the bytes lie elsewhere.
    if (method === 0 && source === 0) reach = Math.max(reach, end);
  }
  return reader.isOver ? 0 : reach;
}

/** Where the last of an item's extents ends, from the item's base on. */
function endOfExtents(reader: FieldReader, { index, offset, length }: Widths): number {
  const extents = reader.read(2);
  // Without any width all are alike, and a table of nothing would take for ever.
  const count = index + offset + length === 0 ? Math.min(extents, 1) : extents;
  let end = 0;
  for (let i = 0; i < count && !reader.isOver; i++) {
    reader.read(index);
    end = Math.max(end, reader.read(offset) + reader.read(length));
  }
  return end;
}

function nibbles(byte: number): [number, number] {
  return [byte >> 4, byte & 15];
}

/** Reads numbers one after another, most significant byte first. */
class FieldReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** More was read than there is. */
  isOver = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The number in the next `width` bytes; 0 of none. */
  read(width: number): number {
    let value = 0;
    if (this.#at + width > this.#bytes.length) this.isOver = true;
    else for (let i = 0; i < width; i++) value = value * 256 + this.#bytes[this.#at + i]!;
    this.#at += width;
    return value;
  }
}
