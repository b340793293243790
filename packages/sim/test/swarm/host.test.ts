import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LivePeerOptions } from '../../src/runner/live-peer.ts';
import { Host } from '../../src/swarm/host.ts';
import { SILENCE_MS, type AgentCommand, type AgentEvent } from '../../src/swarm/messages.ts';
import { RemotePeer } from '../../src/swarm/remote-peer.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

/** A host with one peer, number 5, and an agent that the test plays. */
class Played {
  readonly told: (AgentCommand | 'drop')[] = [];
  readonly changes: string[] = [];
  readonly crashes: string[] = [];
  readonly host: Host = new Host('one', new Map([[5, '10.0.0.5']]), {
    write: (line) => this.told.push(JSON.parse(line) as AgentCommand),
    drop: () => this.told.push('drop'),
  });

  constructor() {
    this.host.listen({
      onLost: ({ name }) => this.changes.push(`${name} lost`),
      onBack: ({ name }) => this.changes.push(`${name} back`),
    });
  }

  say(event: AgentEvent): void {
    this.host.hear(JSON.stringify(event));
  }

  /** The line is there, and the agent has found its peer. */
  up(): this {
    this.host.up();
    this.pong();
    this.say({ peer: 5, event: 'adopted' });
    return this;
  }

  pong(): void {
    const ping = this.told.findLast((one) => one !== 'drop' && one.do === 'ping') as { id: number };
    this.say({ event: 'pong', id: ping.id, atMs: performance.now() + 1_000, worstLagMs: 3 });
  }

  async start(): Promise<RemotePeer> {
    const events = {
      onReached() {},
      onLost() {},
      onLeft() {},
      onCrash: (how: string) => this.crashes.push(how),
    };
    const { signal } = new AbortController();
    const options = {
      folder,
      host: '10.0.0.5',
      port: 9_000,
      announce: null,
      known: 3,
      events,
      signal,
    };
    const starting = RemotePeer.start('peer-6', 5, this.host, false, {
      ...options,
      isEmptied: false,
    } as unknown as LivePeerOptions);
    this.say({ peer: 5, event: 'listening', address: 77 });
    return await starting;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a host is ready when its agent has found all its peers and told its time', async () => {
  const played = new Played();
  played.host.up();
  expect(played.told).toEqual([
    { do: 'ping', id: 0 },
    { do: 'adopt', peer: 5, ip: '10.0.0.5' },
  ]);
  played.say({ peer: 5, event: 'adopted' });
  expect(played.host.isReady).toBe(false);
  played.pong();
  await played.host.ready;
  expect(played.host.result).toMatchObject({ name: 'one', peers: 1, lost: 0 });
  expect(played.changes).toEqual([]);
});

test('a host that is silent for too long is lost, and called anew', () => {
  const played = new Played().up();
  vi.advanceTimersByTime(SILENCE_MS - 1);
  played.host.ping();
  expect(played.host.silenceMs).toBe(SILENCE_MS - 1);
  expect(played.changes).toEqual([]);
  vi.advanceTimersByTime(2);
  played.host.ping();
  expect(played.changes).toEqual(['one lost']);
  expect(played.told.at(-1)).toBe('drop');
  expect(played.host.silenceMs).toBe(0);
});

test('a host that is lost is back when its agent has found its peers again', () => {
  const played = new Played().up();
  played.host.down();
  expect(played.changes).toEqual(['one lost']);
  played.up();
  expect(played.changes).toEqual(['one lost', 'one back']);
  expect(played.host.result.lost).toBe(1);
});

test('a request is shipped by the clock of its host, and its answer comes by ours', async () => {
  const played = new Played().up();
  const peer = await played.start();
  const dueMs = performance.now() + 500;
  const asking = peer.request('cat.png', dueMs);
  expect(played.told.at(-1)).toMatchObject({ do: 'fetch', peer: 5, id: 0, atMs: dueMs + 1_000 });
  const answer = {
    outcome: 'not-found',
    arrivedMs: dueMs + 1_020,
    from: 0,
    sizeBytes: 0,
    sha256: '',
    attempts: [],
  } as const;
  played.say({ peer: 5, event: 'answer', id: 0, answer });
  expect(await asking).toMatchObject({ outcome: 'not-found', arrivedMs: dueMs + 20 });
});

test('of a peer whose host is lost nobody waits for anything', async () => {
  const played = new Played().up();
  const peer = await played.start();
  const [asking, counting, killing] = [peer.request('cat.png'), peer.counts(), peer.kill()];
  asking.catch(() => {});
  played.host.down();
  await expect(asking).rejects.toThrow('it has ended');
  expect(await counting).toBeNull();
  await killing;
  await expect(peer.request('dog.png')).rejects.toThrow('it has ended');
  expect(played.crashes).toEqual([]);
});

test('a peer that ends by itself is told', async () => {
  const played = new Played().up();
  const peer = await played.start();
  const asking = peer.request('cat.png');
  asking.catch(() => {});
  played.say({ peer: 5, event: 'crash', how: 'ended with exit code 1' });
  expect(played.crashes).toEqual(['ended with exit code 1']);
  await expect(asking).rejects.toThrow('it has ended');
});
