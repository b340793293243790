import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CloseCause } from '../../src/core/host.ts';
import type { PeerLimits } from '../../src/core/options.ts';
import { createPeer } from '../../src/create-peer.ts';
import type { RunningPeer } from '../../src/running-peer.ts';
import { portOf } from '../../src/protocol/address.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

const LENGTH = 32 * 1_024 * 1_024;

interface Slow {
  readonly peer: RunningPeer;
  /** Has asked for an image, got its first bytes and reads no more. */
  readonly socket: Socket;
  readonly closed: CloseCause[];
}

/** A peer with an image too large for the kernel to take in, and somebody who does not read it. */
async function slowReader(limits: Partial<PeerLimits>): Promise<Slow> {
  const images = await temporaryFolder();
  await writeFile(join(images, 'large.tiff'), 'II*\0');
  await truncate(join(images, 'large.tiff'), LENGTH);
  const closed: CloseCause[] = [];
  const peer = await createPeer({
    images,
    port: 0,
    host: '127.0.0.1',
    limits,
    observer: { onServingClosed: (_remote, cause) => closed.push(cause) },
  });
  onTestFinished(() => peer.stop());
  const socket = connect({ host: '127.0.0.1', port: portOf(peer.address) });
  onTestFinished(() => void socket.destroy());
  socket.write('REQ: large.tiff');
  await once(socket, 'readable');
  return { peer, socket, closed };
}

/** Reads on; how the stream ended, and whether all had arrived. */
async function readToEnd(socket: Socket): Promise<string> {
  let count = 0;
  try {
    for await (const bytes of socket) count += (bytes as Buffer).length;
    return count === LENGTH + 5 ? 'whole' : 'a part that ends as if it were the whole';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code!;
  }
}

describe('an image that is broken off', () => {
  test('because its reader takes no more ends in a reset, at once', async () => {
    const { socket, closed } = await slowReader({ stallUs: 300_000 });
    await until(() => closed.length === 1, 'the connection has closed');
    expect(closed).toEqual(['timeout']);
    expect(await readToEnd(socket)).toBe('ECONNRESET');
  });

  test('because the peer stops ends in a reset', async () => {
    const { peer, socket } = await slowReader({});
    await peer.stop();
    expect(await readToEnd(socket)).toBe('ECONNRESET');
  });

  test('is not, when its reader goes on within the time that a stopping peer grants', async () => {
    const { peer, socket } = await slowReader({});
    const stopped = peer.stop(10_000);
    expect(await readToEnd(socket)).toBe('whole');
    await stopped;
  });
});
