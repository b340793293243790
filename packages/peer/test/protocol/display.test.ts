import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displaySafe } from '../../src/protocol/display.ts';

// Controls, invisible characters (zero-width ones among them), what turns the direction of reading,
// halves of pairs, and the two separators.
const DANGEROUS =
  /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb]/u;

describe('displaySafe', () => {
  test('nothing that it returns can act on a terminal, turn what is read, or hide', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(displaySafe(text)).not.toMatch(DANGEROUS);
      }),
      { numRuns: 2_000 },
    );
  });

  test('that holds for every single character', () => {
    const bad: string[] = [];
    for (let code = 0; code <= 0x10_ffff; code++) {
      if (DANGEROUS.test(displaySafe(String.fromCodePoint(code)))) bad.push(code.toString(16));
    }
    expect(bad).toEqual([]);
  });

  test('it holds where a cut parts a pair', () => {
    expect(displaySafe('🐈'.repeat(10), 6)).not.toMatch(DANGEROUS);
  });

  test.each(['cat.png', 'night harbour.jpg', 'é🐈.gif', 'ναύς', '猫.webp', '\\u{1b}'])(
    '%j is shown as it is',
    (text) => {
      expect(displaySafe(text)).toBe(text);
    },
  );

  test('an escape sequence is spelt out', () => {
    expect(displaySafe('a\u001b[2Jb\r\n')).toBe('a\\u{1b}[2Jb\\u{d}\\u{a}');
  });

  test('a long text is cut with an ellipsis', () => {
    expect(displaySafe('x'.repeat(1_000_000), 60)).toBe(`${'x'.repeat(59)}…`);
    expect(displaySafe('x'.repeat(60), 60)).toBe('x'.repeat(60));
  });
});
