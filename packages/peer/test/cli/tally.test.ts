import { expect, test } from 'vitest';
import { Tally } from '../../src/cli/tally.ts';

test('stats tell callers that were turned away from hearsay that was not believed', () => {
  const tally = new Tally();
  for (const code of ['bad-name', 'bad-name', 'list-too-long'] as const) tally.refused(code);
  expect(tally.describe(0, 0).split('\n').slice(-2)).toEqual([
    'Turned away: 2 bad-name.',
    'Not believed: 1 list-too-long.',
  ]);
});
