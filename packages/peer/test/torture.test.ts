import { expect, test } from 'vitest';
import { ATTACKS, torture } from '../../../scripts/torture/session.ts';

/** These wait for more than a second or two, whatever time they are given. */
const LONG = ['never-reads', 'reads-by-drops', 'silent-addresses', 'other-lengths'];

// The whole of it is `npm run torture`.
test('a peer holds against every short attack', async () => {
  const attacks = ATTACKS.filter(({ name }) => !LONG.includes(name));
  const verdicts = await torture({ attacks, forMs: 3_000, seed: 1, judgesTime: false });
  const broken = verdicts.filter(({ faults }) => faults.length > 0);
  expect(broken.map(({ name, faults }) => [name, ...faults])).toEqual([]);
  expect(verdicts.map(({ name }) => name)).toEqual(attacks.map(({ name }) => name));
  expect(verdicts.reduce((sum, { served }) => sum + served, 0)).toBeGreaterThan(20);
}, 120_000);
