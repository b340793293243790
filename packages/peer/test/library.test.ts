// The peer as a library: signals, events, several in one process. The page that tells of it is docs/library.md.
import { EventEmitter, getEventListeners, once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createPeer,
  portOf,
  type CreatePeerOptions,
  type PeerEvents,
  type RunningPeer,
} from '../src/index.ts';
import { Program } from './program.ts';
import { IMAGES, ROOT, temporaryFolder } from './temporary-folder.ts';
import { until } from './waiting.ts';

const host = '127.0.0.1';
const EXAMPLE = join(ROOT, 'packages/peer/examples/two-peers.ts');

async function peerWith(options: Partial<CreatePeerOptions> = {}): Promise<RunningPeer> {
  const images = options.images ?? (await temporaryFolder());
  const peer = await createPeer({ images, port: 0, host, ...options });
  onTestFinished(() => peer.stop());
  return peer;
}

/** A peer in the middle of a reply that its reader does not take. */
async function stuckPeer(options: Partial<CreatePeerOptions> = {}): Promise<RunningPeer> {
  const images = await temporaryFolder();
  await writeFile(join(images, 'large.png'), Buffer.alloc(64 * 1_024 * 1_024));
  const peer = await peerWith({ ...options, images });
  const socket = connect({ host, port: portOf(peer.address) }).on('error', () => {});
  onTestFinished(() => void socket.destroy());
  socket.end('REQ: large.png');
  await once(socket, 'readable');
  return peer;
}

describe('the example of the page', () => {
  test('is the file that is run here', async () => {
    const page = await readFile(join(ROOT, 'docs/library.md'), 'utf8');
    expect(/```ts\n([^]*?)```/.exec(page)![1]).toBe(await readFile(EXAMPLE, 'utf8'));
  });

  test('fetches a picture', async () => {
    const mine = await temporaryFolder();
    const example = new Program(process.execPath, [EXAMPLE, IMAGES, mine, 'aurora.avif'], mine);
    expect([await example.ended, example.stderr]).toEqual([0, '']);
    expect(example.stdout).toMatch(
      /^sent aurora\.avif, 41896 bytes\nsaved received_aurora\.avif from 127\.0\.0\.1:\d+, whole\n$/,
    );
  });
});

describe('a signal for createPeer', () => {
  test('that is aborted already has it reject with its reason', async () => {
    const reason = new Error('not any more');
    const signal = AbortSignal.abort(reason);
    await expect(peerWith({ signal })).rejects.toBe(reason);
  });

  test('that is aborted while it opens leaves nothing open', async () => {
    const free = await peerWith();
    const port = portOf(free.address);
    await free.stop();
    const controller = new AbortController();
    const peer = peerWith({ signal: controller.signal, port });
    controller.abort();
    await expect(peer).rejects.toMatchObject({ name: 'AbortError' });
    expect(portOf((await peerWith({ port })).address)).toBe(port);
  });

  test('that is aborted later stops the peer, and is let go of when that stops before', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const [peer, other] = [await peerWith({ signal }), await peerWith({ signal })];
    await other.stop();
    expect(getEventListeners(signal, 'abort').length).toBe(1);
    const { result } = peer.fetch('cat.png');
    controller.abort();
    expect((await result).outcome).toBe('cancelled');
    expect(getEventListeners(signal, 'abort').length).toBe(0);
    const again = await peerWith({ port: portOf(peer.address) });
    expect(again.address).toBe(peer.address);
  });
});

