import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  endingOf,
  links,
  noise,
  readBytes,
  readToEnd,
  rule,
  startRelayed,
  until,
} from './relayed-peers.ts';

const KIB = 1_024;

/** The relay's timers, the test's clock and the kernel's agree to a millisecond. */
const CLOCK_MS = 1;

/** How long something takes at least; it may take longer on a busy machine. */
async function timed<T>(action: Promise<T>): Promise<{ result: T; ms: number }> {
  const startMs = performance.now();
  const result = await action;
  return { result, ms: performance.now() - startMs + CLOCK_MS };
}

/** Whether bytes go from one end to the other now. */
async function passes(from: Socket, to: Socket, text = 'ping'): Promise<string> {
  from.write(text);
  return String(await readBytes(to, text.length));
}

describe('latency', () => {
  test('delays a call, its answer and every byte, each way by itself', async () => {
    const { peers, relay } = await startRelayed(2);
    relay.addLinkRule(links([0], [1]), rule({ latencyUs: 40_000 }));
    relay.addLinkRule(links([1], [0]), rule({ latencyUs: 30_000 }));
    const own = peers[0]!.dial(peers[1]!);
    own.write('ping');
    const called = await timed(peers[1]!.accepted());
    expect(called.ms).toBeGreaterThanOrEqual(40);
    const arrived = await timed(readBytes(called.result, 4));
    // The answer to the call comes back first, then the bytes go.
    expect(called.ms + arrived.ms).toBeGreaterThanOrEqual(40 + 30 + 40);
    const answered = await timed(passes(called.result, own));
    expect(answered.ms).toBeGreaterThanOrEqual(30);
  });

  test('that comes and goes while bytes are on the way lets none overtake', async () => {
    const { peers, relay } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    await passes(own, other);
    const bytes = noise(512 * KIB);
    const received = readToEnd(other);
    for (let i = 0; i < 8; i++) {
      const heal = relay.addLinkRule(links([0], [1]), rule({ latencyUs: 20_000 - i * 2_000 }));
      const part = bytes.subarray(i * 64 * KIB, (i + 1) * 64 * KIB);
      await new Promise((resolve) => own.write(part, resolve));
      heal();
    }
    own.end();
    expect((await received).bytes.equals(bytes)).toBe(true);
  });

  test('of another link delays nothing', async () => {
    const { peers, relay } = await startRelayed(3);
    relay.addLinkRule(links([2], [1]), rule({ latencyUs: 1e12 }));
    relay.addLinkRule(links([0], [2]), rule({ latencyUs: 1e12 }));
    relay.addLinkRule(links([1], [2]), rule({ latencyUs: 1e12 }));
    const [own, other] = await peers[0]!.connected(peers[1]!);
    expect(await passes(own, other)).toBe('ping');
    expect(await passes(other, own)).toBe('ping');
  });
});

test('jitter keeps the order', async () => {
  const { peers, relay } = await startRelayed(2);
  relay.addLinkRule(links([0], [1]), rule({ jitterUs: 3_000 }));
  const [own, other] = await peers[0]!.connected(peers[1]!);
  const bytes = noise(1_024 * KIB);
  own.end(bytes);
  expect((await readToEnd(other)).bytes.equals(bytes)).toBe(true);
});

describe('bandwidth', () => {
  test('is shared by the connections of a link', async () => {
    const { peers, relay } = await startRelayed(2);
    relay.addLinkRule(links([0], [1]), rule({ bandwidthBytesPerSecond: 1_000_000 }));
    const pairs = [await peers[0]!.connected(peers[1]!), await peers[0]!.connected(peers[1]!)];
    const bytes = noise(75_000);
    for (const [own] of pairs) own.end(bytes);
    const { ms, result } = await timed(Promise.all(pairs.map(([, other]) => readToEnd(other))));
    expect(ms).toBeGreaterThanOrEqual(150);
    for (const { bytes: received } of result) expect(received.equals(bytes)).toBe(true);
  });

  test('that is lifted lets go at once what waits', async () => {
    const { peers, relay } = await startRelayed(2);
    const heal = relay.addLinkRule(links([0], [1]), rule({ bandwidthBytesPerSecond: 1_000 }));
    const [own, other] = await peers[0]!.connected(peers[1]!);
    const bytes = noise(900 * KIB);
    own.end(bytes);
    // The rest would take a quarter of an hour.
    await readBytes(other, 1).then((first) => other.unshift(first));
    heal();
    expect((await readToEnd(other)).bytes.equals(bytes)).toBe(true);
  });
});

