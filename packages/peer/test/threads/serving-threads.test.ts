// Whole peers with several threads, on loopback. The system decides which thread answers which connection, by the
// caller's port; over so many connections each thread has some.
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPeer, type CreatePeerOptions } from '../../src/create-peer.ts';
import type { RunningPeer } from '../../src/running-peer.ts';
import { DEFAULT_LIMITS } from '../../src/core/options.ts';
import { portOf, type Address } from '../../src/protocol/address.ts';
import { ThreadLink } from '../../src/threads/thread-link.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

const LOOPBACK = '127.0.0.1';
const CALLS = 64;

// Elsewhere there is nothing to try but the sentence.
const sharing = process.platform === 'linux' ? describe : describe.skip;

async function peerWith(options: Partial<CreatePeerOptions>): Promise<RunningPeer> {
  const images = options.images ?? (await temporaryFolder());
  await writeFile(join(images, 'cat.png'), 'the cat');
  const peer = await createPeer({ images, port: 0, host: LOOPBACK, ...options });
  onTestFinished(() => peer.stop());
  return peer;
}

async function ask(address: Address, request: string): Promise<string> {
  const socket = connect({ host: LOOPBACK, port: portOf(address) });
  socket.end(request);
  let answer = '';
  for await (const bytes of socket) answer += String(bytes);
  return answer;
}

function askOften(address: Address, request: string): Promise<string[]> {
  return Promise.all(Array.from({ length: CALLS }, () => ask(address, request)));
}

sharing('a peer with three threads', () => {
  test('answers everybody, and its observer and status have all of it', async () => {
    const served = new Set<Address>();
    const counts = new Map<string, number>();
    const peer = await peerWith({
      threads: 3,
      observer: {
        onServed: (remote) => served.add(remote),
        onMessage: (type) => counts.set(type, (counts.get(type) ?? 0) + 1),
      },
    });
    expect(new Set(await askOften(peer.address, 'REQ: cat.png'))).toEqual(
      new Set(['RES: the cat']),
    );
    await until(() => served.size === CALLS && counts.get('RES') === CALLS);
    expect(Object.fromEntries(counts)).toEqual({ REQ: CALLS, RES: CALLS });
    await until(() => peer.status().accepted === 0);
    expect(peer.status().sentBytes).toBe(CALLS * 'RES: the cat'.length);
    expect(peer.status().receivedBytes).toBe(CALLS * 'REQ: cat.png'.length);
  });

  test('lists the same peers from every thread, and greets those that any thread hears of', async () => {
    const peer = await peerWith({ threads: 3 });
    const others = await Promise.all(Array.from({ length: 4 }, () => peerWith({})));
    peer.start([]);
    for (const other of others) other.start([peer.address]);
    await until(() => peer.known().length === others.length);
    const expected = others.map(({ address }) => portOf(address)).sort();
    await until(async () => {
      const answers = await askOften(peer.address, 'HELLO');
      return answers.every((answer) => String(portsIn(answer)) === String(expected));
    });
  });

  test('serves an image that is new in the folder', async () => {
    const images = await temporaryFolder();
    const peer = await peerWith({ threads: 2, images });
    await askOften(peer.address, 'REQ: cat.png');
    await writeFile(join(images, 'dog.png'), 'the dog');
    await until(async () => {
      const answers = await askOften(peer.address, 'REQ: dog.png');
      return answers.every((answer) => answer === 'RES: the dog');
    });
  });

  test('takes its new limits to all threads', async () => {
    const refused: string[] = [];
    const peer = await peerWith({
      threads: 3,
      observer: { onRefused: (_remote, code) => refused.push(code) },
    });
    peer.setLimits({ requestTimeoutUs: 1_000 });
    await until(async () => {
      refused.length = 0;
      await Promise.all(Array.from({ length: CALLS }, () => saySilence(peer.address)));
      return refused.length > 0;
    });
    // None of them waited for the fifteen seconds of a thread that was not told.
    await until(() => refused.filter((code) => code === 'request-timeout').length === CALLS);
  });

  test('keeps its port for itself, also against another with threads', async () => {
    const peer = await peerWith({ threads: 2 });
    const port = portOf(peer.address);
    for (const threads of [1, 2]) {
      await expect(peerWith({ threads, port })).rejects.toMatchObject({ code: 'PEER_PORT_IN_USE' });
    }
  });

  test('has its port free again when it has stopped', async () => {
    const peer = await peerWith({ threads: 3 });
    await peer.stop();
    const again = await peerWith({ threads: 1, port: portOf(peer.address) });
    expect(await ask(again.address, 'REQ: cat.png')).toBe('RES: the cat');
  });

  test('finishes the replies of all threads when it stops', async () => {
    const images = await temporaryFolder();
    const sizeBytes = 16 * 1_024 * 1_024;
    await writeFile(join(images, 'large.png'), Buffer.alloc(sizeBytes));
    const peer = await peerWith({ threads: 2, images });
    const sockets = Array.from({ length: 16 }, () => {
      const socket = connect({ host: LOOPBACK, port: portOf(peer.address) });
      socket.end('REQ: large.png');
      return socket;
    });
    await Promise.all(sockets.map((each) => new Promise((done) => each.once('readable', done))));
    const stopped = peer.stop(30_000);
    const sizes = await Promise.all(
      sockets.map(async (socket) => {
        let count = 0;
        for await (const bytes of socket) count += (bytes as Buffer).length;
        return count;
      }),
    );
    await stopped;
    expect(new Set(sizes)).toEqual(new Set([sizeBytes + 'RES: '.length]));
  });
});

function portsIn(answer: string): number[] {
  return [...answer.matchAll(/:(\d+)/g)].map(([, port]) => Number(port)).sort();
}

/** Connects and says nothing. Resolves when the connection is over. */
async function saySilence(address: Address): Promise<void> {
  const socket = connect({ host: LOOPBACK, port: portOf(address) }).resume();
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

sharing('a thread', () => {
  test('that ends by itself is spoken of, and the others go on', async () => {
    const peer = await peerWith({ threads: 2 });
    const bugs: unknown[] = [];
    const link = await linkBeside(peer, bugs);
    // As if it had died: nobody has asked for it.
    link.tell({ do: 'stop', withinMs: 0 });
    await until(() => bugs.length > 0);
    expect(String(bugs)).toContain('the peer goes on without it');
    expect(link.status.accepted).toBe(0);
    expect(new Set(await askOften(peer.address, 'REQ: cat.png'))).toEqual(
      new Set(['RES: the cat']),
    );
  });

  test('that cannot serve the folder says so, and is no bug', async () => {
    const peer = await peerWith({ threads: 2 });
    const bugs: unknown[] = [];
    const link = linkBeside(peer, bugs, join(peer.folder.path, 'none'));
    await expect(link).rejects.toMatchObject({ code: 'ENOENT' });
    expect(bugs).toEqual([]);
  });
});

/** One more thread beside those of a peer, once it listens. */
async function linkBeside(
  peer: RunningPeer,
  bugs: unknown[],
  images: string = peer.folder.path,
): Promise<ThreadLink> {
  const owner = {
    observer: {},
    onBug: (error: unknown) => bugs.push(error),
    peersMessage: () => new Uint8Array(),
    onAnnounced() {},
  };
  const setting = { images, address: peer.address, limits: DEFAULT_LIMITS, threads: 2 };
  const link = new ThreadLink({ ...setting, observed: [], peers: new Uint8Array() }, owner);
  onTestFinished(() => link.stop(0));
  await link.listening;
  return link;
}
