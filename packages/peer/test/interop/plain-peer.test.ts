/**
 * Ours and a plain peer (scripts/plain-peer.py, the original's quirks in Python) on real sockets. The
 * rule behind every test: nothing that we send may crash or hang a plain peer.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FetchResult } from '../../src/core/fetching.ts';
import type { PeerLimits } from '../../src/core/options.ts';
import { createPeer } from '../../src/create-peer.ts';
import type { RunningPeer } from '../../src/running-peer.ts';
import {
  formatAddress,
  makeAddress,
  parseIp,
  portOf,
  type Address,
} from '../../src/protocol/address.ts';
import { noise, sha256 } from '../bodies.ts';
import { Program } from '../program.ts';
import { IMAGES, ROOT, temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const LOOPBACK = parseIp('127.0.0.1')!;
const NAMES = (await readdir(IMAGES)).filter((name) => !/^(received_|\.)/.test(name));

const isPythonThere = hasPython();
if (!isPythonThere && process.env['REQUIRE_PYTHON'] !== '1') {
  console.warn(
    'Skipped: the tests with a plain peer need python3 (REQUIRE_PYTHON=1 makes it a failure).',
  );
}

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Plain {
  readonly program: Program;
  readonly address: Address;
  /** Its images folder. */
  readonly images: string;
}

/** A plain peer with our pictures, that has greeted `peers` and asks for names. */
async function plainPeer(peers: readonly Address[], names: readonly string[]): Promise<Plain> {
  const folder = await temporaryFolder();
  const images = join(folder, 'images');
  await mkdir(images);
  for (const name of names) await copyFile(join(IMAGES, name), join(images, name));
  const port = await freePort();
  const program = new Program(
    'python3',
    [
      join(ROOT, 'scripts/plain-peer.py'),
      String(port),
      '--host',
      '127.0.0.1',
      '--peers',
      peers.map(formatAddress).join(','),
    ],
    folder,
  );
  await program.says(/Enter image name/);
  return { program, address: makeAddress(LOOPBACK, port), images };
}

/** A port that nobody uses now; the plain peer cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Ours {
  readonly peer: RunningPeer;
  readonly images: string;
  /** Messages in order. */
  readonly log: string[];
}

async function ourPeer(names: readonly string[], limits: Partial<PeerLimits> = {}): Promise<Ours> {
  const images = await temporaryFolder();
  for (const name of names) await copyFile(join(IMAGES, name), join(images, name));
  const log: string[] = [];
  const peer = await createPeer({
    images,
    port: 0,
    host: '127.0.0.1',
    limits,
    observer: { onMessage: (type, isSent) => log.push(`${isSent ? 'sent' : 'got'} ${type}`) },
  });
  onTestFinished(() => peer.stop());
  return { peer, images, log };
}

/** A peer of another kind, whose answers the test gives; it looks at the first segment alone. */
async function otherPeer(answer: (request: string) => string): Promise<{
  address: Address;
  requests: string[];
}> {
  const requests: string[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      requests.push(bytes.toString('latin1'));
      socket.end(answer(requests.at(-1)!));
    });
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { address: makeAddress(LOOPBACK, (server.address() as AddressInfo).port), requests };
}

async function fetch(peer: RunningPeer, name: string, from?: Address): Promise<FetchResult> {
  return peer.fetch(name, from).result;
}

function suite(name: string, body: () => void): void {
  if (!isPythonThere && process.env['REQUIRE_PYTHON'] === '1') {
    test(`${name}: python3 is there`, () => expect.unreachable('python3 is missing'));
  } else describe.skipIf(!isPythonThere)(name, body);
}

