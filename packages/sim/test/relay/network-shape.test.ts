import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import { OUTSIDE } from '../../src/relay/link.ts';
import { isBare, NetworkShape } from '../../src/relay/network-shape.ts';
import type { LinkLatencies } from '../../src/scenario/scenario.ts';
import {
  links,
  network,
  noise,
  readBytes,
  readToEnd,
  rule,
  startRelayed,
} from './relayed-peers.ts';

const KIB = 1_024;

function shapeOf(shaped: Parameters<typeof network>[0]): NetworkShape {
  return new NetworkShape(network(shaped), Random.fromSeed(1));
}

/** Two groups of two; between them it is far, and farther one way. */
const FAR: LinkLatencies = {
  groupSizes: [2, 2],
  between: [
    { from: 0, to: 1, latency: { kind: 'constant', value: 30_000 } },
    { from: 1, to: 0, latency: { kind: 'constant', value: 50_000 } },
  ],
  otherwise: { kind: 'uniform', from: 1_000, to: 9_000 },
};

describe('a network is bare', () => {
  test('only when nothing is wished', () => {
    expect(isBare(network({}))).toBe(true);
    expect(isBare(network({ latencyUs: 1 }))).toBe(false);
    expect(isBare(network({ latencyUs: FAR }))).toBe(false);
    expect(isBare(network({ jitterUs: 1 }))).toBe(false);
    expect(isBare(network({ bandwidthBytesPerSecond: 1 }))).toBe(false);
    expect(isBare(network({ loss: 0.01 }))).toBe(false);
    expect(isBare(network({ segments: 'random' }))).toBe(false);
  });

  test('and then does nothing', () => {
    expect(shapeOf({}).faults(0, 1, Random.fromSeed(1))).toEqual([]);
  });
});

describe('the bandwidth of a network', () => {
  const RATE = 1_000_000;

  /** When so many bytes from one to another have left the wires between them. */
  function spend(shape: NetworkShape, from: number, to: number, bytes: number): number {
    const faults = shape.faults(from, to, Random.fromSeed(1));
    return Math.max(0, ...faults.map((fault) => fault.spend?.(bytes, 0) ?? 0));
  }

  test('is one of each end, out and in, shared by all its connections', () => {
    const shape = shapeOf({ bandwidthBytesPerSecond: RATE });
    expect(spend(shape, 0, 1, 1_000)).toBe(1_000);
    // The same end sends to others, the same end is sent to by others.
    expect(spend(shape, 0, 2, 1_000)).toBe(2_000);
    expect(spend(shape, 3, 1, 1_000)).toBe(2_000);
    // What is sent takes nothing from what arrives.
    expect(spend(shape, 1, 0, 1_000)).toBe(1_000);
    expect(spend(shape, 4, 5, 1_000)).toBe(1_000);
  });

  test('is none of callers that are no peers', () => {
    const shape = shapeOf({ bandwidthBytesPerSecond: RATE });
    expect(spend(shape, OUTSIDE, 1, 1_000)).toBe(1_000);
    expect(spend(shape, OUTSIDE, 2, 1_000)).toBe(1_000);
  });
});

describe('the latency of a network', () => {
  /** What one piece from one peer to another is held up by. */
  function delayUs(shape: NetworkShape, from: number, to: number): number {
    const faults = shape.faults(from, to, Random.fromSeed(9));
    return faults.reduce((sum, fault) => sum + (fault.delayUs?.() ?? 0), 0);
  }

  test('is that of the link, whatever the connection draws', () => {
    const shape = shapeOf({ latencyUs: FAR });
    expect([delayUs(shape, 0, 2), delayUs(shape, 3, 1)]).toEqual([30_000, 50_000]);
    const near = delayUs(shape, 0, 1);
    expect([delayUs(shape, 0, 1), delayUs(shape, 1, 0)]).toEqual([near, near]);
    expect(near).toBe(shape.latencyUs(0, 1));
  });

  test('is nothing to callers that are no peers, where links differ', () => {
    expect(delayUs(shapeOf({ latencyUs: FAR }), OUTSIDE, 1)).toBe(0);
    expect(delayUs(shapeOf({ latencyUs: 7 }), OUTSIDE, 1)).toBe(7);
  });
});

describe('connections through a shaped network', () => {
  test('take the latency of their link, each way its own', async () => {
    const { peers } = await startRelayed(4, 1, network({ latencyUs: FAR }));
    const startMs = performance.now();
    const [own, other] = [peers[0]!.dial(peers[2]!), await peers[2]!.accepted()];
    own.write('ping');
    await readBytes(other, 4);
    // There and back for the call, and there for the bytes.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(30 + 50 + 30 - 1);
  });

  test('take the latency each way, from their call on', async () => {
    const { peers } = await startRelayed(2, 1, network({ latencyUs: 30_000 }));
    const startMs = performance.now();
    const [own, other] = [peers[0]!.dial(peers[1]!), await peers[1]!.accepted()];
    own.write('ping');
    await readBytes(other, 4);
    // The call, the answer to it, the bytes; timers and clocks agree to a millisecond.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(3 * 30 - 1);
  });

  test('share the bandwidth of their ends', async () => {
    const { peers } = await startRelayed(3, 1, network({ bandwidthBytesPerSecond: 1_000_000 }));
    const pairs = [await peers[0]!.connected(peers[1]!), await peers[0]!.connected(peers[2]!)];
    const startMs = performance.now();
    for (const [own] of pairs) own.end(noise(75_000));
    const received = await Promise.all(pairs.map(([, other]) => readToEnd(other)));
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(149);
    for (const { bytes } of received) expect(bytes.equals(noise(75_000))).toBe(true);
  });

  test('feel rules as well, which add up', async () => {
    const { peers, relay } = await startRelayed(2, 1, network({ latencyUs: 20_000 }));
    const [own, other] = await peers[0]!.connected(peers[1]!);
    relay.addLinkRule(links([0], [1]), rule({ latencyUs: 30_000 }));
    const startMs = performance.now();
    own.write('ping');
    await readBytes(other, 4);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
  });

  test.each(['random', 'every-byte'] as const)(
    'are cut into %s segments and lose nothing',
    async (segments) => {
      const { peers } = await startRelayed(2, 1, network({ segments }));
      const [own, other] = await peers[0]!.connected(peers[1]!);
      own.end(noise(200 * KIB));
      expect((await readToEnd(other)).bytes.equals(noise(200 * KIB))).toBe(true);
    },
  );
});
