import { expect, test } from 'vitest';
import type { Document } from '../../src/explore/shrink/document.ts';
import { isFair } from '../../src/explore/fair.ts';
import { scenarioOf } from '../../src/scenario/load.ts';

const GIVEN: Document = {
  name: 'given',
  peers: { count: 3 },
  images: { generate: { count: 1 } },
  phases: [
    { name: 'meet', until: 'discovered', within: '30s' },
    { name: 'trouble', for: '5s' },
  ],
  faults: [{ at: 'trouble+1s', for: '1s', link: { from: 'peer-1', to: 'peer-2', cut: 'both' } }],
};

function isFairWith(part: Document, given = GIVEN): boolean {
  return isFair(scenarioOf({ ...given, ...part }, 'a.yaml'), scenarioOf(given, 'b.yaml'));
}

test('fewer peers, phases and faults are fair', () => {
  expect(isFairWith({ peers: { count: 2 }, faults: [] })).toBe(true);
  const [meet] = GIVEN['phases'] as Document[];
  expect(isFairWith({ phases: [meet!, { name: 'trouble', for: '4s' }] })).toBe(true);
});

test('peers that do not meet first any more, or are alone, are not', () => {
  const phases = [{ name: 'trouble', for: '4s' }];
  expect(isFairWith({ phases })).toBe(false);
  expect(isFairWith({ phases }, { ...GIVEN, phases, faults: [] })).toBe(true);
  expect(isFairWith({ peers: { count: 1 }, faults: [] })).toBe(false);
  expect(isFairWith({}, { ...GIVEN, peers: { count: 1 }, faults: [] })).toBe(true);
});

test('less time for the whole is not', () => {
  expect(isFairWith({ timeout: '60s' }, { ...GIVEN, timeout: '300s' })).toBe(false);
  expect(isFairWith({ timeout: '300s' }, { ...GIVEN, timeout: '300s' })).toBe(true);
});

test('less time to meet is not', () => {
  const phases = [{ name: 'meet', until: 'discovered', within: '1s' }];
  expect(isFairWith({ phases, faults: [] })).toBe(false);
});

test('a fault that lasts for ever is not, unless one of the given did', () => {
  for (const action of [
    { link: { from: 'peer-1', to: 'peer-2', cut: 'both' } },
    { kill: 'peer-1' },
    { pause: 'peer-1' },
  ]) {
    const lasting: Document = { faults: [{ at: 'trouble+1s', ...action }] };
    expect(isFairWith(lasting)).toBe(false);
    expect(isFairWith({}, { ...GIVEN, ...lasting })).toBe(true);
    expect(isFairWith(lasting, { ...GIVEN, ...lasting })).toBe(true);
  }
});

test('a clock that jumps, and a peer that comes back, are over', () => {
  const jump = { at: 'trouble+1s', clock: { of: 'peer-1', jump: '60s' } };
  expect(isFairWith({ faults: [jump] })).toBe(true);
  expect(isFairWith({ faults: [{ at: 'trouble', kill: 'peer-1', restart: '1s' }] })).toBe(true);
});