describe('a signal for a fetch', () => {
  test('gives up that fetch alone, and is let go of at the end', async () => {
    const peer = await peerWith({ port: null });
    const controller = new AbortController();
    const other = peer.fetch('cat.png');
    const { result } = peer.fetch('cat.png', undefined, { signal: controller.signal });
    controller.abort();
    expect((await result).outcome).toBe('cancelled');
    expect(getEventListeners(controller.signal, 'abort').length).toBe(0);
    expect(peer.status().fetches).toBe(1);
    other.cancel();
  });

  test('may be aborted already', async () => {
    const peer = await peerWith({ port: null });
    const { result } = peer.fetch('cat.png', undefined, { signal: AbortSignal.abort() });
    expect((await result).outcome).toBe('cancelled');
  });

  test('is not needed on a peer that has stopped', async () => {
    const peer = await peerWith({ port: null });
    await peer.stop();
    expect((await peer.fetch('cat.png').result).outcome).toBe('cancelled');
  });
});

describe('stopping', () => {
  test.each([1, 2])(
    'with %i threads waits for a reply until its signal is aborted',
    async (threads) => {
      const peer = await stuckPeer({ threads });
      const controller = new AbortController();
      const stopped = peer.stop(60_000, controller.signal);
      controller.abort();
      await stopped;
      expect(getEventListeners(controller.signal, 'abort').length).toBe(0);
    },
  );

  test('again with less time ends the first one too', async () => {
    const peer = await stuckPeer();
    const first = peer.stop(60_000);
    await peer.stop();
    await first;
  });

  test('is done at the end of a block', async () => {
    let port: number;
    {
      await using peer = await peerWith();
      port = portOf(peer.address);
    }
    await peerWith({ port });
  });
});

describe('events', () => {
  test('tell both sides of a fetch, each its own', async () => {
    const images = await temporaryFolder();
    await copyFile(join(IMAGES, 'aurora.avif'), join(images, 'aurora.avif'));
    const [giving, asking] = [recorded(), recorded()];
    const giver = await peerWith({ images, events: giving.events });
    const asker = await peerWith({ port: null, events: asking.events });
    giver.start([]);
    asker.start([giver.address]);
    await until(() => asker.known().length === 1);
    const { elapsedUs, transferUs } = await asker.fetch('aurora.avif').result;
    expect(elapsedUs).toBeGreaterThanOrEqual(transferUs);
    await until(() => giver.status().accepted === 0);
    const [address, from, sizeBytes] = [giver.address, giver.address, 41_896];
    expect(asking.told).toEqual([
      ['reached', { address }],
      ['settled', undefined],
      ['attempt', { address, outcome: 'found' }],
      [
        'fetched',
        { name: 'aurora.avif', outcome: 'found', from, sizeBytes, elapsedUs: expect.any(Number) },
      ],
    ]);
    expect(giving.told.find(([name]) => name === 'served')![1]).toMatchObject({
      name: 'aurora.avif',
      sizeBytes,
    });
    expect(giving.told.filter(([name]) => name === 'closed').length).toBe(2);
  });

  test('come beside what an observer is told', async () => {
    const { events, told } = recorded();
    const messages: string[] = [];
    const refused: string[] = [];
    class Observer {
      onMessage(type: string): void {
        messages.push(type);
      }
      onRefused(_remote: number, code: string): void {
        refused.push(code);
      }
    }
    const peer = await peerWith({ events, observer: new Observer() });
    const socket = connect({ host, port: portOf(peer.address) });
    socket.end('REQ: ../cat.png');
    await once(socket.resume(), 'close');
    await until(() => told.some(([name]) => name === 'closed'));
    expect(refused).toEqual(['bad-name']);
    expect(told[0]).toMatchObject(['refused', { code: 'bad-name' }]);
    expect(messages).toEqual(['REQ', 'ERR']);
  });
});

/** An emitter, and what it has emitted. */
function recorded() {
  const events = new EventEmitter<PeerEvents>();
  const told: [keyof PeerEvents, unknown][] = [];
  for (const name of [
    'reached',
    'lost',
    'settled',
    'served',
    'refused',
    'attempt',
    'fetched',
    'closed',
  ] as const) {
    events.on(name, (event?: unknown) => told.push([name, event]));
  }
  return { events, told };
}
