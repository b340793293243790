import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPeer } from '../../src/create-peer.ts';
import { formatAddress } from '../../src/protocol/address.ts';
import { noise, sha256 } from '../bodies.ts';
import { Program } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

/** An address where nobody listens. */
const NOBODY = '127.0.0.1:1';

interface Running {
  readonly program: Program;
  readonly cwd: string;
  /** Where it listens. */
  readonly port: number;
  /** `http://127.0.0.1:…`; empty without metrics. */
  readonly url: string;
}

/** Starts a `p2p` that serves until it is told to stop, and waits until it listens and obeys signals. */
async function running(cwd: string, ...args: string[]): Promise<Running> {
  const base = ['0', '--host', '127.0.0.1', '--log-file', '-'];
  const peer = args.includes('--peer') || args.includes('--config') ? [] : ['--peer', NOBODY];
  const program = new Program(process.execPath, [MAIN, ...base, ...peer, ...args], cwd);
  program.endInput();
  const [, port] = await program.says(/Listening on 127\.0\.0\.1:(\d+)/);
  await program.says(/serving until stopped/);
  if (!args.includes('--log-file')) await program.says(/"event":"lock".*\n/, 'stderr');
  if (args.includes('--metrics-port')) await program.says(/"event":"metrics".*\n/, 'stderr');
  const url = /"url":"(http:\/\/[^"]*)\/metrics"/.exec(program.stderr)?.[1] ?? '';
  return { program, cwd, port: Number(port), url };
}

/** A folder with an `images` folder with one image of so many bytes. */
async function folderWith(name: string, bytes: number): Promise<string> {
  const cwd = await temporaryFolder();
  await mkdir(join(cwd, 'images'));
  await writeFile(join(cwd, 'images', name), noise(bytes));
  return cwd;
}

/** Asks for an image, and reads nothing of it but its first bytes. */
async function slowReader(port: number, name: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  socket.end(`REQ: ${name}`);
  await once(socket, 'readable');
  return socket;
}

