import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { makeAddress, parseIp, portOf, type Address } from '../../src/protocol/address.ts';
import { ImageFolder } from '../../src/storage/image-folder.ts';
import { NodeHost } from '../../src/transport/node-host.ts';
import { makeFolder, removeFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';
import type { ContractWorld } from './contract-world.ts';
import { hostContract } from './host.contract.ts';

const LOOPBACK = parseIp('127.0.0.1')!;

hostContract('Node', async (): Promise<ContractWorld> => {
  const hosts: NodeHost[] = [];
  const folders: string[] = [];
  // Every accepted socket, by the caller's port: the port itself gives no way to break one.
  const sockets = new Map<number, Socket>();
  const onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    sockets.set(socket.remotePort!, socket);
  };
  subscribe('net.server.socket', onSocket);
  return {
    nobody: makeAddress(LOOPBACK, 1) satisfies Address,

    async addHost(images, handler) {
      const folder = await makeFolder();
      folders.push(folder);
      for (const [name, bytes] of Object.entries(images)) {
        await writeFile(join(folder, name), bytes);
      }
      const bugs: unknown[] = [];
      const host = new NodeHost({
        folder: await ImageFolder.open(folder),
        onBug: (error) => bugs.push(error),
      });
      hosts.push(host);
      host.attach(handler);
      const address = await host.listen(LOOPBACK, 0);
      return {
        host,
        address,
        bugs,
        files: () => new Map(readdirSync(folder).flatMap((name) => readIfThere(folder, name))),
        fail: ({ remote }) => sockets.get(portOf(remote))!.resetAndDestroy(),
      };
    },

    until: (condition) => until(condition),

    async close() {
      await Promise.all(hosts.map((host) => host.close()));
      unsubscribe('net.server.socket', onSocket);
      await Promise.all(folders.map(removeFolder));
    },
  };
});

/** A temporary file may go between the look at its folder and the look at itself. */
function readIfThere(folder: string, name: string): [string, Buffer][] {
  try {
    return [[name, readFileSync(join(folder, name))]];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
