import { crc32 } from 'node:zlib';
import type { Random } from '../random/random.ts';
import { fillerText } from './filler.ts';
import { noise, shapeBytes } from './noise.ts';
import { fitRectangle, type Rectangle } from './rectangle.ts';

/*
 * A PNG of any size to the byte. Its pixels are indexes into a palette that goes from one colour to
 * another and back. Each row says by how much it differs from the row above ("up" in PNG), a random
 * 0 to 3 for each pixel, which shows as broad grainy waves. The rows are stored in the zlib stream as
 * they are: deflating would take twenty times as long, and the size could not be chosen.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The length, the name and the checksum of a chunk. */
const FRAME_BYTES = 12;
const HEADER_BYTES = 13;
const PALETTE_COLOURS = 256;
const COMMENT_KEY = 'Comment\0';

/** The largest stored block of a deflate stream, and what stands before its bytes. */
const BLOCK_BYTES = 65_535;
const BLOCK_HEAD_BYTES = 5;
/** The head of a zlib stream, and the checksum at its end. */
const ZLIB_FRAME_BYTES = 6;
/** Deflate with a window of 32 KiB, compressed as fast as possible. */
const ZLIB_HEAD = [0x78, 0x01];

const FIXED_BYTES =
  SIGNATURE.length +
  (FRAME_BYTES + HEADER_BYTES) +
  (FRAME_BYTES + PALETTE_COLOURS * 3) +
  (FRAME_BYTES + COMMENT_KEY.length) +
  (FRAME_BYTES + ZLIB_FRAME_BYTES) +
  FRAME_BYTES;

const DEPTH = 8;
const INDEXED_COLOUR = 3;
const FILTER_SUB = 1;
const FILTER_UP = 2;

/** The smallest picture: one pixel, and the byte before it that names the filter of its row. */
export const SMALLEST_PNG_BYTES: number = FIXED_BYTES + BLOCK_HEAD_BYTES + 2;

/** A valid PNG of exactly `sizeBytes`, which is `SMALLEST_PNG_BYTES` at least; takes about 1 ms a 300 KiB. */
export function makePng(random: Random, sizeBytes: number): Buffer {
  const budget = sizeBytes - FIXED_BYTES;
  const mostBlocks = Math.ceil(budget / (BLOCK_BYTES + BLOCK_HEAD_BYTES));
  const area = fitRectangle(budget - mostBlocks * BLOCK_HEAD_BYTES, 1);
  const palette = drawPalette(random);
  const data = zlibStored(drawRows(random, area));
  const comment = fillerText(budget - (data.length - ZLIB_FRAME_BYTES));
  return Buffer.concat(
    [
      Buffer.from(SIGNATURE),
      ...chunk('IHDR', header(area)),
      ...chunk('PLTE', palette),
      ...chunk('tEXt', Buffer.from(COMMENT_KEY + comment, 'latin1')),
      ...chunk('IDAT', data),
      ...chunk('IEND', Buffer.alloc(0)),
    ],
    sizeBytes,
  );
}

function header({ columns, rows }: Rectangle): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32BE(columns, 0);
  bytes.writeUInt32BE(rows, 4);
  bytes[8] = DEPTH;
  bytes[9] = INDEXED_COLOUR;
  return bytes;
}

/** From one random colour to another and back, so that index 255 is beside index 0. */
function drawPalette(random: Random): Buffer {
  const ends = Array.from({ length: 6 }, () => random.below(256));
  const bytes = Buffer.alloc(PALETTE_COLOURS * 3);
  for (let i = 0; i < bytes.length; i++) {
    const colour = Math.floor(i / 3);
    const way = Math.min(colour, PALETTE_COLOURS - colour);
    const [from, to] = [ends[i % 3]!, ends[(i % 3) + 3]!];
    bytes[i] = from + Math.trunc(((to - from) * way) / (PALETTE_COLOURS / 2));
  }
  return bytes;
}

/** The rows of pixels, each behind the number of its filter. */
function drawRows(random: Random, { columns, rows }: Rectangle): Uint8Array {
  const bytes = noise(random, rows * (columns + 1));
  shapeBytes(bytes, new Uint8Array(4).fill(3), new Uint8Array(4));
  // The first row has none above it; its pixels differ from those to their left.
  for (let row = 0; row < rows; row++)
    bytes[row * (columns + 1)] = row === 0 ? FILTER_SUB : FILTER_UP;
  return bytes;
}

/** The bytes as a zlib stream that compresses nothing. */
function zlibStored(bytes: Uint8Array): Buffer {
  const blocks = Math.ceil(bytes.length / BLOCK_BYTES);
  const stream = Buffer.allocUnsafe(ZLIB_FRAME_BYTES + blocks * BLOCK_HEAD_BYTES + bytes.length);
  stream.set(ZLIB_HEAD);
  let at = ZLIB_HEAD.length;
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
    const block = bytes.subarray(from, from + BLOCK_BYTES);
    stream[at] = from + BLOCK_BYTES >= bytes.length ? 1 : 0;
    stream.writeUInt16LE(block.length, at + 1);
    stream.writeUInt16LE(block.length ^ 0xffff, at + 3);
    stream.set(block, at + BLOCK_HEAD_BYTES);
    at += BLOCK_HEAD_BYTES + block.length;
  }
  stream.writeUInt32BE(adler32(bytes), at);
  return stream;
}

const ADLER_MODULUS = 65_521;
/** After so many bytes the sums are reduced; they stay below 2³⁰, which V8 adds fastest. */
const ADLER_STRETCH = 2_048;

/** The checksum of a zlib stream (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let from = 0; from < bytes.length; from += ADLER_STRETCH) {
    const to = Math.min(from + ADLER_STRETCH, bytes.length);
    for (let i = from; i < to; i++) {
      a += bytes[i]!;
      b += a;
    }
    a %= ADLER_MODULUS;
    b %= ADLER_MODULUS;
  }
  return b * 65_536 + a;
}

/** The parts of a chunk. */
function chunk(name: string, data: Buffer): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(name, 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
  return [head, data, tail];
}