async function silentCaller(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function bytesOf(socket: Socket): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** More than the system's own buffers hold. */
const LARGE_BYTES = 32 * 1_024 * 1_024;

function eventsOf(program: Program): Record<string, unknown>[] {
  return program.stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status;
}

describe('SIGTERM', () => {
  test('lets a running reply finish, is not ready meanwhile, and ends with 0', async () => {
    const cwd = await folderWith('big.png', LARGE_BYTES);
    const { program, port, url } = await running(cwd, '--metrics-port', '0', '--farewell', '60s');
    expect(await statusOf(`${url}/readyz`)).toBe(200);
    const reader = await slowReader(port, 'big.png');
    const silent = await silentCaller(port);
    const gone = new Promise((resolve) => silent.on('close', resolve));
    program.kill('SIGTERM');
    await program.says(/"event":"stopping"/, 'stderr');
    expect(await statusOf(`${url}/readyz`)).toBe(503);
    expect(await statusOf(`${url}/healthz`)).toBe(200);
    // Once those that are not worth waiting for are gone, the reply still goes on.
    await gone;
    const got = await bytesOf(reader);
    expect(sha256(got.subarray('RES: '.length))).toBe(sha256(noise(LARGE_BYTES)));
    expect(await program.ended).toBe(0);
    expect(eventsOf(program).map(({ event }) => event)).toEqual(
      expect.arrayContaining(['listening', 'lock', 'metrics', 'served', 'stopping', 'stopped']),
    );
    expect(await readdir(join(cwd, 'images'))).toEqual(['big.png']);
  });

  test('does not wait for a reader beyond the bound, nor lets it take a part for the whole', async () => {
    const cwd = await folderWith('big.png', LARGE_BYTES);
    const { program, port } = await running(cwd, '--farewell', '100ms');
    const reader = await slowReader(port, 'big.png');
    program.kill('SIGTERM');
    await program.says(/Waiting for 1 caller, 0\.1 s at most/);
    expect(await program.ended).toBe(0);
    await expect(bytesOf(reader)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('does not wait long for a caller that says nothing', async () => {
    const cwd = await folderWith('cat.png', 1_000);
    const patience = ['--farewell', '1h', '--limit', 'requestTimeout=1h'];
    const { program, port } = await running(cwd, ...patience);
    await silentCaller(port);
    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  test('a second time ends at once, and leaves no lock', async () => {
    const cwd = await folderWith('big.png', LARGE_BYTES);
    const { program, port } = await running(cwd, '--farewell', '1h');
    await slowReader(port, 'big.png');
    program.kill('SIGTERM');
    await program.says(/"event":"stopping"/, 'stderr');
    program.kill('SIGTERM');
    expect(await program.ended).toBe('SIGTERM');
    expect(await readdir(join(cwd, 'images'))).toEqual(['big.png']);
  });
});

describe('SIGHUP', () => {
  const FILE = 'p2p.yaml';

  test('reads the file again, and says what needs a restart', async () => {
    const cwd = await folderWith('cat.png', 1_000);
    await writeFile(join(cwd, FILE), `peers: ["${NOBODY}"]\n`);
    const other = await createPeer({
      images: await temporaryFolder(),
      port: 0,
      host: '127.0.0.1',
    });
    onTestFinished(() => other.stop());
    const { program } = await running(cwd, '--config', FILE);
    const at = formatAddress(other.address);
    await writeFile(
      join(cwd, FILE),
      `peers: ["${at}"]\nlogLevel: debug\nanyType: true\nlimits:\n  known: 7\n`,
    );
    program.kill('SIGHUP');
    await program.says(
      /again, changed: peers, logLevel, limits\.known; a restart is needed for anyType\.\n/,
    );
    await program.says(new RegExp(`"event":"reached","peer":"${at}"`), 'stderr');
  });

  test('with a broken file says where it is broken and goes on as before', async () => {
    const cwd = await folderWith('cat.png', 1_000);
    await writeFile(join(cwd, FILE), `peers: ["${NOBODY}"]\n`);
    const { program } = await running(cwd, '--config', FILE);
    await writeFile(join(cwd, FILE), 'logLevel: loud\nlimits:\n  known: no\n');
    program.kill('SIGHUP');
    await program.says(/"event":"reload-failed"/, 'stderr');
    await program.says(/p2p\.yaml:1:\d+.*trace, debug, info, warn or error/, 'stderr');
    await program.says(/p2p\.yaml:3:\d+/, 'stderr');
    await writeFile(join(cwd, FILE), `logLevel: debug\npeers: ["${NOBODY}"]\n`);
    program.kill('SIGHUP');
    await program.says(/changed: logLevel\.\n/);
    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  test('opens the log again', async () => {
    const cwd = await folderWith('cat.png', 1_000);
    const { program } = await running(cwd, '--log-file', 'p2p.log');
    const log = join(cwd, 'p2p.log');
    await until(async () => (await readFile(log, 'utf8')).includes('listening'));
    await writeFile(log, '');
    program.kill('SIGHUP');
    await until(async () => (await readFile(log, 'utf8')).includes('reloaded'));
  });
});

describe('the lock', () => {
  test('lets a second peer and p2p get work in the same folder, and says who holds it', async () => {
    const cwd = await folderWith('cat.png', 1_000);
    const first = await running(cwd);
    const second = await running(cwd);
    const [lock] = eventsOf(second.program).filter(({ event }) => event === 'lock');
    expect(lock).toMatchObject({ state: 'busy' });
    expect(eventsOf(first.program).find(({ event }) => event === 'lock')).toMatchObject({
      state: 'held',
    });
    const from = ['--from', `127.0.0.1:${second.port}`, '--any-type'];
    const get = new Program(process.execPath, [MAIN, 'get', 'cat.png', ...from], cwd);
    expect(await get.ended).toBe(0);
    first.program.kill('SIGTERM');
    second.program.kill('SIGTERM');
    expect([await first.program.ended, await second.program.ended]).toEqual([0, 0]);
    expect(await readdir(join(cwd, 'images'))).toEqual(['cat.png', 'received_cat.png']);
  });

  test('of a peer that was killed is taken over by the next one', async () => {
    const cwd = await folderWith('cat.png', 1_000);
    const first = await running(cwd);
    first.program.kill('SIGKILL');
    await first.program.ended;
    expect(await readdir(join(cwd, 'images'))).toEqual(['.p2p.lock', 'cat.png']);
    const { program } = await running(cwd);
    expect(eventsOf(program).find(({ event }) => event === 'lock')).toMatchObject({
      state: 'held',
    });
  });
});

describe('known peers', () => {
  test('are found again after a restart, without being named', async () => {
    const other = await createPeer({ images: await temporaryFolder(), port: 0, host: '127.0.0.1' });
    onTestFinished(() => other.stop());
    const at = formatAddress(other.address);
    const cwd = await folderWith('cat.png', 1_000);
    const first = await running(cwd, '--state', 'peers.json', '--peer', at);
    await first.program.says(new RegExp(`"event":"reached","peer":"${at}"`), 'stderr');
    first.program.kill('SIGTERM');
    expect(await first.program.ended).toBe(0);
    const second = await running(cwd, '--state', 'peers.json');
    await second.program.says(new RegExp(`"event":"reached","peer":"${at}"`), 'stderr');
  });

  test('in a damaged file are set aside, which is said and stops nobody', async () => {
    const cwd = await folderWith('cat.png', 1_000);
    await writeFile(join(cwd, 'peers.json'), '{"version":1,"pee');
    const { program } = await running(cwd, '--state', 'peers.json');
    await program.says(/known peers of the last run cannot be understood/, 'stderr');
    expect((await readdir(cwd)).filter((name) => name.startsWith('peers.json'))).toEqual([
      expect.stringMatching(/^peers\.json\.damaged-/),
    ]);
    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });
});

describe('what cannot be had', () => {
  test.each([
    [
      'a log',
      ['--log-file', 'nowhere/p2p.log'],
      1,
      /nowhere\/p2p\.log cannot be written \(ENOENT\)/,
    ],
    ['a level', ['--log-level', 'loud'], 2, /trace, debug, info, warn or error/],
    ['a port for metrics', ['--metrics-port', '70000'], 2, /port from 0 to 65535/],
    ['a name', ['--metrics-names', 'a:1'], 2, /names of hosts without ports/],
    ['a farewell', ['--farewell', '10'], 2, /unit is missing/],
  ])('such as %s, is said, and nothing runs', async (_what, args, code, expected) => {
    const cwd = await folderWith('cat.png', 1_000);
    const all = [MAIN, '0', '--host', '127.0.0.1', '--peer', NOBODY, ...args];
    const program = new Program(process.execPath, all, cwd);
    program.endInput();
    expect(await program.ended).toBe(code);
    expect(program.stderr).toMatch(expected);
    expect(await readdir(join(cwd, 'images'))).toEqual(['cat.png']);
  });

  test('such as a port for metrics that is taken, is said, and nothing is left', async () => {
    const cwd = await folderWith('cat.png', 1_000);
    const { url } = await running(cwd, '--metrics-port', '0');
    const other = await folderWith('cat.png', 1_000);
    const port = new URL(url).port;
    const all = [MAIN, '0', '--host', '127.0.0.1', '--peer', NOBODY, '--metrics-port', port];
    const program = new Program(process.execPath, all, other);
    program.endInput();
    expect(await program.ended).toBe(1);
    expect(program.stderr).toMatch(/Metrics cannot be had at 127\.0\.0\.1:\d+ \(something listens/);
    expect(await readdir(join(other, 'images'))).toEqual(['cat.png']);
  });
});
