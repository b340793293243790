import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiJson } from '../../src/cli/ascii-json.ts';

test('nothing in it can act on a terminal', () => {
  expect(asciiJson('\u001b[2J\u009b\u202e\u007fé😀')).toBe(
    '"\\u001b[2J\\u009b\\u202e\\u007f\\u00e9\\ud83d\\ude00"',
  );
});

test('any value comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = asciiJson(value);
      expect(text).toMatch(/^[\u0020-\u007e]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
