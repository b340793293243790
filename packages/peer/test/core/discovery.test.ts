import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeAddress, mayDial, ipOf, portOf, formatAddress } from '../../src/protocol/address.ts';
import { encodePeers } from '../../src/protocol/message.ts';
import { SECOND, dialTimes, recordedPeer, requestsTo } from '../recorded-peer.ts';
import { MUTE, at, type RecordingHost } from '../recording-host.ts';

const A = at('10.0.0.1:9001');
const B = at('10.0.0.2:9002');
const C = at('10.0.0.3:9003');

/** The list that a caller of ours gets now. */
function listOf(host: RecordingHost): string {
  const caller = host.accept(at('10.9.9.9:40000'));
  caller.receive('HELLO');
  caller.close('end');
  return caller.text;
}

describe('hearsay', () => {
  test('is not handed on before we have reached it ourselves', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(A, () => `PEERS: ${formatAddress(B)}`);
    host.remotes.set(B, 'silent');
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(SECOND);
    expect(requestsTo(host, B)).toEqual(['']);
    expect(listOf(host)).toBe('PEERS: 10.0.0.1:9001');
    host.remotes.set(B, () => 'PEERS: ');
    host.pass(60 * SECOND);
    expect(listOf(host)).toBe('PEERS: 10.0.0.1:9001 10.0.0.2:9002');
  });

  test('that may not be dialled is not', () => {
    const anyAddress = fc
      .tuple(
        fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0x7f00_0001, 0xa9fe_a9fe, 0, 0xe000_0001)),
        fc.integer({ min: 1, max: 65_535 }),
      )
      .map(([ip, port]) => makeAddress(ip, port));
    fc.assert(
      fc.property(fc.constantFrom(A, at('127.0.0.1:9001')), fc.array(anyAddress), (from, list) => {
        const { host, peer } = recordedPeer();
        host.remotes.set(from, () => encodePeers(list));
        peer.start({ starts: [from], announcePort: 0 });
        host.pass(SECOND);
        for (const { remote } of host.dialled) {
          expect(remote === from || mayDial(remote, ipOf(from))).toBe(true);
        }
      }),
    );
  });

  test('a peer whose lists are always new and always worth nothing makes us dial 64 in a minute', () => {
    const { host, peer } = recordedPeer();
    let next = 0;
    host.remotes.set(
      A,
      () => `PEERS: ${Array.from({ length: 60 }, () => fresh(next++)).join(' ')}`,
    );
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(59 * SECOND);
    const junk = new Set(host.dialled.map(({ remote }) => remote).filter((remote) => remote !== A));
    expect(junk.size).toBe(64);
    host.pass(60 * SECOND);
    const more = new Set(host.dialled.map(({ remote }) => remote).filter((remote) => remote !== A));
    expect(more.size).toBeGreaterThan(64);
    expect(more.size).toBeLessThanOrEqual(128);
  });

  test('that is not ours to dial is said, once a list', () => {
    const { host, peer, log } = recordedPeer();
    host.self = C;
    host.remotes.set(A, () => `PEERS: 127.0.0.1:22 0.0.0.0:1 169.254.1.1:80 ${formatAddress(C)}`);
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(SECOND / 10);
    expect(host.dialled.map(({ remote }) => remote)).toEqual([A]);
    expect(log.filter((line) => line === 'address-not-dialled')).toHaveLength(1);
  });

  test('of our own address alone is nothing to speak of', () => {
    const { host, peer, log } = recordedPeer();
    host.self = C;
    host.remotes.set(A, () => `PEERS: ${formatAddress(C)}`);
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(SECOND);
    expect(log).not.toContain('address-not-dialled');
  });

  test('a list of 100,000 entries is cut off and leaves nothing behind', () => {
    const { host, peer, log } = recordedPeer();
    host.remotes.set(A, () => `PEERS: ${'1.2.3.4:5 '.repeat(100_000)}`);
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(SECOND);
    expect(host.dialled.map(({ remote }) => remote)).toEqual([A]);
    expect(peer.known()).toEqual([]);
    expect(log).toContain('list-too-long');
  });

  test('the bounds hold whatever lists are sent', () => {
    const limits = { known: 5, candidates: 20, greetings: 3 };
    const { host, peer } = recordedPeer(limits);
    let next = 0;
    const fresh = (): number => makeAddress(0x0b00_0000 + (next++ % 100_000), 9_000);
    host.remotes.set(A, () => encodePeers(Array.from({ length: 100 }, fresh)));
    host.otherwise = 'silent';
    peer.start({ starts: [A], announcePort: 0 });
    for (let i = 0; i < 200; i++) {
      host.pass(SECOND);
      const entries = [...peer.discovery.book.entries].length;
      expect(entries).toBeLessThanOrEqual(limits.known + limits.candidates);
      expect(peer.known().length).toBeLessThanOrEqual(limits.known);
    }
    expect(host.mostLive).toBe(limits.greetings);
  });

  test('no more peers are kept than wanted, and a full book asks for no others', () => {
    const { host, peer } = recordedPeer({ known: 4 });
    const many = Array.from({ length: 50 }, (_, i) => makeAddress(0x0b00_0000 + i, 9_000));
    host.otherwise = () => encodePeers(many);
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(300 * SECOND);
    expect(peer.known()).toHaveLength(4);
    const greeted = new Set(host.dialled.map(({ remote }) => remote));
    expect(greeted.size).toBeLessThanOrEqual(4 + 8);
  });
});

