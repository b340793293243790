import { describe, expect, test } from 'vitest';
import { SECOND, dialTimes, recordedPeer } from '../recorded-peer.ts';
import { at } from '../recording-host.ts';

const A = at('10.0.0.1:9001');
const B = at('10.0.0.2:9002');
const HOUR = 3_600 * SECOND;

describe('a remembered peer', () => {
  test('is greeted at the start, and known when it answers', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(A, () => 'PEERS: ');
    peer.start({ starts: [], remembered: [A], announcePort: 0 });
    host.pass(SECOND);
    expect(peer.known()).toEqual([A]);
  });

  test('that does not answer is forgotten, while a starting address is tried for ever', () => {
    const { host, peer } = recordedPeer();
    peer.start({ starts: [B], remembered: [A], announcePort: 0 });
    host.pass(HOUR);
    const soFar = dialTimes(host, B).length;
    expect(dialTimes(host, A)).toHaveLength(3);
    host.pass(HOUR);
    expect(dialTimes(host, A)).toHaveLength(3);
    expect(dialTimes(host, B).length).toBeGreaterThan(soFar + 30);
  });

  test('does not keep anybody waiting for the end of the first greetings', () => {
    const { host, peer, log } = recordedPeer();
    host.remotes.set(A, 'silent');
    peer.start({ starts: [], remembered: [A], announcePort: 0 });
    expect(log).toContain('settled');
  });
});

describe('other starting addresses', () => {
  test('are greeted at once, and those from before are forgotten when they fail', () => {
    const { host, peer } = recordedPeer();
    host.remotes.set(B, () => 'PEERS: ');
    peer.start({ starts: [A], announcePort: 0 });
    host.pass(HOUR);
    peer.discovery.setStarts([B]);
    host.pass(SECOND);
    expect(peer.known()).toEqual([B]);
    host.pass(HOUR);
    const soFar = dialTimes(host, A).length;
    host.pass(HOUR);
    expect(dialTimes(host, A)).toHaveLength(soFar);
  });

  test('are not greeted by a peer that has stopped', () => {
    const { host, peer } = recordedPeer();
    peer.start({ starts: [], announcePort: 0 });
    peer.stop();
    peer.discovery.setStarts([A]);
    host.pass(SECOND);
    expect(dialTimes(host, A)).toEqual([]);
  });
});

test('other bounds hold for who comes from then on', () => {
  const { host, peer } = recordedPeer();
  for (const address of [A, B]) host.remotes.set(address, () => 'PEERS: ');
  peer.start({ starts: [A], announcePort: 0 });
  host.pass(SECOND);
  peer.discovery.book.setBounds(1, 10);
  peer.discovery.announced(B);
  host.pass(SECOND);
  expect(peer.known()).toEqual([A]);
});