suite('ours and a plain peer', () => {
  test('ours finds a plain peer by falling back, and fetches every picture from it', async () => {
    const plain = await plainPeer([], NAMES);
    const ours = await ourPeer([]);
    ours.peer.start([plain.address]);
    await until(() => ours.peer.known().length === 1, 'the plain peer is known');
    // The announcing form was closed upon, the bare one understood.
    expect(ours.log).toEqual(['sent HELLO', 'sent HELLO', 'got PEERS']);
    expect(plain.program.stdout.match(/Received HELLO from peer/g)).toHaveLength(1);
    for (const name of NAMES) {
      const result = await fetch(ours.peer, name);
      expect(result.outcome, name).toBe('found');
      const saved = await readFile(join(ours.images, result.image!.savedAs));
      expect(sha256(saved), name).toBe(sha256(await readFile(join(IMAGES, name))));
    }
    expect(plain.program.isRunning).toBe(true);
  });

  test('a plain peer finds ours and fetches every picture that it can name', async () => {
    const ours = await ourPeer(NAMES);
    const plain = await plainPeer([ours.peer.address], []);
    // It reads words, so a name with a space is beyond it.
    const names = NAMES.filter((name) => !name.includes(' '));
    for (const name of names) {
      plain.program.write(`${name}\n`);
      await plain.program.says(new RegExp(`SUCCESS: Image '${name.replace('.', '\\.')}'`));
      const saved = await readFile(join(plain.images, `received_${name}`));
      expect(sha256(saved), name).toBe(sha256(await readFile(join(IMAGES, name))));
    }
    plain.program.write('none.png\n');
    await plain.program.says(/Image 'none\.png' not found on any peer/);
    expect(plain.program.stderr).toContain('Peer responded with error: ERR: ');
    plain.program.write('quit\n');
    expect(await plain.program.ended).toBe(0);
  });

  test('a plain peer survives that we give up in the middle of its image', async () => {
    const plain = await plainPeer([], []);
    // More than the kernel takes in while nobody reads.
    await writeFile(join(plain.images, 'large.tiff'), noise(5 * 1_024 * 1_024));
    const ours = await ourPeer([]);
    const fetching = ours.peer.fetch('large.tiff', plain.address);
    await until(() => fetching.bytesReceived() > 0, 'the image is coming');
    fetching.cancel();
    expect((await fetching.result).outcome).toBe('cancelled');
    await plain.program.says(/Sent image large\.tiff to peer/);
    expect((await fetch(ours.peer, 'none.png', plain.address)).outcome).toBe('not-found');
    expect(plain.program.isRunning).toBe(true);
    // What was left is removed a moment after.
    await expect.poll(() => readdir(ours.images)).toEqual([]);
  });

  test('a plain peer survives our empty list', async () => {
    const ours = await ourPeer([]);
    const plain = await plainPeer([ours.peer.address], []);
    expect(ours.log).toEqual(['got HELLO', 'sent PEERS']);
    expect(plain.program.isRunning).toBe(true);
  });

  test('a plain peer survives our list of 64 and asks all of them', async () => {
    const others = await Promise.all(
      Array.from({ length: 64 }, () =>
        otherPeer((request) => (request.startsWith('HELLO') ? 'PEERS: ' : 'ERR: not_found')),
      ),
    );
    const ours = await ourPeer([]);
    ours.peer.start(others.map(({ address }) => address));
    await until(() => ours.peer.known().length === 64, 'all are known');
    const plain = await plainPeer([ours.peer.address], []);
    plain.program.write('none.png\n');
    await plain.program.says(/Image 'none\.png' not found on any peer/);
    const asked = others.filter(({ requests }) => requests.includes('REQ: none.png'));
    expect(asked).toHaveLength(64);
    expect(plain.program.isRunning).toBe(true);
  });

  test('ours learns the peers of a plain one, and a plain one those of ours', async () => {
    const other = await otherPeer((request) => (request.startsWith('HELLO') ? 'PEERS: ' : ''));
    const plain = await plainPeer([other.address], []);
    const ours = await ourPeer(['tiles.png']);
    ours.peer.start([plain.address]);
    await until(() => ours.peer.known().includes(other.address), 'the other is known');
    expect(other.requests).toContain(`HELLO ${portOf(ours.peer.address)}`);
    const hub = await ourPeer([]);
    hub.peer.start([ours.peer.address]);
    await until(() => hub.peer.known().includes(ours.peer.address), 'ours is known');
    const second = await plainPeer([hub.peer.address], []);
    second.program.write('tiles.png\n');
    await second.program.says(/SUCCESS: Image 'tiles\.png'/);
  });

  test('what we send to a plain peer is whole in its first segment and has no line end', async () => {
    const other = await otherPeer((request) => (request === 'HELLO' ? 'PEERS: ' : ''));
    const ours = await ourPeer([]);
    ours.peer.start([other.address]);
    await until(() => ours.peer.known().length === 1, 'the other is known');
    const names = Array.from({ length: 50 }, (_, i) => `${'é'.repeat(1 + i)} ${i}.png`);
    await Promise.all(names.map((name) => fetch(ours.peer, name)));
    const sent = other.requests.map((text) => Buffer.from(text, 'latin1').toString());
    expect(sent.slice(0, 2)).toEqual([`HELLO ${portOf(ours.peer.address)}`, 'HELLO']);
    // Meanwhile it may have been greeted again.
    const asked = sent.slice(2).filter((text) => text !== 'HELLO');
    expect(asked.sort()).toEqual(names.map((name) => `REQ: ${name}`).sort());
  });

  test('a plain peer survives whatever ours asks for', async () => {
    const plain = await plainPeer([], ['alpenglow.jpg', 'tiles.png']);
    const ours = await ourPeer([], { imageBytes: 20_000 });
    const missing = ['none.png', 'é.png', '🐈.gif', 'a b c.png', '%2e%2e', 'HELLO', '-', '.x', '~'];
    for (const name of missing) {
      const { outcome, attempts } = await fetch(ours.peer, name, plain.address);
      expect({ name, outcome }).toEqual({ name, outcome: 'not-found' });
      expect(attempts[0]!.reason).toBe('File not found');
    }
    // It would serve the first for ever and leave its folder for the second.
    for (const name of ['', '.', '..', '../secret', 'a/b', 'a\0b']) {
      expect(() => ours.peer.fetch(name, plain.address)).toThrow(/cannot be the name/);
    }
    // Whoever stops reading kills it.
    const large = await fetch(ours.peer, 'alpenglow.jpg', plain.address);
    expect(large.attempts.map(({ outcome }) => outcome)).toEqual(['too-large']);
    const found = await fetch(ours.peer, 'tiles.png', plain.address);
    expect(found.outcome).toBe('found');
    expect(plain.program.isRunning).toBe(true);
  });

  test('a plain peer survives `p2p get` of what it has and of what it has not', async () => {
    const plain = await plainPeer([], ['tiles.png']);
    const folder = await temporaryFolder();
    const from = formatAddress(plain.address);
    for (const [name, ending] of [
      ['none.png', 1],
      ['tiles.png', 0],
      ['..', 2],
      ['none.png', 1],
    ] as const) {
      const program = new Program(process.execPath, [MAIN, 'get', name, '--from', from], folder);
      expect(await program.ended, name).toBe(ending);
    }
    expect(plain.program.isRunning).toBe(true);
  });

  test('a body that a plain peer did not finish is not kept', async () => {
    const other = await otherPeer((request) =>
      request.startsWith('HELLO') ? 'PEERS: ' : 'RES: \u0089PNG\r\n',
    );
    const ours = await ourPeer([]);
    const { attempts } = await fetch(ours.peer, 'cut.jpg', other.address);
    expect(attempts).toHaveLength(1);
    const plain = await plainPeer([], []);
    const whole = await readFile(join(IMAGES, 'quilt.png'));
    await writeFile(join(plain.images, 'cut.png'), whole.subarray(0, 20_000));
    await writeFile(join(plain.images, 'noise.bin'), noise(50_000));
    const cut = await fetch(ours.peer, 'cut.png', plain.address);
    expect(cut.attempts.map(({ outcome }) => outcome)).toEqual(['truncated']);
    const odd = await fetch(ours.peer, 'noise.bin', plain.address);
    expect(odd.image).toMatchObject({ completeness: 'unverified' });
  });

  test('what two plain peers hold alike is agreed, and they are asked in turn', async () => {
    const plains = [await plainPeer([], []), await plainPeer([], [])];
    for (const { images } of plains) await writeFile(join(images, 'noise.bin'), noise(500_000));
    await writeFile(join(plains[0]!.images, 'fake.png'), noise(500_000));
    const ours = await ourPeer([]);
    ours.peer.start(plains.map(({ address }) => address));
    await until(() => ours.peer.known().length === 2, 'both are known');
    const { image } = await fetch(ours.peer, 'noise.bin');
    expect(image).toMatchObject({ assurance: 'agreed', agreedBy: 2, sizeBytes: 500_000 });
    const fake = await fetch(ours.peer, 'fake.png');
    expect(fake.attempts.map(({ outcome }) => outcome)).toContain('wrong-type');
    // What was refused is removed a moment after the answer.
    await expect.poll(() => readdir(ours.images)).toEqual([image!.savedAs]);
    expect(plains.map(({ program }) => program.isRunning)).toEqual([true, true]);
  });

  test('a plain peer that floods ours with empty names does no harm', async () => {
    const ours = await ourPeer(['tiles.png']);
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'images'));
    const port = await freePort();
    const args = [
      join(ROOT, 'scripts/plain-peer.py'),
      String(port),
      '--host',
      '127.0.0.1',
      '--peers',
      formatAddress(ours.peer.address),
      '--flood-at-eof',
    ];
    const program = new Program('python3', args, folder);
    program.endInput();
    await until(
      () => ours.log.filter((line) => line === 'sent ERR').length >= 5,
      'some empty names',
    );
    const asker = await ourPeer([]);
    expect((await fetch(asker.peer, 'tiles.png', ours.peer.address)).outcome).toBe('found');
    program.kill('SIGKILL');
    await program.ended;
  });
});
