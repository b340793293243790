import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import { Pacer } from '../../src/relay/fault/bandwidth.ts';
import { byteLimit } from '../../src/relay/fault/byte-limit.ts';
import type { FaultPlace, StreamFault } from '../../src/relay/fault/stream-fault.ts';
import { Flow } from '../../src/relay/flow.ts';
import { ReadBuffers } from '../../src/relay/read-buffers.ts';
import { rule, until } from './relayed-peers.ts';

const HALF_MIB = 512 * 1_024;

const NOWHERE: FaultPlace = { random: Random.fromSeed(1), isOpen: false, pacer: new Pacer() };

interface Written {
  readonly flow: Flow;
  /** The pieces themselves, not copies: whoever is still to write them relies on their bytes. */
  readonly written: Uint8Array[];
  /** Takes the piece that was written last. */
  takeLast(): void;
  resets(): number;
}

/** A flow to somebody who takes what he is given, or waits to be told to. */
function flowTo(takes: boolean): Written {
  const written: Uint8Array[] = [];
  let takeLast = (): void => {};
  let resets = 0;
  const target = new Writable({
    write(bytes: Uint8Array, _encoding, done) {
      written.push(bytes);
      takeLast = done;
      if (takes) done();
    },
  });
  const events = { onOpen() {}, onReset: () => void resets++ };
  const flow = new Flow(new ReadBuffers(), events, false);
  flow.connect(null, target as Socket);
  onTestFinished(() => flow.stop());
  return { flow, written, takeLast: () => takeLast(), resets: () => resets };
}

function send(flow: Flow, text: string): void {
  const buffer = flow.buffer();
  buffer.set(Buffer.from(text));
  flow.take(text.length, buffer);
}

/** Reads into it as long as it wants more, so much at once. Gives how much that was. */
function fill(flow: Flow, atOnce: number, mostBytes: number): number {
  let total = 0;
  for (let goesOn = true; goesOn && total < mostBytes;) {
    const buffer = flow.buffer();
    const count = Math.min(atOnce, buffer.length, mostBytes - total);
    total += count;
    goesOn = flow.take(count, buffer);
  }
  return total;
}

describe('what a flow holds of a stream that nobody takes', () => {
  test.each<[string, StreamFault[]]>([
    ['nothing wrong', []],
    ['latency', [{ delayUs: () => 1e9 }]],
    ['a cut', [{ holds: true }]],
    ['no bandwidth left', [{ allowance: () => 0, againUs: () => Infinity }]],
  ])('with %s is half a MiB at most', (_what, faults) => {
    for (const atOnce of [20_000, 64 * 1_024, HALF_MIB]) {
      const { flow } = flowTo(false);
      flow.setFaults(faults);
      const held = fill(flow, atOnce, 10 * HALF_MIB);
      expect(held).toBeGreaterThanOrEqual(20_000);
      expect(held).toBeLessThanOrEqual(HALF_MIB);
    }
  });

  test('is bounded for single bytes by what it costs to keep them', () => {
    const { flow } = flowTo(false);
    flow.setFaults([{ holds: true }]);
    expect(fill(flow, 1, HALF_MIB)).toBeLessThan(HALF_MIB / 256);
  });
});

test('a slow end comes so long after the last byte, however fast it is itself', async () => {
  let nowMs = 0;
  const times: number[] = [];
  const target = new Writable({
    write(_bytes, _encoding, done) {
      times.push(performance.now() - nowMs);
      done();
    },
    final(done) {
      times.push(performance.now() - nowMs);
      done();
    },
  });
  const flow = new Flow(new ReadBuffers(), { onOpen() {}, onReset() {} }, false);
  flow.connect(null, target as Socket);
  onTestFinished(() => flow.stop());
  // The bytes draw a delay of 100 ms, the end draws none.
  const delays = [100_000, 0];
  flow.setFaults([{ delayUs: () => delays.shift() ?? 0, endDelayUs: () => 50_000 }]);
  nowMs = performance.now();
  send(flow, 'last words');
  flow.mark('end');
  await until(() => times.length === 2);
  // Timers of the flow ring late, by a millisecond at most when the machine is idle; never early.
  expect(times[1]).toBeGreaterThanOrEqual(149);
});

