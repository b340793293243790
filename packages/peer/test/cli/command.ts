import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createPeer } from '../../src/create-peer.ts';
import type { RunningPeer } from '../../src/running-peer.ts';
import { formatAddress } from '../../src/protocol/address.ts';
import { Program, type Ending } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { pngOf } from './png.ts';

/** The program that `p2p` starts. */
export const MAIN: string = join(import.meta.dirname, '../../src/cli/main.ts');

/** An address where nobody listens. */
export const NOBODY = '127.0.0.1:1';

/** Starts `p2p` with a pipe for its input. */
export function p2p(cwd: string, ...args: string[]): Program {
  return withVariables(cwd, {}, args);
}

/** What it remembers from one run to the next is no concern of another test, or of whoever runs it. */
function withVariables(
  cwd: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
): Program {
  const all = { XDG_STATE_HOME: join(cwd, '.state'), ...variables };
  const pairs = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  return new Program('env', [...pairs, process.execPath, MAIN, ...args], cwd);
}

/** How a run of `p2p` ended and what it wrote. */
export interface Finished {
  readonly ending: Ending;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `p2p` to its end. */
export async function run(cwd: string, args: readonly string[], input = ''): Promise<Finished> {
  return await finished(p2p(cwd, ...args), input);
}

/** The same with variables of the environment. */
export async function runWith(
  cwd: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Finished> {
  return await finished(withVariables(cwd, variables, args), '');
}

async function finished(program: Program, input: string): Promise<Finished> {
  program.write(input);
  program.endInput();
  const ending = await program.ended;
  return { ending, stdout: program.stdout, stderr: program.stderr };
}

/** A peer that has `cat.png` and `dog.png`, and where it listens. */
export async function catPeer(
  starts: readonly number[] = [],
): Promise<{ peer: RunningPeer; at: string; bytes: Uint8Array }> {
  const folder = await temporaryFolder();
  const bytes = pngOf(100_000);
  await writeFile(join(folder, 'cat.png'), bytes);
  await writeFile(join(folder, 'dog.png'), pngOf(2_000, 2));
  const peer = await peerOf(folder, starts);
  return { peer, at: formatAddress(peer.address), bytes };
}

/** A running peer that shares a folder and knows others. */
export async function peerOf(folder: string, starts: readonly number[]): Promise<RunningPeer> {
  const peer = await createPeer({ images: folder, port: 0, host: '127.0.0.1' });
  onTestFinished(() => peer.stop());
  if (starts.length > 0) peer.start(starts);
  return peer;
}

/**
 * Listens, and answers requests as told; greetings with nobody, or as told.
 * @returns its address
 */
export async function fakePeer(
  answer: (socket: Socket, request: string) => void,
  greet: (socket: Socket) => void = (socket) => void socket.end('PEERS: '),
): Promise<string> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      const request = String(bytes);
      if (request.startsWith('HELLO')) greet(socket);
      else answer(socket, request);
    });
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
