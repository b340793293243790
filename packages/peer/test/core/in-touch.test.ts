/** When a peer greets whom again, whom it hands on, and whom it lets in: the times and bounds one by one. */
import { describe, expect, test } from 'vitest';
import { formatAddress, makeAddress, type Address } from '../../src/protocol/address.ts';
import { encodePeers } from '../../src/protocol/message.ts';
import { SECOND, dialTimes, recordedPeer } from '../recorded-peer.ts';
import { at, type RecordedConnection, type RecordingHost } from '../recording-host.ts';

const A = at('10.0.0.1:9001');
const B = at('10.0.0.2:9002');
const HOUR = 3_600 * SECOND;
const EMPTY = (): string => 'PEERS: ';

function many(count: number, from = 0): Address[] {
  return Array.from({ length: count }, (_, i) => makeAddress(0x0b00_0000 + from + i, 9_000));
}

/** The list that a caller of ours gets now. */
function listOf(host: RecordingHost): string[] {
  const caller = host.accept(at('10.9.9.9:40000'));
  caller.receive('HELLO');
  caller.close('end');
  return caller.text.split(' ').slice(1).filter(Boolean);
}

/** How long after one greeting of an address the next one came. */
function pauses(host: RecordingHost, address: Address): number[] {
  const times = dialTimes(host, address);
  return times.slice(1).map((time, i) => time - times[i]!);
}

/** Counts how often the peer is woken up. */
function alarmsOf(host: RecordingHost): { count: number } {
  const alarms = { count: 0 };
  const handler = host.handler!;
  host.handler = {
    onAccept: (connection) => handler.onAccept(connection),
    onAlarm() {
      alarms.count++;
      handler.onAlarm();
    },
  };
  return alarms;
}

function answer(connection: RecordedConnection, text: string): void {
  connection.open();
  connection.receive(text);
  connection.receiveEnd();
  connection.close('end');
}

describe('a known peer that says nothing any more', () => {
  test('is handed on until it has been silent for too long, and again once it answers', () => {
    const { host, peer } = recordedPeer({ dialTimeoutUs: HOUR });
    host.remotes.set(A, EMPTY);
    host.remotes.set(B, EMPTY);
    peer.start({ starts: [A, B], announcePort: 0 });
    host.pass(0);
    const answeredUs = host.nowUs();
    host.remotes.set(A, 'silent');
    host.pass(30 * SECOND - 1);
    expect(dialTimes(host, A)).toHaveLength(2);
    expect(dialTimes(host, A)[0]).toBe(answeredUs);
    expect(listOf(host)).toEqual([A, B].map(formatAddress));
    host.pass(1);
    expect(listOf(host)).toEqual([formatAddress(B)]);
    // It has not failed: only nobody is told of it.
    expect(peer.known()).toEqual([A, B]);
    answer(
      host.dialled.findLast(({ remote }) => remote === A)!,
      'PEERS: ',
    );
    host.pass(SECOND / 4);
    expect(listOf(host)).toEqual([A, B].map(formatAddress));
  });

  test('counts from when it answered, not from when it was asked', () => {
    const { host, peer } = recordedPeer({ dialTimeoutUs: HOUR, refreshUs: HOUR, exploreUs: HOUR });
    host.remotes.set(A, 'silent');
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(4 * SECOND);
    answer(host.dialled[0]!, 'PEERS: ');
    host.pass(30 * SECOND - 1);
    expect(listOf(host)).toEqual([formatAddress(A)]);
    host.pass(1);
    expect(listOf(host)).toEqual([]);
  });
});

test('a list that does not fit into one message goes round from list to list', () => {
  const all = many(200);
  const { host, peer } = recordedPeer({ known: 200, greetings: 200 });
  host.otherwise = EMPTY;
  peer.start({ starts: all, announcePort: 0 });
  host.pass(0);
  expect(peer.known()).toHaveLength(200);
  const told: string[] = [];
  const first = listOf(host);
  // For a while it stays as it is.
  expect(listOf(host)).toEqual(first);
  told.push(...first);
  while (told.length < 400) {
    host.pass(SECOND / 4);
    told.push(...listOf(host));
  }
  const inOrder = peer.known().map(formatAddress);
  expect(first.length).toBeLessThan(200);
  expect(told.slice(0, 200)).toEqual(inOrder);
  expect(told.slice(200, 400)).toEqual(inOrder);
});

