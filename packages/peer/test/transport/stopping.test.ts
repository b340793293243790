import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createPeer, type RunningPeer } from '../../src/create-peer.ts';
import { makeAddress, parseIp, type Address } from '../../src/protocol/address.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Takes every request and says nothing. */
async function mutePeer(): Promise<Address> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on('error', () => {}).resume());
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
