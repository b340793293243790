import { DEFAULT_LIMITS, Peer, type FetchResult } from '@imagemesh/peer';
import { describe, expect, test } from 'vitest';
import { Content } from '../../src/virtual/content.ts';
import type { VirtualHost } from '../../src/virtual/virtual-host.ts';
import { World } from '../../src/virtual/world.ts';

const SECOND = 1_000_000;
const MIB = 1_024 * 1_024;

/** Three peers that know one another; the last two own `big.bin`, which takes 8 s to send. */
class Three {
  readonly world: World = new World(
    1,
    {
      latencyUs: 10_000,
      jitterUs: 0,
      bandwidthBytesPerSecond: MIB,
      loss: 0,
      segments: 'natural',
    },
    true,
  );
  readonly hosts: readonly VirtualHost[];
  readonly peers: readonly Peer[];

  constructor() {
    this.world.catalog.add('big.bin', Content.of(new Uint8Array(8 * MIB).fill(7)));
    this.hosts = [[], ['big.bin'], ['big.bin']].map((names) => this.world.addHost(names));
    this.peers = this.hosts.map((host) => {
      const peer = new Peer(host, DEFAULT_LIMITS);
      host.handler = peer;
      return peer;
    });
    for (const [i, peer] of this.peers.entries()) {
      const starts = this.hosts.filter((_, other) => other !== i).map((host) => host.address);
      peer.start({ starts, announcePort: 9_000 });
    }
    this.pass(SECOND);
  }

  pass(us: number): void {
    const untilUs = this.world.nowUs + us;
    this.world.at(untilUs, () => {});
    while (this.world.nowUs < untilUs) this.world.step();
  }

  /** Number of the peer that sends to the first one. */
  server(): number {
    return this.peers.findIndex((peer) => peer.servingCount > 0);
  }
}

describe('a host that loses its power', () => {
  test('in the middle of a reply is left for another owner', () => {
    const three = new Three();
    let result: FetchResult | undefined;
    three.peers[0]!.fetch('big.bin', null, (ended) => (result = ended));
    three.pass(3 * SECOND);
    const dead = three.server();
    three.world.fates.powerOff(three.hosts[dead]!);
    three.pass(3 * SECOND);
    // Nobody has told the reader.
    expect(result).toBeUndefined();
    three.pass(60 * SECOND);
    expect(result).toMatchObject({ outcome: 'found', image: { sizeBytes: 8 * MIB } });
    expect(result!.attempts.map((one) => one.outcome)).toEqual(['timeout', 'found']);
  });

  test('while it reads is cut off by its sender', () => {
    const three = new Three();
    three.peers[0]!.fetch('big.bin', null, () => {
      throw new Error('a dead peer was told of the end of its fetch');
    });
    three.pass(3 * SECOND);
    const server = three.peers[three.server()]!;
    three.world.fates.powerOff(three.hosts[0]!);
    three.pass(60 * SECOND);
    expect(server.servingCount).toBe(1);
    three.pass(300 * SECOND);
    expect(server.servingCount).toBe(0);
  });

  test('is forgotten by those that knew it, and called on in vain', () => {
    const three = new Three();
    const [first, , last] = three.hosts;
    expect(three.peers[0]!.known()).toContain(last!.address);
    three.world.fates.powerOff(last!);
    three.pass(60 * SECOND);
    expect(three.peers[0]!.known()).toEqual([three.hosts[1]!.address]);
    const closes: string[] = [];
    const nothing = (): void => {};
    first!.dial(last!.address, {
      onOpen: () => closes.push('open'),
      onClose: (cause) => closes.push(cause),
      onData: nothing,
      onEnd: nothing,
      onDrain: nothing,
      onImageSent: nothing,
      onBody: nothing,
      onBodyFailed: nothing,
    });
    three.pass(126 * SECOND);
    expect(closes).toEqual([]);
    three.pass(2 * SECOND);
    expect(closes).toEqual(['timeout']);
  });

  test('does nothing more itself', () => {
    const three = new Three();
    const dead = three.hosts[2]!;
    let told = 0;
    dead.handler = { onAlarm: () => told++, onAccept: () => expect.unreachable() };
    three.world.fates.powerOff(dead);
    dead.setAlarm(three.world.nowUs + SECOND);
    three.pass(300 * SECOND);
    expect(told).toBe(0);
  });
});
