/** Attacks of a peer that ours fetches from, and troubles of the disk that it saves to. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { Arena } from '../arena.ts';
import { unless, type Attack, type Finding } from '../attack.ts';
import { HostilePeer } from '../hostile-peer.ts';
import { P2P, peakOf } from '../peer-process.ts';

/** What a process that fetches one image may take; one that fetches nothing takes some 90 MiB. */
const FETCH_RSS_BYTES = 256 * 1_024 ** 2;

export const REPLY_ATTACKS: readonly Attack[] = [
  {
    name: 'endless-reply',
    about: 'answers with an image that never ends',
    weight: 1,
    run: (arena) => fetchFrom(arena, [['endless', endless]]),
  },
  {
    name: 'other-lengths',
    about: 'answers with half an image, with none, and breaks off in several ways',
    weight: 2,
    run: (arena) => fetchFrom(arena, OTHER_LENGTHS),
  },
  {
    name: 'full-disk',
    about: 'sends an image that there is no room for (a limit on the size of files)',
    weight: 1,
    run: fullDisk,
  },
];

type Answer = (socket: Socket) => void;

const PICTURE = makePicture();
const HALF = PICTURE.subarray(0, PICTURE.length / 2);

const OTHER_LENGTHS: readonly (readonly [string, Answer])[] = [
  ['half', (socket) => socket.end(withHead(HALF))],
  ['half, then reset', (socket) => socket.write(withHead(HALF), () => socket.resetAndDestroy())],
  ['nothing behind RES:', (socket) => socket.end('RES: ')],
  ['half of RES:', (socket) => socket.end('RE')],
  ['a promised length', (socket) => socket.end('RES: 1000000\n')],
  ['an error without end', (socket) => void pourInto(socket, Buffer.from('ERR: no '))],
  ['two answers', (socket) => socket.end(Buffer.concat([withHead(HALF), withHead(PICTURE)]))],
];

function endless(socket: Socket): void {
  void pourInto(socket, withHead(PICTURE.subarray(0, PICTURE.length - 12)));
}

function withHead(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('RES: '), bytes]);
}

async function pourInto(socket: Socket, head: Uint8Array): Promise<void> {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(head);
  const piece = Buffer.alloc(1_024 ** 2, 1);
  while (!socket.destroyed) {
    const taken = new Promise((resolve) => socket.write(piece, resolve));
    await Promise.race([taken, closed]);
  }
}

/** Has `p2p get` fetch from peers that answer so, and looks at what it leaves behind. */
async function fetchFrom(
  arena: Arena,
  answers: readonly (readonly [string, Answer])[],
): Promise<Finding> {
  const faults: string[] = [];
  const outcomes: string[] = [];
  for (const [what, answer] of answers) {
    const fetched = await fetchOne(arena, answer);
    outcomes.push(fetched.outcome);
    faults.push(...fetched.faults.map((fault) => `${what}: ${fault}`));
  }
  return { did: answers.map(([what]) => what).join(', '), answer: outcomes.join(', '), faults };
}

interface Fetched {
  readonly outcome: string;
  readonly faults: readonly string[];
}

/** `shell`: what a shell does before it becomes the peer. */
async function fetchOne(arena: Arena, answer: Answer, shell = ''): Promise<Fetched> {
  const folder = await mkdtemp(join(arena.root, 'fetch-'));
  const hostile = await HostilePeer.start((socket) => answer(socket));
  try {
    return await fetchInto(arena, folder, hostile.port, shell);
  } finally {
    await hostile.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchInto(
  arena: Arena,
  folder: string,
  port: number,
  shell: string,
): Promise<Fetched> {
  const limits = ['--limit', 'imageBytes=32MiB', '--limit', 'replyTimeout=1s'];
  const command = [P2P, 'get', 'cat.png', '--from', `127.0.0.1:${port}`, '--images', folder];
  const child = spawn(
    'sh',
    ['-c', `${shell} exec "$0" "$@"`, process.execPath, ...command, ...limits, '--json'],
    { cwd: arena.root, env: arena.environment, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  let peakBytes = 0;
  const seen = new Set<string>();
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid!) || 0);
    for (const name of visibleIn(folder)) seen.add(name);
  }, 10);
  const code = await new Promise<number | string>((resolve) => {
    child.on('error', () => resolve('no shell'));
    child.on('close', (exit, signal) => resolve(exit ?? signal!));
  });
  clearInterval(look);
  const left = readdirSync(folder);
  return {
    outcome: /"attempts":\[\{[^}]*"outcome":"([\w-]+)"/.exec(said)?.[1] ?? `exit code ${code}`,
    faults: [
      ...unless(code === 1, `p2p get ended with ${code}: ${said.slice(0, 200)}`),
      ...unless(seen.size === 0, `${[...seen].join(', ')} could be seen meanwhile`),
      ...unless(left.length === 0, `${left.join(', ')} was left behind`),
      ...unless(peakBytes < FETCH_RSS_BYTES, `it took ${peakBytes >>> 20} MiB of memory`),
    ],
  };
}

function visibleIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith('.'));
}

/** A full disk cannot be made without root; files that may not grow fail in the same places. */
async function fullDisk(arena: Arena): Promise<Finding> {
  if (process.platform === 'win32') {
    return { did: 'nothing: needs a shell', answer: 'not tried', faults: [] };
  }
  const answer: Answer = (socket) => socket.end(withHead(PICTURE));
  // In blocks of 512 bytes, or of 1,024 with bash: less than the picture in either.
  const { outcome, faults } = await fetchOne(arena, answer, "trap '' XFSZ; ulimit -f 64;");
  const kept = await fetchKept(arena, answer);
  return {
    did: `an image of ${PICTURE.length >>> 10} KiB where files may have 64 blocks`,
    answer: outcome,
    faults: [...faults, ...unless(kept, 'the same image was not kept where there is room')],
  };
}

/** Whether the image is kept whole when nothing is in the way, or the attack shows nothing. */
async function fetchKept(arena: Arena, answer: Answer): Promise<boolean> {
  const folder = await mkdtemp(join(arena.root, 'fetch-'));
  const hostile = await HostilePeer.start((socket) => answer(socket));
  await fetchInto(arena, folder, hostile.port, '');
  await hostile.stop();
  const [name] = visibleIn(folder);
  return name !== undefined && readFileSync(join(folder, name)).equals(PICTURE);
}

/** A whole PNG of noise, of some 400 KiB. */
function makePicture(): Buffer {
  const side = 400;
  const rows = Buffer.alloc(side * (1 + side * 3));
  for (let i = 0; i < rows.length; i++) rows[i] = i % (1 + side * 3) === 0 ? 0 : (i * i * 31) >>> 7;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = chunk('IDAT', deflateSync(rows, { level: 0 }));
  return Buffer.concat([signature, chunk('IHDR', head), data, chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), whole.length - 4);
  return whole;
}
