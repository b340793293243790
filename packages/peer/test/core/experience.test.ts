import { expect, test } from 'vitest';
import { Experience } from '../../src/core/experience.ts';
import { DEFAULT_LIMITS } from '../../src/core/options.ts';
import { at, RecordingHost } from '../recording-host.ts';

const A = at('10.0.0.1:9001');
const B = at('10.0.0.2:9002');

test.each([true, false])(
  'a peer that failed and then was not needed is still one that failed; slow: %s',
  (isSlow) => {
    const experience = new Experience(new RecordingHost(), DEFAULT_LIMITS);
    experience.attempted({ address: A, outcome: 'timeout', reason: '' }, true);
    experience.attempted({ address: A, outcome: 'not-needed', reason: '' }, isSlow);
    expect(experience.tiers('cat.png', [A, B])).toEqual([[], [], [B], [], [A]]);
  },
);

test('a peer that failed and then denied is not one that failed any more', () => {
  const experience = new Experience(new RecordingHost(), DEFAULT_LIMITS);
  experience.attempted({ address: A, outcome: 'timeout', reason: '' }, true);
  experience.attempted({ address: A, outcome: 'not-found', reason: '' }, false);
  expect(experience.tiers('cat.png', [A, B])).toEqual([[], [], [A, B], [], []]);
});