describe('greeting again', () => {
  test('goes before candidates, however many of them wait', () => {
    const { host, peer } = recordedPeer({ greetings: 1 });
    host.remotes.set(A, () => encodePeers(many(20)));
    host.otherwise = 'silent';
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(60 * SECOND);
    // One candidate is being tried when it is due, for five seconds.
    expect(pauses(host, A)[0]).toBe(5 * SECOND);
  });

  test('waits for half of a refresh while there are candidates enough', () => {
    const { host, peer } = recordedPeer({ known: 2, greetings: 40, dialTimeoutUs: HOUR });
    host.remotes.set(A, () => encodePeers(many(20)));
    host.otherwise = 'silent';
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(60 * SECOND);
    const [first] = pauses(host, A);
    expect(first).toBeGreaterThanOrEqual(10 * SECOND);
    expect(first).toBeLessThan(20 * SECOND);
  });

  test('does not wait where more candidates would be of use', () => {
    const { host, peer } = recordedPeer({ known: 2, greetings: 40, dialTimeoutUs: HOUR });
    host.remotes.set(A, () => encodePeers(many(9)));
    host.otherwise = 'silent';
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(SECOND);
    expect(pauses(host, A)[0]).toBeLessThan(SECOND);
  });

  test('is in time with a full book, and nothing happens until then', () => {
    const all = many(30);
    const { host, peer } = recordedPeer({ known: 30, greetings: 30 });
    host.otherwise = () => encodePeers(all);
    peer.start({ starts: [all[0]!], announcePort: 0 });
    host.pass(SECOND);
    expect(peer.known()).toHaveLength(30);
    const alarms = alarmsOf(host);
    host.pass(14 * SECOND);
    expect(alarms.count).toBe(0);
    host.pass(20 * SECOND);
    // The last that came in has its own pause, with a fifth more or less; those before it were put off.
    const first = all.map((one) => pauses(host, one)[0]!).sort((a, b) => a - b);
    expect(first[0]).toBeGreaterThanOrEqual(16 * SECOND);
    expect(first.filter((us) => us > 20 * SECOND).length).toBeLessThanOrEqual(1);
  });

  test('is not thought of early by a peer that has its book full at once', () => {
    const { host, peer } = recordedPeer({ known: 1 });
    host.remotes.set(A, EMPTY);
    const alarms = alarmsOf(host);
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(4 * SECOND);
    expect(alarms.count).toBe(0);
  });

  test('comes a fifth sooner or later, so that not all are greeted at once', () => {
    const { host, peer } = recordedPeer({ greetings: 50 });
    const all = many(40);
    peer.start({ starts: all, announcePort: 0 });
    host.pass(3 * SECOND);
    const first = all.map((one) => pauses(host, one)[0]! / (2 * SECOND)).sort((a, b) => a - b);
    expect(first[0]).toBeGreaterThanOrEqual(0.8);
    expect(first[0]).toBeLessThan(0.9);
    expect(first.at(-1)).toBeLessThanOrEqual(1.2);
    expect(first.at(-1)).toBeGreaterThan(1.1);
  });

  test('of a starting address goes on with a full book', () => {
    const { host, peer } = recordedPeer({ known: 1 });
    host.remotes.set(A, EMPTY);
    peer.start({ starts: [A, B], announcePort: 0 });
    host.pass(120 * SECOND);
    expect(peer.known()).toEqual([A]);
    expect(dialTimes(host, B).length).toBeGreaterThan(4);
  });

  test('comes soon after a list with something new', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(A, EMPTY);
    host.remotes.set(B, 'silent');
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(60 * SECOND);
    const before = dialTimes(host, A).length;
    host.remotes.set(A, () => encodePeers([B]));
    host.pass(30 * SECOND);
    // The first of these lists is news, the second is not.
    const [news, next] = pauses(host, A).slice(before);
    expect(pauses(host, A)[before - 1]).toBeGreaterThanOrEqual(16 * SECOND);
    expect(news).toBeLessThanOrEqual(0.3 * SECOND);
    expect(next).toBeGreaterThanOrEqual(0.4 * SECOND);
  });

  test('after a success begins with the shortest back-off once more', () => {
    const { host, peer } = recordedPeer({ maxBackOffUs: 8 * SECOND });
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(60 * SECOND);
    const before = pauses(host, A);
    expect(Math.max(...before)).toBeGreaterThan(6.4 * SECOND);
    expect(Math.max(...before)).toBeLessThanOrEqual(9.6 * SECOND);
    host.remotes.set(A, EMPTY);
    host.pass(10 * SECOND);
    expect(peer.known()).toEqual([A]);
    host.remotes.set(A, 'refused');
    const sinceUs = host.nowUs();
    host.pass(40 * SECOND);
    expect(peer.known()).toEqual([]);
    const [failed, again] = dialTimes(host, A).filter((us) => us > sinceUs);
    expect(again! - failed!).toBeLessThanOrEqual(2.4 * SECOND);
  });

  test('of whoever announces and does not answer waits, whatever it announces', () => {
    const { host, peer } = recordedPeer();
    peer.start({ starts: [], announcePort: 0 });
    const announce = (): void => {
      const caller = host.accept(at('10.0.0.2:50000'));
      caller.receive('HELLO 9002\n');
      caller.close('end');
    };
    for (let i = 0; i < 10; i++) {
      announce();
      host.pass(SECOND / 10);
    }
    expect(dialTimes(host, B)).toHaveLength(1);
    host.pass(2 * SECOND);
    expect(dialTimes(host, B)).toHaveLength(2);
  });
});

