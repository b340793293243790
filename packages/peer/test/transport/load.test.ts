import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Program } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MIB = 1_024 * 1_024;

/** What 200 readers may cost, beside the peer at rest. */
const MOST_BYTES = 160 * MIB;

async function serve(folder: string): Promise<{ program: Program; port: number }> {
  const script = join(import.meta.dirname, 'serve.ts');
  const program = new Program(process.execPath, [script, folder], folder);
  const [, port] = await program.says(/port (\d+)\n/);
  return { program, port: Number(port) };
}

interface Memory {
  readonly rss: number;
  readonly peak: number;
}

async function memory(program: Program): Promise<Memory> {
  program.stdout = '';
  program.write('\n');
  const [, rss, peak] = await program.says(/rss (\d+) peak (\d+)\n/);
  return { rss: Number(rss), peak: Number(peak) };
}

/** Asks for one image; resolves when the first bytes are here, and reads no more until told. */
async function askSlowly(port: number, name: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(`REQ: ${name}`);
  await once(socket, 'readable');
  return socket;
}

async function countRest(socket: Socket): Promise<number> {
  let count = 0;
  for await (const bytes of socket) count += (bytes as Buffer).length;
  return count;
}

describe('a peer under load', () => {
  test('takes bounded memory for 200 slow readers of 200 images, and serves them all', async () => {
    const folder = await temporaryFolder();
    const names = Array.from({ length: 200 }, (_, i) => `${i}.png`);
    for (const name of names) {
      await writeFile(join(folder, name), name);
      await truncate(join(folder, name), 2 * MIB);
    }
    const { program, port } = await serve(folder);
    const idle = await memory(program);
    const readers = await Promise.all(names.map((name) => askSlowly(port, name)));
    const loaded = await memory(program);
    // Two small buffers each, the big ones of the pool, and what the collector has not taken back yet: 15 to 31 MiB as a
    // rule, 108 once on a busy machine. All images are 400 MiB.
    expect(loaded.peak - idle.rss).toBeLessThan(MOST_BYTES);
    const counts = await Promise.all(readers.map(countRest));
    expect(new Set(counts)).toEqual(new Set([2 * MIB + 5]));
    const after = await memory(program);
    expect(after.peak - idle.rss).toBeLessThan(MOST_BYTES);
    program.endInput();
    expect(await program.ended).toBe(0);
  });

  test('answers each of 1,000 callers that come at once', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'cat.png'), 'the cat');
    const { program, port } = await serve(folder);
    const requests = ['HELLO', 'REQ: cat.png', 'REQ: none.png', 'REQ: ../x\n'];
    const answers = ['PEERS: ', 'RES: the cat', 'ERR: not_found', 'ERR: bad_name'];
    const got = await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => {
        const socket = connect({ host: '127.0.0.1', port });
        socket.write(requests[i % 4]!);
        let answer = '';
        for await (const bytes of socket) answer += String(bytes);
        return answer;
      }),
    );
    for (const [i, answer] of got.entries()) expect(answer).toBe(answers[i % 4]);
    program.endInput();
    expect(await program.ended).toBe(0);
  });
});
