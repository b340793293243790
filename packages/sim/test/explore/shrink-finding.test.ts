import { expect, test } from 'vitest';
import type { Document } from '../../src/explore/shrink/document.ts';
import { shrinkFinding } from '../../src/explore/shrink-finding.ts';
import { failedTrial } from '../../src/explore/trial.ts';

const GIVEN: Document = {
  name: 'given',
  peers: { count: 4 },
  images: { generate: { count: 1 } },
  phases: [{ name: 'rest', for: '4s' }],
};

test('what fails in a new way beside the old one is not kept', async () => {
  const { document } = await shrinkFinding(
    GIVEN,
    'the bug',
    (candidate) => {
      const trial = failedTrial('the bug');
      const { count } = candidate['peers'] as { count: number };
      // Too few peers fail by themselves.
      return Promise.resolve(count >= 3 ? trial : { ...trial, failures: ['too few', 'the bug'] });
    },
    () => false,
  );
  expect(document['peers']).toEqual({ count: 3 });
});