test('what came before is written before what comes after, with faults and without', () => {
  const { flow, written } = flowTo(true);
  flow.setFaults([{ holds: true }]);
  send(flow, 'one ');
  send(flow, 'two ');
  expect(written).toEqual([]);
  flow.setFaults([]);
  send(flow, 'three');
  expect(Buffer.concat(written).toString()).toBe('one two three');
});

test('a buffer of its own is read into again only when it has been written', () => {
  const { flow } = flowTo(false);
  expect(fill(flow, 64 * 1_024, 64 * 1_024)).toBe(64 * 1_024);
  const own = flow.buffer();
  expect(own.length).toBeGreaterThan(64 * 1_024);
  // The first piece is being written still, so this one waits, in a copy.
  expect(flow.take(10, own)).toBe(false);
});

test('its own buffer goes back when there are faults: what is delayed is copied', () => {
  const { flow } = flowTo(true);
  fill(flow, 64 * 1_024, 64 * 1_024);
  const own = flow.buffer();
  flow.setFaults([{ holds: true }]);
  flow.take(10, own);
  expect(flow.buffer()).not.toBe(own);
});

test('what is being written does not change when more is read', () => {
  const { flow, written } = flowTo(false);
  send(flow, 'one');
  send(flow, 'two');
  expect(String(written[0])).toBe('one');
});

test('what is on the way when its delay goes is not overtaken', async () => {
  const { flow, written } = flowTo(true);
  flow.setFaults([{ delayUs: () => 10_000 }]);
  send(flow, 'one ');
  flow.setFaults([]);
  send(flow, 'two');
  await until(() => written.length === 2);
  expect(Buffer.concat(written).toString()).toBe('one two');
});

test.each([1, 1_000, 20_000, 64 * 1_024])(
  'faults draw once for each 16 KiB, read %d bytes at a time',
  (atOnce) => {
    const { flow } = flowTo(true);
    let draws = 0;
    const delayUs = (): number => {
      draws++;
      return 0;
    };
    flow.setFaults([{ delayUs }]);
    fill(flow, atOnce, 64 * 1_024);
    expect(draws).toBe(4);
  },
);

test('a fault that ends the stream waits until what set off before has been taken', async () => {
  const { flow, written, takeLast, resets } = flowTo(false);
  flow.setFaults([byteLimit(rule({ limitBytes: 3 }), NOWHERE)!]);
  send(flow, 'four');
  expect(String(written[0])).toBe('fou');
  expect(resets()).toBe(0);
  takeLast();
  await until(() => resets() === 1);
});

test('a fault that stays draws nothing more because others come and go', () => {
  const drawsOf = (other: StreamFault[]): number => {
    const { flow } = flowTo(true);
    let draws = 0;
    const stays: StreamFault = {
      delayUs() {
        draws++;
        return 0;
      },
    };
    for (let i = 0; i < 40; i++) {
      flow.setFaults(i % 2 === 0 ? [stays] : [...other, stays]);
      fill(flow, 1_000, 1_000);
    }
    return draws;
  };
  expect(drawsOf([{ delayUs: () => 0 }])).toBe(drawsOf([]));
});

describe('a stream that is cut into pieces', () => {
  const inFours: StreamFault = { pieceEnd: (position) => (Math.floor(position / 4) + 1) * 4 };

  test('is written piece by piece, its end after the last', async () => {
    const { flow, written } = flowTo(true);
    flow.setFaults([inFours]);
    send(flow, 'one two three');
    expect(written.map(String)).toEqual(['one ']);
    send(flow, ' four');
    await until(() => written.reduce((sum, { length }) => sum + length, 0) === 18);
    // What has not arrived when a piece is due makes the piece shorter, and shifts no other.
    expect(written.map(String)).toEqual(['one ', 'two ', 'thre', 'e', ' fo', 'ur']);
  });

  test('has one piece on its way at a time', async () => {
    const { flow, written, takeLast } = flowTo(false);
    flow.setFaults([inFours]);
    send(flow, 'one two ');
    await new Promise((resolve) => setImmediate(resolve));
    expect(written.map(String)).toEqual(['one ']);
    takeLast();
    await until(() => written.length === 2);
    expect(String(written[1])).toBe('two ');
  });
});
