import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import { OUTSIDE } from '../../src/relay/link.ts';
import { isBare, NetworkShape } from '../../src/relay/network-shape.ts';
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

describe('a network is bare', () => {
  test('only when nothing is wished', () => {
    expect(isBare(network({}))).toBe(true);
    expect(isBare(network({ latencyUs: 1 }))).toBe(false);
    expect(isBare(network({ jitterUs: 1 }))).toBe(false);
    expect(isBare(network({ bandwidthBytesPerSecond: 1 }))).toBe(false);
    expect(isBare(network({ loss: 0.01 }))).toBe(false);
    expect(isBare(network({ segments: 'random' }))).toBe(false);
  });

  test('and then does nothing', () => {
    expect(new NetworkShape(network({})).faults(0, 1, Random.fromSeed(1))).toEqual([]);
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
    const shape = new NetworkShape(network({ bandwidthBytesPerSecond: RATE }));
    expect(spend(shape, 0, 1, 1_000)).toBe(1_000);
    // The same end sends to others, the same end is sent to by others.
    expect(spend(shape, 0, 2, 1_000)).toBe(2_000);
    expect(spend(shape, 3, 1, 1_000)).toBe(2_000);
    // What is sent takes nothing from what arrives.
    expect(spend(shape, 1, 0, 1_000)).toBe(1_000);
    expect(spend(shape, 4, 5, 1_000)).toBe(1_000);
  });

  test('is none of callers that are no peers', () => {
    const shape = new NetworkShape(network({ bandwidthBytesPerSecond: RATE }));
    expect(spend(shape, OUTSIDE, 1, 1_000)).toBe(1_000);
    expect(spend(shape, OUTSIDE, 2, 1_000)).toBe(1_000);
  });
});

describe('connections through a shaped network', () => {
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
