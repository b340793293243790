import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createPeer } from '../../src/create-peer.ts';
import type { RunningPeer } from '../../src/running-peer.ts';
import { makeAddress, parseIp, type Address } from '../../src/protocol/address.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

/** Takes every request and says nothing, or `beginning` and no more. */
async function mutePeer(beginning?: Uint8Array): Promise<Address> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on('error', () => {}).resume());
    if (beginning !== undefined) socket.write(beginning);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return makeAddress(parseIp('127.0.0.1')!, (server.address() as AddressInfo).port);
}

async function asker(): Promise<RunningPeer> {
  const peer = await createPeer({ images: await temporaryFolder(), port: null });
  peer.start([]);
  return peer;
}

test('a peer that is stopped twice at once ends for both', async () => {
  const peer = await asker();
  const { result } = peer.fetch('a.png', await mutePeer());
  const stops = [peer.stop(60_000), peer.stop(0)];
  await Promise.all(stops);
  expect((await result).outcome).toBe('cancelled');
});

test('a fetch after the stop, or while it goes on, is cancelled at once', async () => {
  const [peer, mute] = [await asker(), await mutePeer()];
  const stopped = peer.stop(60_000);
  expect((await peer.fetch('a.png', mute).result).outcome).toBe('cancelled');
  await stopped;
  expect((await peer.fetch('a.png').result).outcome).toBe('cancelled');
  expect(peer.status().fetches).toBe(0);
});

test('a peer that has stopped has left nothing of what it was receiving', async () => {
  const images = await temporaryFolder();
  const files = (): string[] => readdirSync(images);
  const peer = await createPeer({ images, port: null });
  peer.start([]);
  const beginning = new Uint8Array(4 * 1_024 * 1_024);
  beginning.set(new TextEncoder().encode('RES: '));
  const { result } = peer.fetch('a.png', await mutePeer(beginning));
  await until(() => files().length === 1, 'a part is there');
  await peer.stop();
  expect(files()).toEqual([]);
  expect((await result).outcome).toBe('cancelled');
});
