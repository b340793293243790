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

/** A box of an ISO media file; its size may be wrong. */
function box(type: string, content: Uint8Array, size = 8 + content.length): Uint8Array {
  return joined([new Uint8Array([0, 0, size >> 8, size]), utf8(type), content]);
}

/** The formats in which what follows the end does not matter, whatever it is. */
const appendable = closed.filter(({ format }) => format !== 'avif');

/** From here on a cut picture is known for what it is. */
function knownFrom(format: string): number {
  return format === 'avif' ? 12 : 2;
}

/** Boxes of an ISO media file, some within others, with sizes that are sometimes wrong. */
const boxes: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.record({
      type: fc.constantFrom('meta', 'idat', 'mdat', 'iloc', 'free', '\0\0\0\0'),
      size: fc.integer({ min: 0, max: 40 }),
      content: fc.uint8Array({ maxLength: 30 }),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    joined([
      box('ftyp', utf8('avif\0\0\0\0')),
      ...list.map(({ type, size, content }) => box(type, content, size)),
    ]),
  );

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
    const length = fc.integer({ min: knownFrom(format), max: bytes.length - 1 });
    fc.assert(
      fc.property(length, cuts, (length, places) => {
        const report = inspect(cutAt(bytes.subarray(0, length), places));
        expect(report).toEqual({ format, completeness: 'truncated' });
      }),
      { numRuns: 50 },
    );
  });

  // Byte by byte: a random cut finds a rule that is wrong one time in 256 too seldom.
  test.each(closed)('no cut of $name at all is taken for the whole', ({ format, bytes }) => {
    const inspector = new PictureInspector();
    const wrong: number[] = [];
    for (let length = 1; length < bytes.length; length++) {
      inspector.push(bytes.subarray(length - 1, length));
      const { completeness } = inspector.report();
      const isRight = completeness === 'truncated' || length < knownFrom(format);
      if (completeness === 'whole' || !isRight) wrong.push(length);
    }
    expect(wrong).toEqual([]);
  });

  test.each(appendable)('$name is whole with anything behind it', ({ format, bytes }) => {
    const other = fc.constantFrom(...images.map((image) => image.bytes.subarray(0, 5_000)));
    const film = fc.constant(utf8('\0\0\0\x18ftypmp42\0\0\0\0mp42isom'));
    const zeros = fc.nat({ max: 100 }).map((length) => new Uint8Array(length));
    const behind = fc.oneof(fc.uint8Array({ maxLength: 300 }), zeros, other, film);
    fc.assert(
      fc.property(behind, cuts, (rest, places) => {
        const report = inspect(cutAt(joined([bytes, rest]), places));
        expect(report).toEqual({ format, completeness: 'whole' });
      }),
      { numRuns: 20 },
    );
  });

  test('an SVG cut before its last tag is truncated', () => {
    for (const { bytes, format } of images) {
      if (format !== 'svg') continue;
      for (const length of [100, bytes.length >> 1, bytes.length - 4]) {
        expect(inspect([bytes.subarray(0, length)]).completeness).toBe('truncated');
      }
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
    const head = fc.oneof(beginning, text, boxes);
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 200 }), cuts, (start, rest, places) => {
        const bytes = joined([start, rest]);
        expect(inspect(cutAt(bytes, places))).toEqual(inspect([bytes]));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A segment of a JPEG. */
function segment(code: number, content: readonly number[]): number[] {
  const length = content.length + 2;
  return [0xff, code, length >> 8, length & 0xff, ...content];
}

describe('a JPEG', () => {
  const scan = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
  const end = [0xff, 0xd9];
  const thumbnail = [0xff, 0xd8, ...segment(0xdb, [0, 1, 2]), ...scan, ...end];
  const exif = segment(0xe1, [...utf8('Exif\0\0'), ...thumbnail]);

  function verdict(...parts: readonly (readonly number[])[]): string {
    const bytes = Uint8Array.from(parts.flat());
    const report = inspect([bytes]);
    expect(inspect([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(report);
    expect(report.format).toBe('jpeg');
    return report.completeness;
  }

  test('cut where the thumbnail within it ends is truncated', () => {
    expect(verdict([0xff, 0xd8], exif)).toBe('truncated');
    expect(verdict([0xff, 0xd8], exif, scan)).toBe('truncated');
    expect(verdict([0xff, 0xd8], exif, scan, end)).toBe('whole');
  });

  test('with a film behind it is whole, and cut before its end is not', () => {
    const film = [...utf8('\0\0\0\x18ftypmp42'), 0xff, 0xd9, 1, 2, 3];
    expect(verdict([0xff, 0xd8], exif, scan, end, film)).toBe('whole');
    expect(verdict([0xff, 0xd8], exif, scan, [0xff])).toBe('truncated');
  });

  test('of several scans ends behind the last', () => {
    const table = segment(0xc4, [0xff, 0xd9, 0xff, 0xd9]);
    expect(verdict([0xff, 0xd8], scan, table, scan, table)).toBe('truncated');
    expect(verdict([0xff, 0xd8], scan, table, scan, table, scan, end)).toBe('whole');
  });

  test('may fill its markers up, and stuff its data', () => {
    const fill = [0xff, 0xff, 0xff];
    expect(verdict([0xff, 0xd8], fill, scan, fill, end)).toBe('whole');
    expect(verdict([0xff, 0xd8], scan, [0xff, 0x00, 0xd9, 0xff, 0xd7, 0xd9])).toBe('truncated');
  });
});

describe('an ISO media file', () => {
  const ftyp = box('ftyp', utf8('avif\0\0\0\0avifmif1'));
  const version = new Uint8Array(4);
  const meta = box('meta', joined([version, box('hdlr', utf8('pict')), box('iprp', utf8('x'))]));
  const idat = box('idat', utf8('pixels'));
  const metaWithIdat = box('meta', joined([version, box('hdlr', utf8('pict')), idat]));
  const mdat = box('mdat', utf8('pixels'));

  test.each([
    ['a type alone', [ftyp], 'truncated'],
    ['no media', [ftyp, meta], 'truncated'],
    ['no description', [ftyp, mdat], 'truncated'],
    ['the media behind', [ftyp, meta, mdat], 'whole'],
    ['the media before', [ftyp, mdat, meta], 'whole'],
    ['the media within', [ftyp, metaWithIdat], 'whole'],
    [
      'the media within and half of something behind',
      [ftyp, metaWithIdat, utf8('\0\0\0')],
      'truncated',
    ],
    ['padding behind', [ftyp, meta, mdat, new Uint8Array(20)], 'whole'],
    ['media of any length', [ftyp, meta, box('mdat', utf8('pixels'), 0)], 'unverified'],
    ['a box of 64 bits', [ftyp, meta, box('mdat', utf8('\0\0\0\0\0\0\0\x13abc'), 1)], 'whole'],
  ] as const)('with %s', (_what, parts, completeness) => {
    const bytes = joined(parts);
    expect(inspect([bytes])).toEqual({ format: 'avif', completeness });
    expect(inspect([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(inspect([bytes]));
  });

  /** A table of places: one item within the description, one in the file, as `version` writes them. */
  function places(version: number, inFile: number): Uint8Array {
    const id = version === 2 ? [0, 0, 0, 1] : [0, 1];
    const count = version === 2 ? [0, 0, 0, 2] : [0, 2];
    const item = (method: number, offset: number): number[] => [
      ...id,
      ...(version === 0 ? [] : [0, method]),
      ...[0, 0, 0, 0, 0, 1],
      ...[0, 0, offset >> 8, offset & 255, 0, 0, 0, 6],
    ];
    const within = version === 0 ? item(0, 0) : item(1, 0);
    const bytes = [version, 0, 0, 0, 0x44, 0x20, ...count, ...within, ...item(0, inFile)];
    return box('iloc', Uint8Array.from(bytes));
  }

  /** Its description has media, and points to more behind it. */
  function twofold(version: number): { whole: Uint8Array; cutAt: number } {
    const metaWith = (inFile: number): Uint8Array =>
      box('meta', joined([new Uint8Array(4), places(version, inFile), idat]));
    const cutAt = ftyp.length + metaWith(0).length;
    return { whole: joined([ftyp, metaWith(cutAt + 8), mdat]), cutAt };
  }

  test.each([0, 1, 2])('cut between two media is truncated (table of version %i)', (version) => {
    const { whole, cutAt } = twofold(version);
    expect(inspect([whole]).completeness).toBe('whole');
    const cut = whole.subarray(0, cutAt);
    expect(inspect([cut]).completeness).toBe('truncated');
    expect(inspect([...cut].map((byte) => Uint8Array.of(byte))).completeness).toBe('truncated');
    expect(inspect([...whole].map((byte) => Uint8Array.of(byte))).completeness).toBe('whole');
  });

  test('with a table of places that is none is judged by its boxes', () => {
    const table = box('iloc', Uint8Array.from([1, 0, 0, 0, 0, 0, 255, 255, 0, 1, 0, 0]));
    const bytes = joined([ftyp, box('meta', joined([version, table])), mdat]);
    expect(inspect([bytes]).completeness).toBe('whole');
  });

  test('with a table of endless nothing does not take for ever', () => {
    const items = 10_000;
    const table = new Uint8Array(8 + items * 6).fill(255);
    table.set([0, 0, 0, 0, 0, 0, items >> 8, items & 255]);
    const iloc = joined([
      Uint8Array.from([0, 0, (table.length + 8) >> 8, (table.length + 8) & 255]),
      utf8('iloc'),
      table,
    ]);
    const size = 12 + iloc.length;
    const meta = joined([
      Uint8Array.from([0, 0, size >> 8, size & 255]),
      utf8('meta'),
      version,
      iloc,
    ]);
    expect(inspect([joined([ftyp, meta, mdat])]).completeness).toBe('whole');
  });

  test('cut anywhere within its description is truncated', () => {
    const bytes = joined([ftyp, metaWithIdat]);
    for (let length = 12; length < bytes.length; length++) {
      expect(inspect([bytes.subarray(0, length)]).completeness, String(length)).toBe('truncated');
    }
  });
});

describe('an SVG', () => {
  const start = '<svg xmlns="http://www.w3.org/2000/svg"><g/>';

  test.each([
    ['</svg>', 'whole'],
    ['</svg>\r\n \n', 'whole'],
    ['</svg:svg >', 'whole'],
    ['</svg><!-- a --> <!-- </svg> -->\n', 'whole'],
    [`</svg><!-- ${'long '.repeat(700)} -->`, 'whole'],
    ['</svg', 'truncated'],
    ['</svg><!-- a', 'truncated'],
    ['<!-- </svg> -->', 'truncated'],
    ['</g>', 'truncated'],
    ['', 'truncated'],
  ])('that ends in %j is %s', (end, completeness) => {
    expect(inspect([utf8(start), utf8(end)])).toEqual({ format: 'svg', completeness });
  });

  test('with a great many comments behind it takes no time', () => {
    const comments = '<!---->'.repeat(2_000);
    const startMs = performance.now();
    expect(inspect([utf8(`${start}${comments}x`)]).completeness).toBe('truncated');
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  test('is not what another document with the same beginning is', () => {
    const report = inspect([utf8('<!DOCTYPE html><html></html>')]);
    expect(report).toEqual({ format: 'unknown', completeness: 'unverified' });
  });
});

describe('fewer bytes than a signature has', () => {
  test.each([
    ['png', [0x89, 0x50, 0x4e]],
    ['jpeg', [0xff, 0xd8]],
    ['gif', [0x47, 0x49]],
    ['webp', utf8('RIFF\x10\0\0\0WE')],
  ])('are a truncated %s', (format, bytes) => {
    const report = inspect([Uint8Array.from(bytes)]);
    expect(report).toEqual({ format, completeness: 'truncated' });
  });

  test.each([
    ['one byte', [0x89]],
    ['others', [0x89, 0x51]],
    ['other RIFF files', utf8('RIFF\x10\0\0\0WAVEfmt ')],
  ])('but %s are not', (_what, bytes) => {
    const report = inspect([Uint8Array.from(bytes)]);
    expect(report).toEqual({ format: 'unknown', completeness: 'unverified' });
  });
});
