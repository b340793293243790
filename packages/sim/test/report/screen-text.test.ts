import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clip, columnsOf, safe, sentenceLines, wrap } from '../../src/report/screen-text.ts';

const anyText = fc.string({ unit: 'binary' }).map(safe);

test('wide characters take two columns and marks none', () => {
  expect(['cat', '猫', '🐈', 'e\u0301'].map(columnsOf)).toEqual([3, 2, 2, 1]);
});

test('clipped text fits and shows that something is missing', () => {
  expect(clip('under-partition', 8)).toBe('under-p…');
  expect(clip('猫猫猫', 4)).toBe('猫…');
  fc.assert(
    fc.property(anyText, fc.nat({ max: 40 }), (text, width) => {
      const clipped = clip(text, width);
      expect(columnsOf(clipped)).toBeLessThanOrEqual(width);
      if (columnsOf(text) <= width) expect(clipped).toBe(text);
    }),
  );
});

test('wrapped text fits and loses nothing but spaces', () => {
  expect(wrap('one two  three four', 9, 2)).toEqual(['one two', '  three', '  four']);
  expect(wrap('abcdefghijkl', 5, 2)).toEqual(['abcde', '  fgh', '  ijk', '  l']);
  fc.assert(
    fc.property(anyText, fc.integer({ min: 10, max: 40 }), (text, width) => {
      const lines = wrap(text, width, 2);
      expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
      const bare = (some: string): string => some.replaceAll(' ', '');
      expect(bare(lines.join(''))).toBe(bare(text));
    }),
  );
});

test('sentences are broken between words on a terminal, and nowhere else', () => {
  const text = 'FAIL mesh-10: 3 of 5 runs pass\n  the rest do not';
  expect(sentenceLines(text, null)).toBe(text);
  expect(sentenceLines(text, 40)).toBe(text);
  expect(sentenceLines(text, 16)).toBe('FAIL mesh-10: 3\n  of 5 runs pass\n  the rest do\n    not');
});