describe('of the lists of one peer', () => {
  /** A peer whose lists have three new addresses each time. */
  function withTeller(
    remote: 'refused' | 'silent' | (() => string),
  ): ReturnType<typeof recordedPeer> {
    const limits = { unprovenPerSource: 3, failures: 1, forgiveUs: 60 * SECOND, known: 500 };
    const recorded = recordedPeer({ ...limits, dialTimeoutUs: HOUR, greetings: 50 });
    let next = 0;
    recorded.host.remotes.set(A, () => encodePeers(many(3, 3 * next++)));
    recorded.host.otherwise = remote;
    recorded.peer.start({ starts: [A], announcePort: 0 });
    return recorded;
  }

  function tried({ host }: ReturnType<typeof recordedPeer>): number {
    return new Set(host.dialled.map(({ remote }) => remote).filter((remote) => remote !== A)).size;
  }

  test('no more is tried than its share, until it is forgiven', () => {
    const recorded = withTeller('refused');
    for (const [seconds, count] of [
      [59, 3],
      [30, 6],
      [25, 6],
      [40, 9],
    ] as const) {
      recorded.host.pass(seconds * SECOND);
      expect(tried(recorded)).toBe(count);
    }
  });

  test('what is still being tried is not forgiven', () => {
    const recorded = withTeller('silent');
    recorded.host.pass(300 * SECOND);
    expect(tried(recorded)).toBe(3);
  });

  test('what was reached makes room at once', () => {
    const recorded = withTeller(EMPTY);
    recorded.host.pass(SECOND);
    expect(tried(recorded)).toBeGreaterThanOrEqual(9);
  });
});

describe('callers', () => {
  const from = (ip: number, port: number): Address => makeAddress(0x0a00_0000 + ip, port);

  test('from one address are let in up to their share, whoever else is there', () => {
    const { host, log } = recordedPeer({ connections: 10, connectionsPerIp: 3 });
    const others = [1, 2, 3, 4].map((ip) => host.accept(from(ip, 5_000)));
    const own = [1, 2, 3].map((port) => host.accept(from(9, port)));
    expect(log).toEqual([]);
    const refused = host.accept(from(9, 4));
    expect(refused.destroyed).toBe('refused');
    expect(log).toEqual(['too-many-from-address']);
    expect(host.accept(from(1, 6_000)).destroyed).toBeNull();
    own[1]!.close('end');
    expect(host.accept(from(9, 5)).destroyed).toBeNull();
    expect(host.accept(from(9, 6)).destroyed).toBe('refused');
    expect(others.every(({ destroyed }) => destroyed === null)).toBe(true);
  });

  test('in all are let in up to the bound', () => {
    const { host, peer, log } = recordedPeer({ connections: 3, connectionsPerIp: 3 });
    for (const ip of [1, 2, 3]) host.accept(from(ip, 5_000));
    expect(peer.servingCount).toBe(3);
    expect(host.accept(from(4, 5_000)).destroyed).toBe('refused');
    expect(peer.servingCount).toBe(3);
    expect(log).toEqual(['too-many-connections']);
  });
});