test('loss is felt as a stall', async () => {
  // With this seed the call gets through, and the first flight only the second time.
  const { peers, relay } = await startRelayed(2, 9);
  relay.addLinkRule(links([0], [1]), rule({ loss: 0.5 }));
  const [own, other] = await peers[0]!.connected(peers[1]!);
  const { ms, result } = await timed(passes(own, other));
  expect(result).toBe('ping');
  expect(ms).toBeGreaterThanOrEqual(200);
});

describe('a cut', () => {
  test('lets streams stand still, which go on when it heals', async () => {
    const { peers, relay } = await startRelayed(3);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    await passes(own, other);
    const heal = relay.addLinkRule(links([0], [1]), rule({ cut: 'one-way' }));
    own.write('held');
    // The other way, and other links, work meanwhile.
    for (let i = 0; i < 3; i++) expect(await passes(other, own)).toBe('ping');
    const [third, fourth] = await peers[2]!.connected(peers[1]!);
    expect(await passes(third, fourth)).toBe('ping');
    expect(other.readableLength).toBe(0);
    heal();
    expect(String(await readBytes(other, 4))).toBe('held');
  });

  test('lets calls hang, which get through when it heals', async () => {
    const { peers, relay } = await startRelayed(3);
    const heal = relay.addLinkRule(links([0], [1]), rule({ cut: 'both' }));
    const own = await peers[0]!.call(peers[1]!);
    own.write('held');
    const [third, fourth] = await peers[2]!.connected(peers[1]!);
    expect(await passes(third, fourth)).toBe('ping');
    expect(peers[1]!.waiting).toBe(0);
    heal();
    expect(String(await readBytes(await peers[1]!.accepted(), 4))).toBe('held');
  });

  test.each([
    ['both ways', [0], [1], 'both'],
    ['the way back', [1], [0], 'one-way'],
  ] as const)(
    'of %s lets calls hang whose callers have ended their side, as peers do behind a question',
    async (_, from, to, cut) => {
      const { peers, relay } = await startRelayed(3);
      const heal = relay.addLinkRule(links([...from], [...to]), rule({ cut }));
      const own = await peers[0]!.call(peers[1]!);
      own.end('question');
      const [third, fourth] = await peers[2]!.connected(peers[1]!);
      for (let i = 0; i < 3; i++) expect(await passes(third, fourth)).toBe('ping');
      expect(relay.connections).toBe(2);
      heal();
      const other = await peers[1]!.accepted();
      expect((await readToEnd(other)).bytes.toString()).toBe('question');
      other.end('answer');
      expect((await readToEnd(own)).bytes.toString()).toBe('answer');
    },
  );

  test('forgets a call whose caller has ended its side and can no longer be waiting', async () => {
    const { peers, relay } = await startRelayed(2);
    const heal = relay.addLinkRule(links([0], [1]), rule({ cut: 'both' }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const own = await peers[0]!.call(peers[1]!);
    own.end('question');
    const ending = readToEnd(own);
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    vi.runAllTimers();
    vi.useRealTimers();
    expect(await ending).toMatchObject({ ending: 'ECONNRESET' });
    heal();
    expect(peers[1]!.waiting).toBe(0);
  });

  test('of the way back alone lets calls hang, too: they cannot be answered', async () => {
    const { peers, relay } = await startRelayed(3);
    const heal = relay.addLinkRule(links([1], [0]), rule({ cut: 'one-way' }));
    const own = await peers[0]!.call(peers[1]!);
    own.write('held');
    const givenUp = await peers[0]!.call(peers[1]!);
    givenUp.resetAndDestroy();
    await until(() => relay.connections === 1);
    const [third, fourth] = await peers[2]!.connected(peers[1]!);
    expect(await passes(third, fourth)).toBe('ping');
    expect(peers[1]!.waiting).toBe(0);
    heal();
    const other = await peers[1]!.accepted();
    expect(String(await readBytes(other, 4))).toBe('held');
    expect(await passes(other, own)).toBe('ping');
    expect(peers[1]!.waiting).toBe(0);
  });

  test('of the way back alone lets what stands be told, and not answered', async () => {
    const { peers, relay } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    await passes(own, other);
    const heal = relay.addLinkRule(links([1], [0]), rule({ cut: 'one-way' }));
    for (let i = 0; i < 3; i++) expect(await passes(own, other)).toBe('ping');
    other.write('held');
    for (let i = 0; i < 3; i++) expect(await passes(own, other)).toBe('ping');
    expect(own.readableLength).toBe(0);
    heal();
    expect(String(await readBytes(own, 4))).toBe('held');
  });

  test('tells nobody of a call that was given up meanwhile', async () => {
    const { peers, relay } = await startRelayed(2);
    const heal = relay.addLinkRule(links([0], [1]), rule({ cut: 'both' }));
    const own = await peers[0]!.call(peers[1]!);
    own.write('forget it');
    own.resetAndDestroy();
    await until(() => relay.connections === 0);
    heal();
    const [third, fourth] = await peers[0]!.connected(peers[1]!);
    expect(await passes(third, fourth)).toBe('ping');
    expect(peers[1]!.waiting).toBe(0);
  });

  test('keeps ends and resets back, too', async () => {
    const { peers, relay } = await startRelayed(2);
    const pairs = [await peers[0]!.connected(peers[1]!), await peers[0]!.connected(peers[1]!)];
    for (const [own, other] of pairs) await passes(own, other);
    const heal = relay.addLinkRule(links([0], [1]), rule({ cut: 'one-way' }));
    const endings = Promise.all(pairs.map(([, other]) => endingOf(other)));
    pairs[0]![0].end();
    pairs[1]![0].resetAndDestroy();
    for (let i = 0; i < 3; i++) expect(await passes(pairs[0]![1], pairs[0]![0])).toBe('ping');
    expect(pairs.map(([, other]) => other.readableEnded || other.destroyed)).toEqual([
      false,
      false,
    ]);
    heal();
    expect(await endings).toEqual(['end', 'ECONNRESET']);
  });

  test('heals when the last rule has gone', async () => {
    const { peers, relay } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    await passes(own, other);
    const first = relay.addLinkRule(links([0], [1]), rule({ cut: 'both' }));
    const second = relay.addLinkRule(links([0], [0, 1]), rule({ cut: 'one-way' }));
    own.write('held');
    first();
    first();
    for (let i = 0; i < 3; i++) expect(await passes(other, own)).toBe('ping');
    expect(other.readableLength).toBe(0);
    second();
    expect(String(await readBytes(other, 4))).toBe('held');
  });
});

describe('a reset', () => {
  test('takes the connections of the link, whoever called, and new ones while it lasts', async () => {
    const { peers, relay } = await startRelayed(3);
    const pairs = [await peers[0]!.connected(peers[1]!), await peers[1]!.connected(peers[0]!)];
    const [third, fourth] = await peers[2]!.connected(peers[1]!);
    for (const [own, other] of pairs) await passes(own, other);
    const heal = relay.addLinkRule(links([0], [1]), rule({ isReset: true }));
    const endings = await Promise.all(pairs.flat().map(endingOf));
    expect(endings).toEqual(endings.map(() => 'ECONNRESET'));
    expect(await endingOf(peers[0]!.dial(peers[1]!))).toBe('ECONNRESET');
    expect(await endingOf(peers[1]!.dial(peers[0]!))).toBe('ECONNRESET');
    expect([peers[0]!.waiting, peers[1]!.waiting]).toEqual([0, 0]);
    expect(await passes(third, fourth)).toBe('ping');
    heal();
    expect(await passes(...(await peers[0]!.connected(peers[1]!)))).toBe('ping');
  });
});

describe('a half-open connection', () => {
  test('is reset when the peer has come back that knows nothing of it', async () => {
    const { peers, relay } = await startRelayed(3);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    const [third, fourth] = await peers[2]!.connected(peers[0]!);
    await passes(own, other);
    await passes(third, fourth);
    relay.addLinkRule(links([0, 2], [0, 1]), rule({ isHalfOpen: true }));
    relay.resetStranded(1);
    expect(await endingOf(own)).toBe('ECONNRESET');
    relay.resetStranded(2);
    expect(await endingOf(third)).toBe('ECONNRESET');
  });

  test('has lost its other end without a word, for good; new ones work', async () => {
    const { peers, relay } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    await passes(own, other);
    const heal = relay.addLinkRule(links([0], [1]), rule({ isHalfOpen: true }));
    own.write('into the void');
    other.resetAndDestroy();
    await once(other, 'close');
    expect(await passes(...(await peers[0]!.connected(peers[1]!)))).toBe('ping');
    heal();
    expect(await passes(...(await peers[0]!.connected(peers[1]!)))).toBe('ping');
    expect(own.destroyed).toBe(false);
  });
});

test('a slow close delays the end alone', async () => {
  const { peers, relay } = await startRelayed(2);
  relay.addLinkRule(links([0], [1]), rule({ slowCloseUs: 60_000 }));
  const [own, other] = await peers[0]!.connected(peers[1]!);
  own.end('last words');
  const { ms } = await timed(
    readBytes(other, 10).then(async (bytes) => {
      expect(String(bytes)).toBe('last words');
      expect(other.readableEnded).toBe(false);
      expect(await endingOf(other)).toBe('end');
    }),
  );
  expect(ms).toBeGreaterThanOrEqual(60);
});

describe('a byte limit', () => {
  test('resets a connection after exactly so many bytes of that way', async () => {
    const { peers, relay } = await startRelayed(2);
    relay.addLinkRule(links([1], [0]), rule({ limitBytes: 40_000 }));
    const [own, other] = await peers[0]!.connected(peers[1]!);
    const bytes = noise(100_000);
    own.write(bytes);
    expect((await readBytes(other, bytes.length)).equals(bytes)).toBe(true);
    other.write(bytes);
    const [there, back] = await Promise.all([readToEnd(own), readToEnd(other)]);
    expect(there.bytes.equals(bytes.subarray(0, 40_000))).toBe(true);
    expect([there.ending, back.ending]).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  test('goes on counting when other rules come and go', async () => {
    const { peers, relay } = await startRelayed(2);
    relay.addLinkRule(links([0], [1]), rule({ limitBytes: 10 }));
    const [own, other] = await peers[0]!.connected(peers[1]!);
    expect(await passes(own, other, 'sixsix')).toBe('sixsix');
    relay.addLinkRule(links([0], [1]), rule({ latencyUs: 1 }))();
    own.write('sixsix');
    expect(await readToEnd(other)).toEqual({ bytes: Buffer.from('sixs'), ending: 'ECONNRESET' });
  });

  test('is none to a stream that keeps it', async () => {
    const { peers, relay } = await startRelayed(2);
    relay.addLinkRule(links([0], [1]), rule({ limitBytes: 4 }));
    const [own, other] = await peers[0]!.connected(peers[1]!);
    own.end('four');
    expect(await readToEnd(other)).toEqual({ bytes: Buffer.from('four'), ending: 'end' });
  });
});

describe('corruption', () => {
  const bytes = noise(256 * KIB);

  /** Where what arrives differs from what was sent. */
  async function changes(seed: number, send: (own: Socket) => void): Promise<number[]> {
    const { peers, relay } = await startRelayed(3, seed);
    relay.addLinkRule(links([0, 2], [1]), rule({ corrupt: 0.1 }));
    const [own, other] = await peers[0]!.connected(peers[1]!);
    const [noisy, gone] = await peers[2]!.connected(peers[1]!);
    noisy.end(bytes);
    send(own);
    const [{ bytes: received }] = await Promise.all([readToEnd(other), readToEnd(gone)]);
    expect(received.length).toBe(bytes.length);
    return [...received.keys()].filter((at) => received[at] !== bytes[at]);
  }

  test('changes a byte in a share of the KiB, the same ones however the stream is cut', async () => {
    const whole = await changes(5, (own) => own.end(bytes));
    // 256 × 0.1, and one in each at most.
    expect(whole.length).toBeGreaterThan(10);
    expect(whole.length).toBeLessThan(50);
    expect(new Set(whole.map((at) => Math.floor(at / KIB))).size).toBe(whole.length);
    const inPieces = await changes(5, (own) => {
      for (let at = 0; at < bytes.length; at += 777) own.write(bytes.subarray(at, at + 777));
      own.end();
    });
    expect(inPieces).toEqual(whole);
    expect(await changes(6, (own) => own.end(bytes))).not.toEqual(whole);
  });

  test('comes anew with each connection and with each rule', async () => {
    const changed: number[][] = [];
    for (const call of [0, 1]) {
      for (const number of [0, 1]) {
        const { peers, relay } = await startRelayed(2);
        if (call === 1) await peers[0]!.connected(peers[1]!);
        if (number === 1) relay.addLinkRule(links([0], [1]), rule({ latencyUs: 1 }));
        relay.addLinkRule(links([0], [1]), rule({ corrupt: 0.5 }));
        const [own, other] = await peers[0]!.connected(peers[1]!);
        own.end(bytes.subarray(0, 20 * KIB));
        const { bytes: received } = await readToEnd(other);
        changed.push([...received.keys()].filter((at) => received[at] !== bytes[at]));
      }
    }
    expect(new Set(changed.map(String)).size).toBe(4);
  });
});

test('rules add up', async () => {
  const { peers, relay } = await startRelayed(2);
  relay.addLinkRule(links([0], [1]), rule({ latencyUs: 30_000, limitBytes: 3 }));
  relay.addLinkRule(links([0], [1]), rule({ latencyUs: 20_000, limitBytes: 50 }));
  const own = peers[0]!.dial(peers[1]!);
  const called = await timed(peers[1]!.accepted());
  expect(called.ms).toBeGreaterThanOrEqual(50);
  own.write('ping');
  expect(await readToEnd(called.result)).toEqual({
    bytes: Buffer.from('pin'),
    ending: 'ECONNRESET',
  });
});