/** A caller at `address` says that it listens there. */
function announce(host: RecordingHost, address: number): void {
  const caller = host.accept(makeAddress(ipOf(address), 50_000));
  caller.receive(`HELLO ${portOf(address)}\n`);
  caller.close('end');
}

describe('a machine that tells of many silent addresses', () => {
  const LIAR = ipOf(at('10.6.6.6:1'));

  test('by announcing them has as many of them remembered as in lists', () => {
    const { host, peer, log } = recordedPeer();
    host.otherwise = 'silent';
    peer.start({ starts: [], announcePort: 0 });
    for (let port = 1; port <= 200; port++) announce(host, makeAddress(LIAR, port));
    expect(peer.discovery.book.entries).toHaveLength(64);
    expect(log).toContain('too-many-addresses');
    announce(host, A);
    expect(peer.discovery.book.get(A)).toBeDefined();
  });

  test('holds nobody else up, once it has cost enough', () => {
    const { host, peer } = recordedPeer();
    host.otherwise = 'silent';
    host.remotes.set(A, () => 'PEERS: ');
    peer.start({ starts: [], announcePort: 0 });
    for (let port = 1; port <= 64; port++) announce(host, makeAddress(LIAR, port));
    host.pass(12 * SECOND);
    expect(host.live.size).toBe(4);
    announce(host, A);
    expect(peer.known()).toEqual([A]);
  });

  test('in its lists likewise, and its addresses are tried all the same', () => {
    const { host, peer } = recordedPeer();
    const told = Array.from({ length: 30 }, (_, i) => makeAddress(0x0b00_0000 + i, 9_000));
    host.otherwise = 'silent';
    host.remotes.set(A, () => encodePeers(told));
    host.remotes.set(B, () => 'PEERS: ');
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(7 * SECOND);
    announce(host, B);
    expect(peer.known()).toEqual([A, B]);
    host.pass(60 * SECOND);
    expect(new Set(host.dialled.map(({ remote }) => remote)).size).toBe(32);
    expect(host.mostLive).toBe(8);
  });

  test('is believed again after a minute', () => {
    const { host, peer } = recordedPeer();
    host.otherwise = 'silent';
    peer.start({ starts: [], announcePort: 0 });
    for (let port = 1; port <= 8; port++) announce(host, makeAddress(LIAR, port));
    host.pass(120 * SECOND);
    for (let port = 11; port <= 18; port++) announce(host, makeAddress(LIAR, port));
    host.pass(SECOND);
    expect(host.live.size).toBe(8);
  });
});

test('known peers that are slow to answer leave a greeting in nine for candidates', () => {
  const { host, peer } = recordedPeer({ greetings: 1 });
  const slow = Array.from({ length: 12 }, (_, i) => makeAddress(0x0b00_0000 + i, 9_000));
  for (const address of slow) host.remotes.set(address, () => MUTE);
  peer.start({ starts: slow, announcePort: 0 });
  const answerAll = (count: number): void => {
    for (let i = 0; i < count; i++) {
      host.pass(4 * SECOND);
      // A copy: what is dialled next has its own four seconds.
      for (const one of [...host.live]) {
        one.receive('PEERS: ');
        one.receiveEnd();
        one.close('end');
      }
    }
  };
  answerAll(12 * 9);
  expect(peer.known()).toHaveLength(12);
  host.remotes.set(C, () => 'PEERS: ');
  announce(host, C);
  answerAll(10);
  expect(peer.known()).toContain(C);
});

