import { expect, test } from 'vitest';
import { environment } from '../../../src/cli/environment.ts';
import { decidingOrders } from '../../../src/explore/orders/deciding.ts';
import type { Document } from '../../../src/explore/shrink/document.ts';
import { tryScenario } from '../../../src/explore/trial.ts';

/** Peer 2 stands still for a while from the very moment on at which its first call is answered. */
const CLOSE: Document = {
  name: 'close',
  seed: 1,
  peers: { count: 2 },
  topology: { kind: 'full' },
  images: { generate: { count: 1 } },
  network: { latency: '10ms' },
  phases: [
    { name: 'meet', until: 'discovered', within: '10s' },
    { name: 'steady', for: '1s', requests: { rate: '4/s', arrivals: 'constant' } },
  ],
  faults: [{ at: 'steady+270ms', for: '100ms', pause: 'peer-2' }],
  expect: ['steady.latency.max <= 130ms'],
};

test('a failure that one ordering decides is told with that ordering', () => {
  const [failure] = tryScenario(CLOSE, environment).failures as [string];
  expect(decidingOrders(CLOSE, failure, environment, () => false)).toEqual([
    { atUs: 310_000, first: 'the lab acts', other: 'peer number 2 is connected (peer number 1)' },
  ]);
});

test('a failure that comes in any order is decided by none', () => {
  const document = { ...CLOSE, expect: ['discovery.messages <= 1'] };
  const failure = 'expectation discovery.messages <= 1';
  expect(decidingOrders(document, failure, environment, () => false)).toEqual([]);
});

test('nothing is told of what does not fail, or when there is no time', () => {
  const isNow = (): boolean => true;
  expect(decidingOrders(CLOSE, 'always no peer crashes', environment, () => false)).toEqual([]);
  const document = { ...CLOSE, expect: ['discovery.messages <= 1'] };
  expect(
    decidingOrders(document, 'expectation discovery.messages <= 1', environment, isNow),
  ).toEqual([]);
});
