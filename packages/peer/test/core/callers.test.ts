import { describe, expect, test } from 'vitest';
import type { PeerLimits } from '../../src/core/options.ts';
import { utf8 } from '../pieces.ts';
import { SECOND, recordedPeer, type RecordedPeer } from '../recorded-peer.ts';
import { at, type RecordedConnection } from '../recording-host.ts';

const GREEDY = '10.1.1.1';
const POLITE = at('10.2.2.2:40000');
const IMAGE = 'x'.repeat(1_000);

function world(limits: Partial<PeerLimits> = {}): RecordedPeer {
  const recorded = recordedPeer(limits);
  recorded.host.files.set('big.png', utf8(IMAGE));
  return recorded;
}

/** Callers of one address that ask for the image, and read as slowly as they can. */
function greedy({ host }: RecordedPeer, count: number, ip = GREEDY): RecordedConnection[] {
  return Array.from({ length: count }, (_, i) => {
    const connection = host.accept(at(`${ip}:${10_000 + i}`));
    connection.isSlow = true;
    connection.receive('REQ: big.png');
    connection.receiveEnd();
    return connection;
  });
}

function isAnswered(connection: RecordedConnection): boolean {
  return connection.text.startsWith('RES: ');
}

describe('an address with more requests than it may have replies', () => {
  test('gets as many replies at once as it may, and opens no more images', () => {
    const recorded = world();
    const callers = greedy(recorded, 1_024);
    expect(callers.filter(isAnswered).length).toBe(256);
    expect(recorded.host.opened.length).toBe(256);
  });

  test('does not hold up another one: its reply is the very next', () => {
    const recorded = world();
    const callers = greedy(recorded, 1_024);
    const before = callers.filter(isAnswered).length;
    const polite = recorded.host.accept(POLITE);
    polite.receive('REQ: big.png');
    expect(polite.text).toBe(`RES: ${IMAGE}`);
    expect(callers.filter(isAnswered).length).toBe(before);
  });

  test('gets the next reply for each that ends, in the order in which it asked', () => {
    const recorded = world({ repliesPerIp: 2 });
    const callers = greedy(recorded, 5);
    callers[1]!.close('reset');
    expect(callers.map(isAnswered)).toEqual([true, true, true, false, false]);
    callers[0]!.close('reset');
    expect(callers.map(isAnswered)).toEqual([true, true, true, true, false]);
  });

  test('gets it also when the reply before went out whole', () => {
    const recorded = world({ repliesPerIp: 1 });
    const first = recorded.host.accept(at(`${GREEDY}:1`));
    first.isSlow = true;
    first.receive('REQ: big.png');
    const next = recorded.host.accept(at(`${GREEDY}:2`));
    next.receive('REQ: big.png');
    expect(next.text).toBe('');
    first.handler!.onImageSent();
    recorded.host.run();
    expect(next.text).toBe(`RES: ${IMAGE}`);
  });

  test('is passed over where it has gone meanwhile', () => {
    const recorded = world({ repliesPerIp: 1 });
    const [first, gone, last] = greedy(recorded, 3);
    gone!.close('reset');
    first!.close('reset');
    expect(isAnswered(gone!)).toBe(false);
    expect(isAnswered(last!)).toBe(true);
  });

  test('may greet, and ask for what is not there, without an end', () => {
    const recorded = world({ repliesPerIp: 1 });
    for (let i = 0; i < 10; i++) {
      const connection = recorded.host.accept(at(`${GREEDY}:${i + 1}`));
      connection.receive('REQ: none.png');
      expect(connection.text).toBe('ERR: not_found');
    }
    greedy(recorded, 1);
    const greeting = recorded.host.accept(at(`${GREEDY}:9000`));
    greeting.receive('HELLO');
    expect(greeting.text).toBe('PEERS: ');
  });

  test('is told apart from its neighbours, who have as many', () => {
    const recorded = world({ repliesPerIp: 3 });
    const all = ['10.1.1.1', '10.1.1.2', '10.1.1.3'].flatMap((ip) => greedy(recorded, 5, ip));
    const yes = [true, true, true, false, false];
    expect(all.map(isAnswered)).toEqual([...yes, ...yes, ...yes]);
  });

  test('is cut off where its turn does not come for as long as a reader may be stuck', () => {
    const recorded = world({ repliesPerIp: 1, stallUs: 10 * SECOND });
    const [first, waits] = greedy(recorded, 2);
    recorded.host.pass(6 * SECOND);
    first!.bytesSent += 1;
    recorded.host.pass(6 * SECOND);
    expect(first!.destroyed).toBeNull();
    expect(waits!.destroyed).toBe('timeout');
    expect(recorded.log).toContain('too-many-replies');
  });

  test('is answered what it asked for at last, where its request grew while it waited', () => {
    const recorded = world({ repliesPerIp: 1 });
    recorded.host.files.set('big.png.jpg', utf8('another'));
    const [first] = greedy(recorded, 1);
    const grows = recorded.host.accept(at(`${GREEDY}:1`));
    grows.receive('REQ: big.png');
    grows.receive('.jpg');
    first!.close('reset');
    expect(grows.text).toBe('RES: another');
  });

  test('leaves no turn behind', () => {
    const recorded = world({ repliesPerIp: 4 });
    for (let round = 0; round < 3; round++) {
      const callers = greedy(recorded, 20);
      for (const caller of callers) caller.close('reset');
      expect(recorded.peer.servingCount).toBe(0);
    }
    expect(greedy(recorded, 20).filter(isAnswered).length).toBe(4);
    expect(recorded.host.opened.filter((image) => !image.isReleased).length).toBe(4);
  });
});
