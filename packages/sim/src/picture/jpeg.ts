import type { Random } from '../random/random.ts';
import { fillerText } from './filler.ts';
import { noise, shapeBytes } from './noise.ts';
import { fitRectangle, type Rectangle } from './rectangle.ts';

/*
 * A baseline JPEG of any size to the byte: a quilt of grainy tiles of 8 × 8 pixels. No encoder could
 * make it as fast, for its coefficients are not computed but are random bits. Both Huffman tables have
 * one code only, `0` for "three bits follow", so that each of the 64 coefficients of a block takes four
 * bits, none of them is 0, and no byte can be 0xff. Behind each tile stands a restart marker: there the
 * prediction of the mean brightness begins anew, which so stays within its bounds.
 */

/** Brightness and two of colour, 64 coefficients each, two in a byte; then a marker. */
const TILE_BYTES = 96;
const STEP_BYTES = TILE_BYTES + 2;
const TILE_PIXELS = 8;

/** Restart markers are numbered in rounds of so many. */
const RESTARTS = 8;

const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const FIRST_RESTART = 0xd0;

/** What a mean of a block is multiplied by, in eighths of a pixel's value: in brightness, and in colour. */
const BRIGHTNESS_STEP = 64;
const COLOUR_STEP = 20;

/** The steps of the other coefficients, from the coarsest on: soft shades, and a grain. */
const SHADE_STEPS = [24, 24, 6, 6, 6];

/** A Huffman table: one code of one bit, none of more; it stands for no zeros before three bits. */
const ONE_CODE = [1, ...Array.from({ length: 15 }, () => 0), 0x03];

/** The components with their quantization tables; none is sampled more coarsely than another. */
const COMPONENTS = [
  { id: 1, quantization: 0 },
  { id: 2, quantization: 1 },
  { id: 3, quantization: 1 },
];

const FIXED_BYTES = headOf({ columns: 1, rows: 1 }, '').length;

/** The smallest picture: one tile. */
export const SMALLEST_JPEG_BYTES: number = FIXED_BYTES + STEP_BYTES;

/** A valid JPEG of exactly `sizeBytes`, which is `SMALLEST_JPEG_BYTES` at least; takes about 1 ms a 300 KiB. */
export function makeJpeg(random: Random, sizeBytes: number): Buffer {
  const budget = sizeBytes - FIXED_BYTES;
  const area = fitRectangle(Math.floor(budget / STEP_BYTES), 0);
  const tiles = drawTiles(random, area);
  const comment = fillerText(budget - tiles.length);
  return Buffer.concat([headOf(area, comment), tiles], sizeBytes);
}

/** All that stands before the tiles. */
function headOf({ columns, rows }: Rectangle, comment: string): Buffer {
  const size = [...bigEndian16(rows * TILE_PIXELS), ...bigEndian16(columns * TILE_PIXELS)];
  const frame = COMPONENTS.flatMap(({ id, quantization }) => [id, 0x11, quantization]);
  const scan = COMPONENTS.flatMap(({ id }) => [id, 0x00]);
  return Buffer.from([
    ...[0xff, START_OF_IMAGE],
    ...segment(0xe0, [...Buffer.from('JFIF\0', 'latin1'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...segment(0xfe, [...Buffer.from(comment, 'latin1')]),
    ...segment(0xdb, [...steps(0, BRIGHTNESS_STEP), ...steps(1, COLOUR_STEP)]),
    ...segment(0xc0, [8, ...size, COMPONENTS.length, ...frame]),
    ...segment(0xc4, [0x00, ...ONE_CODE, 0x10, ...ONE_CODE]),
    ...segment(0xdd, bigEndian16(1)),
    ...segment(0xda, [COMPONENTS.length, ...scan, 0, 63, 0]),
  ]);
}

/** The tiles row by row, each with the marker behind it. */
function drawTiles(random: Random, { columns, rows }: Rectangle): Uint8Array {
  const tiles = noise(random, columns * rows * STEP_BYTES);
  const keep = new Uint8Array(RESTARTS * STEP_BYTES);
  const set = new Uint8Array(RESTARTS * STEP_BYTES);
  for (let restart = 0; restart < RESTARTS; restart++) {
    const at = restart * STEP_BYTES;
    // Two coefficients in each byte: a code `0` and three random bits.
    keep.fill(0x77, at, at + TILE_BYTES);
    set.set([0xff, FIRST_RESTART + restart], at + TILE_BYTES);
  }
  shapeBytes(tiles, keep, set);
  tiles[tiles.length - 1] = END_OF_IMAGE;
  return tiles;
}

/** A quantization table. */
function steps(table: number, first: number): number[] {
  const fine = Array.from({ length: 63 - SHADE_STEPS.length }, () => 1);
  return [table, first, ...SHADE_STEPS, ...fine];
}

function segment(marker: number, data: readonly number[]): number[] {
  return [0xff, marker, ...bigEndian16(data.length + 2), ...data];
}

function bigEndian16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
