import { expect, test } from 'vitest';
import { aboutTime } from '../../src/report/plan-needs.ts';

test.each([
  [0.04, 0.04, '0 s'],
  [0.32, 0.33, '0.3 s'],
  [6.31, 16.4, '6.3 – 16 s'],
  [9.96, 119, '10 – 119 s'],
  [40, 180, '40 s – 3 min'],
  [300, 840, '5 – 14 min'],
  [3_600, 7_200, '60 min – 2 h'],
])('from %d s to %d s is %s', (least, most, text) => {
  expect(aboutTime({ least: least * 1e6, most: most * 1e6 })).toBe(text);
});