describe('a greeting', () => {
  test('announces our port, and the caller believes the IP of the connection alone', () => {
    const { host, peer } = recordedPeer();
    host.otherwise = () => 'PEERS: ';
    peer.start({ starts: [A], announcePort: 9005 });
    host.pass(SECOND);
    expect(requestsTo(host, A)[0]).toBe('HELLO 9005');
    const caller = host.accept(at('10.7.7.7:51515'));
    caller.receive('HELLO 9002 1.2.3.4');
    caller.receiveEnd();
    host.pass(SECOND);
    expect(host.dialled.map(({ remote }) => remote)).toContain(at('10.7.7.7:9002'));
    expect(host.dialled.map(({ remote }) => remote)).not.toContain(at('1.2.3.4:9002'));
    expect(listOf(host)).toContain('10.7.7.7:9002');
  });

  test('that is closed without a word is tried bare, at once, and announces again ever more seldom', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(A, (request) => (request === 'HELLO' ? 'PEERS: ' : ''));
    peer.start({ starts: [A], announcePort: 9005 });
    host.run();
    expect(requestsTo(host, A)).toEqual(['HELLO 9005', 'HELLO']);
    expect(peer.known()).toEqual([A]);
    const announcements = (seconds: number): number => {
      const before = requestsTo(host, A).length;
      for (let second = 0; second < seconds; second++) {
        host.pass(SECOND);
        host.run();
      }
      const later = requestsTo(host, A).slice(before);
      expect(later.length).toBeGreaterThan(seconds / 30);
      return later.filter((request) => request === 'HELLO 9005').length;
    };
    expect(announcements(60)).toBeGreaterThan(1);
    expect(announcements(3_600)).toBeLessThan(12);
    expect(announcements(3_600)).toBeLessThan(5);
    expect(peer.known()).toEqual([A]);
  });

  test('that was spoilt once is announced again to a peer that knows the form', () => {
    const { host, peer } = recordedPeer();
    let greetings = 0;
    host.remotes.set(A, () => (greetings++ === 0 ? '' : 'PEERS: '));
    peer.start({ starts: [A], announcePort: 9005 });
    host.run();
    expect(requestsTo(host, A)).toEqual(['HELLO 9005', 'HELLO']);
    host.pass(30 * SECOND);
    expect(requestsTo(host, A).slice(2)).toContain('HELLO 9005');
    expect(requestsTo(host, A).at(-1)).toBe('HELLO 9005');
  });

  test('announces again to a peer that was plain and has announced itself since', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(A, (request) => (request === 'HELLO' ? 'PEERS: ' : ''));
    peer.start({ starts: [A], announcePort: 9005 });
    host.run();
    const before = requestsTo(host, A).length;
    const caller = host.accept(at('10.0.0.1:50000'));
    caller.receive('HELLO 9001\n');
    host.pass(SECOND);
    expect(requestsTo(host, A)[before]).toBe('HELLO 9005');
  });

  test('of a peer that closes on both forms comes to an end', () => {
    const { host, peer, log } = recordedPeer();
    host.remotes.set(A, () => '');
    peer.start({ starts: [A], announcePort: 9005 });
    host.run();
    expect(requestsTo(host, A)).toEqual(['HELLO 9005', 'HELLO']);
    expect(log).toContain('settled');
    expect(peer.known()).toEqual([]);
  });

  test('never goes to ourselves, however we hear of us', () => {
    const { host, peer } = recordedPeer();
    host.self = at('10.0.0.9:9005');
    host.remotes.set(A, () => `PEERS: ${formatAddress(host.self)}`);
    peer.start({ starts: [A, host.self], announcePort: 9005 });
    const caller = host.accept(at('10.0.0.9:50000'));
    caller.receive('HELLO 9005\n');
    host.pass(100 * SECOND);
    expect(requestsTo(host, host.self)).toEqual([]);
    expect(requestsTo(host, A).length).toBeGreaterThan(1);
  });

  test('is given up when the peer says nothing', () => {
    const { host, peer, log } = recordedPeer();
    host.remotes.set(A, 'silent');
    host.remotes.set(B, () => MUTE);
    peer.start({ starts: [A, B], announcePort: 0 });
    host.pass(5 * SECOND - 1);
    expect(host.dialled[0]!.destroyed).toBeNull();
    expect(log).not.toContain('settled');
    host.pass(1);
    expect(host.dialled[0]!.destroyed).toBe('timeout');
    expect(host.dialled[1]!.destroyed).toBe('timeout');
    expect(log).toContain('settled');
  });

  test('has its time to dial from when the host could begin to', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(A, 'silent');
    peer.start({ starts: [A], announcePort: 0 });
    const [dialled] = host.dialled;
    // It still waits at the first deadline, is dialled a second later, and has all of its five seconds then.
    dialled!.waitedUs = 5 * SECOND;
    host.pass(5 * SECOND);
    dialled!.waitedUs = 6 * SECOND;
    host.pass(6 * SECOND - 1);
    expect(dialled!.destroyed).toBeNull();
    host.pass(1);
    expect(dialled!.destroyed).toBe('timeout');
  });

  test('of a candidate comes before that of a known peer when the host lets them wait', () => {
    const others = Array.from({ length: 20 }, (_, i) => makeAddress(0x0b00_0000 + i, 9_000));
    const greetOneByOne = (waitedUs: number): number => {
      const { host, peer } = recordedPeer({ greetings: 1, known: 30, refreshUs: 200 * SECOND });
      host.otherwise = 'silent';
      peer.start({ starts: [A], announcePort: 0 });
      for (let i = 0; i < 21; i++) {
        const greeting = host.dialled.at(-1)!;
        greeting.waitedUs = waitedUs;
        host.pass(2 * SECOND);
        greeting.open();
        greeting.receive(encodePeers(others));
        greeting.receiveEnd();
        greeting.close('end');
        host.run();
      }
      return peer.known().length;
    };
    expect(greetOneByOne(2 * SECOND)).toBe(21);
    // Where there are files enough, known peers may have news.
    expect(greetOneByOne(0)).toBeLessThan(21);
  });

  test('has waited before it was dialled, and is not waited for longer once it is open', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(A, () => MUTE);
    peer.start({ starts: [A], announcePort: 0 });
    host.dialled[0]!.waitedUs = 3 * SECOND;
    host.run();
    host.pass(5 * SECOND - 1);
    expect(host.dialled[0]!.destroyed).toBeNull();
    host.pass(1);
    expect(host.dialled[0]!.destroyed).toBe('timeout');
  });

  test('is answered by garbage without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const { host, peer, log } = recordedPeer();
        host.remotes.set(A, () => bytes);
        peer.start({ starts: [A], announcePort: 9005 });
        host.pass(SECOND);
        expect(peer.known()).toEqual([]);
        expect(log).toContain('settled');
      }),
    );
  });

  test('no more are under way at once than the budget', () => {
    const { host, peer } = recordedPeer({ greetings: 8 });
    host.otherwise = 'silent';
    const starts = Array.from({ length: 100 }, (_, i) => makeAddress(0x0b00_0000 + i, 9_000));
    peer.start({ starts, announcePort: 0 });
    host.pass(60 * SECOND);
    expect(host.mostLive).toBe(8);
    expect(new Set(host.dialled.map(({ remote }) => remote)).size).toBe(100);
  });
});

