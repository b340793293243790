import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPeer, type CreatePeerOptions } from '../../src/create-peer.ts';
import type { RunningPeer } from '../../src/running-peer.ts';
import { makeAddress, parseIp, type Address } from '../../src/protocol/address.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Only Linux has all of 127.0.0.0/8 without being told to. */
const hasManyLoopbacks = process.platform === 'linux';

const elsewhere = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find((one) => one.family === 'IPv4' && !one.internal)?.address;

interface Listener {
  readonly address: Address;
  /** Who has called, and with what: `127.0.0.1 HELLO 9002`. */
  readonly calls: string[];
  /** The first call. */
  readonly called: Promise<string>;
}

/** Answers every call with an empty list. */
async function listener(host: string): Promise<Listener> {
  const calls: string[] = [];
  const called = Promise.withResolvers<string>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      calls.push(`${socket.remoteAddress} ${String(bytes)}`);
      called.resolve(calls[0]!);
      socket.end('PEERS: ');
    });
  }).listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { address: makeAddress(parseIp(host)!, port), calls, called: called.promise };
}

async function startPeer(options: Partial<CreatePeerOptions>): Promise<RunningPeer> {
  const peer = await createPeer({ images: await temporaryFolder(), port: 0, ...options });
  onTestFinished(() => peer.stop());
  return peer;
}

describe('the port that is announced', () => {
  test('is the one that we listen on', async () => {
    const other = await listener('127.0.0.1');
    const peer = await startPeer({ host: '127.0.0.1' });
    peer.start([other.address]);
    expect(await other.called).toBe(`127.0.0.1 HELLO ${peer.address % 65_536}`);
  });

  test('can be another one', async () => {
    const other = await listener('127.0.0.1');
    const peer = await startPeer({ host: '127.0.0.1', announce: 4_711 });
    peer.start([other.address]);
    expect(await other.called).toBe('127.0.0.1 HELLO 4711');
  });

  test('is then ours too: nobody greets himself', async () => {
    const own = await listener('127.0.0.1');
    const other = await listener('127.0.0.1');
    const peer = await startPeer({ host: '127.0.0.1', announce: own.address % 65_536 });
    // In order: had it greeted itself, that would have come before.
    peer.start([own.address, other.address]);
    await other.called;
    expect(own.calls).toEqual([]);
  });
});

describe.runIf(hasManyLoopbacks)('a peer on an address of its own', () => {
  test('calls from it', async () => {
    const other = await listener('127.0.0.1');
    const peer = await startPeer({ host: '127.44.5.6', announce: false });
    peer.start([other.address]);
    expect(await other.called).toBe('127.44.5.6 HELLO');
  });

  test('leaves it to the system when that address cannot reach the other', async (context) => {
    if (elsewhere === undefined) return context.skip('this machine has no other address');
    const other = await listener(elsewhere);
    const peer = await startPeer({ host: '127.44.5.6', announce: false });
    peer.start([other.address]);
    expect(await other.called).toBe(`${elsewhere} HELLO`);
  });

  test('knows itself at the address that it announces, and tells its port', async () => {
    const own = await listener('127.44.5.7');
    const other = await listener('127.0.0.1');
    const peer = await startPeer({ host: '127.0.0.1', announce: own.address });
    peer.start([own.address, other.address]);
    expect(await other.called).toBe(`127.0.0.1 HELLO ${own.address % 65_536}`);
    expect(own.calls).toEqual([]);
  });
});
