import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeName, nameBytes, nameKey, nameProblem } from '../../src/protocol/image-name.ts';
import { utf8 } from '../pieces.ts';

describe('the name of an image', () => {
  test.each([
    '',
    '.',
    '..',
    'a/b',
    '../a',
    '/etc/hostname',
    'a\\b',
    'a:b',
    'c:',
    'a\0b',
    'a\nb',
    '\u001b[2J',
    'a\u007fb',
    'a\u0085b',
    'a.',
    'a ',
    '...',
    ' ',
    '\ud800',
    'a\udc00b',
  ])('%j is refused', (name) => {
    expect(nameProblem(name)).not.toBeNull();
  });

  test.each([
    ['', 'empty'],
    ['.', 'dots'],
    ['..', 'dots'],
    ['a/b', 'separator'],
    ['a\\b', 'separator'],
    ['a:b', 'separator'],
    ['a\0', 'control-character'],
    ['a.', 'trailing-dot-or-space'],
    ['a ', 'trailing-dot-or-space'],
    ['\ud800x', 'invalid-utf8'],
    ['x'.repeat(256), 'too-long'],
  ])('%j is refused as %s', (name, problem) => {
    expect(nameProblem(name)).toBe(problem);
  });

  test.each(['con', 'CON', 'Con.png', 'prn.jpg', 'aux', 'nul.tar.gz', 'conin$', 'CONOUT$'])(
    'the device name %j is refused',
    (name) => {
      expect(nameProblem(name)).toBe('device-name');
    },
  );

  test.each(['com1', 'COM9.png', 'lpt0', 'com¹.png', 'LPT²', 'lpt³.gif'])(
    'the device name %j is refused',
    (name) => {
      expect(nameProblem(name)).toBe('device-name');
    },
  );

  test.each(['cat.png', 'night harbour.jpg', 'é.png', 'e\u0301.png', '🐈‍⬛.gif', '.hidden', '-rf'])(
    '%j is good',
    (name) => {
      expect(nameProblem(name)).toBeNull();
    },
  );

  test.each(['console.png', 'com10.png', 'lpt.png', 'nullable', 'my con.png', '~', '%00', 'a..b'])(
    '%j is good',
    (name) => {
      expect(nameProblem(name)).toBeNull();
    },
  );

  test.each([
    ['x', 255],
    ['é', 127],
    ['€', 85],
    ['🐈', 63],
  ])('a name of %j fits up to 255 bytes and not beyond', (letter, count) => {
    const name = letter.repeat(count);
    const fill = 'x'.repeat(255 - nameBytes(name));
    expect(nameBytes(name + fill)).toBe(255);
    expect(nameProblem(name + fill)).toBeNull();
    expect(nameProblem(`${name}${fill}x`)).toBe('too-long');
  });

  test('a good name is one path component of bounded length, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        if (nameProblem(name) !== null) return;
        expect(name).not.toMatch(/[/\\:\p{Cc}]/u);
        expect(['', '.', '..']).not.toContain(name);
        expect(nameBytes(name)).toBeLessThanOrEqual(255);
      }),
      { numRuns: 500 },
    );
  });

  test('two spellings of an accent are one name, and two cases are two', () => {
    expect(nameKey('e\u0301.png')).toBe(nameKey('é.png'));
    expect(nameKey('A.png')).not.toBe(nameKey('a.png'));
  });
});

describe('decodeName', () => {
  test('what was encoded is decoded, at any place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(9), (text, from) => {
        const bytes = utf8(`${'x'.repeat(from)}${text}tail`);
        expect(decodeName(bytes, from, bytes.length - 4)).toBe(text);
      }),
    );
  });

  test('a byte order mark is part of the name', () => {
    expect(decodeName(utf8('\ufeffa'), 0, 4)).toBe('\ufeffa');
  });

  test.each([
    ['a stray byte', [0xff]],
    ['a letter cut in two', [0xc3]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf5, 0x80, 0x80, 0x80]],
  ])('%s is invalid', (_what, bytes) => {
    expect(decodeName(Uint8Array.from(bytes), 0, bytes.length)).toBeNull();
  });

  test('any bytes give a text or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = decodeName(bytes, 0, bytes.length);
        if (text !== null) expect(utf8(text)).toEqual(bytes);
      }),
    );
  });
});