describe('before its start', () => {
  test('a peer greets nobody, not even one that announces itself', () => {
    const { host, peer } = recordedPeer();
    const caller = host.accept(at('10.0.0.2:50000'));
    caller.receive('HELLO 9002\n');
    host.pass(10 * SECOND);
    expect(caller.text).toBe('PEERS: ');
    expect(host.dialled).toEqual([]);
    host.otherwise = () => 'PEERS: ';
    peer.start({ starts: [], announcePort: 9005 });
    host.pass(SECOND);
    expect(requestsTo(host, B)[0]).toBe('HELLO 9005');
  });

  test('a starting address that announced itself is a starting address all the same', () => {
    const { host, peer, log } = recordedPeer();
    const caller = host.accept(at('10.0.0.2:50000'));
    caller.receive('HELLO 9002\n');
    peer.start({ starts: [B], announcePort: 9005 });
    host.run();
    expect(log).toContain('settled');
    host.pass(1_000 * SECOND);
    expect(dialTimes(host, B).length).toBeGreaterThan(10);
  });
});

describe('staying in touch', () => {
  test('the pauses before an address that does not answer grow, up to a limit', () => {
    const { host, peer } = recordedPeer();
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(600 * SECOND);
    const times = dialTimes(host, A);
    const pauses = times.slice(1).map((time, i) => time - times[i]!);
    expect(pauses.length).toBeGreaterThan(8);
    for (let i = 0; i < pauses.length; i++) {
      const expected = Math.min(2 ** (i + 1) * SECOND, 60 * SECOND);
      expect(pauses[i]! / expected).toBeGreaterThanOrEqual(0.8);
      expect(pauses[i]! / expected).toBeLessThanOrEqual(1.2);
    }
  });

  test('an address that was only heard of is forgotten after some failures', () => {
    const { host, peer } = recordedPeer({ failures: 3 });
    let isTold = false;
    host.remotes.set(A, () => {
      const list = isTold ? 'PEERS: ' : `PEERS: ${formatAddress(B)}`;
      isTold = true;
      return list;
    });
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(600 * SECOND);
    expect(requestsTo(host, B)).toHaveLength(3);
    expect(peer.discovery.book.get(B)).toBeUndefined();
  });

  test('a peer that stops answering leaves the list at the first failure', () => {
    const { host, peer, log } = recordedPeer();
    host.otherwise = () => 'PEERS: ';
    peer.start({ starts: [A, C], announcePort: 0 });
    host.pass(SECOND);
    expect(listOf(host)).toBe('PEERS: 10.0.0.1:9001 10.0.0.3:9003');
    host.remotes.set(A, 'refused');
    // A refresh of 20 s, and a fifth.
    host.pass(25 * SECOND);
    expect(listOf(host)).toBe('PEERS: 10.0.0.3:9003');
    expect(log.filter((line) => line === `lost ${A}`)).toHaveLength(1);
    host.remotes.set(A, () => 'PEERS: ');
    host.pass(120 * SECOND);
    expect(peer.known()).toEqual(expect.arrayContaining([A, C]));
  });

  test('a peer that teaches nothing new is greeted ever more seldom', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(A, () => 'PEERS: ');
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(300 * SECOND);
    const times = dialTimes(host, A);
    const pauses = times.slice(1).map((time, i) => time - times[i]!);
    expect(pauses[0]).toBeLessThan(SECOND);
    for (const pause of pauses.slice(8)) {
      expect(pause).toBeGreaterThanOrEqual(16 * SECOND);
      expect(pause).toBeLessThanOrEqual(24 * SECOND);
    }
  });

  test('a peer with a full book greets nobody twice before it is time to see whether they still live', () => {
    const { host, peer } = recordedPeer({ known: 4 });
    const all = Array.from({ length: 4 }, (_, i) => makeAddress(0x0b00_0000 + i, 9_000));
    host.otherwise = () => encodePeers(all);
    peer.start({ starts: [all[0]!], announcePort: 0 });
    host.pass(15 * SECOND);
    expect(peer.known()).toHaveLength(4);
    for (const one of all) expect(dialTimes(host, one)).toHaveLength(1);
    host.pass(15 * SECOND);
    for (const one of all) expect(dialTimes(host, one)).toHaveLength(2);
  });

  test('a peer that has lost one asks the others for new ones at their next greeting', () => {
    const { host, peer } = recordedPeer({ known: 2 });
    host.remotes.set(A, () => encodePeers([B]));
    host.remotes.set(B, () => encodePeers([A]));
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(SECOND);
    expect(peer.known()).toEqual([A, B]);
    host.remotes.set(A, () => encodePeers([B, C]));
    host.remotes.set(B, 'refused');
    host.remotes.set(C, () => 'PEERS: ');
    host.pass(60 * SECOND);
    expect(peer.known()).toEqual([A, C]);
  });

  test('a stopped peer greets nobody any more', () => {
    const { host, peer } = recordedPeer();
    host.otherwise = () => 'PEERS: ';
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(SECOND);
    peer.stop();
    const before = host.dialled.length;
    host.pass(300 * SECOND);
    expect(host.dialled).toHaveLength(before);
  });
});

function fresh(number: number): string {
  return `20.0.${number >> 8}.${number & 255}:7000`;
}
