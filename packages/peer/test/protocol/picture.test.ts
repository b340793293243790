import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PictureInspector, type PictureReport } from '../../src/protocol/picture.ts';
import { cutAt, cuts, joined, utf8 } from '../pieces.ts';

const FOLDER = join(import.meta.dirname, '../../../../images');
const FORMATS: Record<string, string> = { jpg: 'jpeg', tiff: 'tiff' };

const images = readdirSync(FOLDER)
  .filter((name) => !name.startsWith('received_') && !name.startsWith('.'))
  .map((name) => {
    const extension = name.slice(name.lastIndexOf('.') + 1);
    const format = FORMATS[extension] ?? extension;
    return { name, format, bytes: new Uint8Array(readFileSync(join(FOLDER, name))) };
  });
const closed = images.filter(({ format }) => format !== 'tiff' && format !== 'svg');

function inspect(pieces: readonly Uint8Array[]): PictureReport {
  const inspector = new PictureInspector();
  for (const piece of pieces) inspector.push(piece);
  return inspector.report();
}

/** Where the boxes of an ISO media file end: a cut there leaves a well-formed file. */
function boxEnds(bytes: Uint8Array): Set<number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends = new Set<number>();
  for (let at = 0; at + 8 <= bytes.length; at += view.getUint32(at)) ends.add(at);
  return ends;
}

describe('PictureInspector', () => {
  test.each(images)('$name is whole in any pieces', ({ format, bytes }) => {
    const completeness = format === 'tiff' ? 'unverified' : 'whole';
    expect(inspect([bytes])).toEqual({ format, completeness });
    fc.assert(
      fc.property(cuts, (places) => {
        expect(inspect(cutAt(bytes, places))).toEqual({ format, completeness });
      }),
      { numRuns: 10 },
    );
  });

  test.each(closed)('$name cut anywhere behind its first bytes is truncated', (image) => {
    const { format, bytes } = image;
    const accepted = format === 'avif' ? boxEnds(bytes) : new Set<number>();
    fc.assert(
      fc.property(fc.integer({ min: 12, max: bytes.length - 1 }), (length) => {
        fc.pre(!accepted.has(length));
        const report = inspect([bytes.subarray(0, length)]);
        expect(report).toEqual({ format, completeness: 'truncated' });
      }),
      { numRuns: 50 },
    );
  });

  // Byte by byte: a random cut finds a rule that is wrong one time in 256 too seldom.
  test.each(closed.filter(({ bytes }) => bytes.length < 60_000))(
    'no cut of $name at all is taken for the whole',
    ({ format, bytes }) => {
      const accepted = format === 'avif' ? boxEnds(bytes) : new Set<number>();
      const inspector = new PictureInspector();
      const wrong: number[] = [];
      for (let length = 1; length < bytes.length; length++) {
        inspector.push(bytes.subarray(length - 1, length));
        if (inspector.report().completeness === 'whole' && !accepted.has(length)) {
          wrong.push(length);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  test('an SVG cut before its last tag is truncated', () => {
    for (const { bytes, format } of images) {
      if (format !== 'svg') continue;
      for (const length of [100, bytes.length >> 1, bytes.length - 4]) {
        expect(inspect([bytes.subarray(0, length)]).completeness).toBe('truncated');
      }
    }
  });

  test('a JPEG or a GIF padded with zeros is whole', () => {
    for (const { bytes, format } of images) {
      if (format !== 'jpeg' && format !== 'gif') continue;
      expect(inspect([bytes, new Uint8Array(10)])).toEqual({ format, completeness: 'whole' });
    }
  });

  test('nothing at all is unverified', () => {
    expect(inspect([])).toEqual({ format: 'unknown', completeness: 'unverified' });
  });

  test('garbage, even behind a good beginning, never throws and any split agrees', () => {
    const beginning = fc.constantFrom(...images.map(({ bytes }) => bytes.subarray(0, 40)));
    const text = fc
      .constantFrom('RIFF', 'GIF89a', '<svg', '<?xml', '\0\0\0\0ftypavif', '')
      .map(utf8);
    const head = fc.oneof(beginning, text);
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 200 }), cuts, (start, rest, places) => {
        const bytes = joined([start, rest]);
        expect(inspect(cutAt(bytes, places))).toEqual(inspect([bytes]));
      }),
      { numRuns: 1_000 },
    );
  });
});
