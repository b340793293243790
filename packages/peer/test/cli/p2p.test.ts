import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPeer, type RunningPeer } from '../../src/create-peer.ts';
import { formatAddress, portOf } from '../../src/protocol/address.ts';
import { isTemporaryName } from '../../src/storage/temporary-file.ts';
import { noise, sha256 } from '../bodies.ts';
import { Program, type Ending } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

function p2p(cwd: string, ...args: string[]): Program {
  return new Program(process.execPath, [MAIN, ...args], cwd);
}

interface Finished {
  readonly ending: Ending;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(cwd: string, args: readonly string[], input = ''): Promise<Finished> {
  const program = p2p(cwd, ...args);
  program.write(input);
  program.endInput();
  const ending = await program.ended;
  return { ending, stdout: program.stdout, stderr: program.stderr };
}

/** A peer that has `cat.png`, and where it listens. */
async function catPeer(): Promise<{ peer: RunningPeer; at: string; bytes: Uint8Array }> {
  const folder = await temporaryFolder();
  const bytes = noise(100_000);
  await writeFile(join(folder, 'cat.png'), bytes);
  await writeFile(join(folder, 'dog.png'), noise(2_000, 2));
  const peer = await createPeer({ images: folder, port: 0, host: '127.0.0.1' });
  onTestFinished(() => peer.stop());
  return { peer, at: formatAddress(peer.address), bytes };
}

/** An address where nobody listens. */
const NOBODY = '127.0.0.1:1';

describe('p2p get', () => {
  test('saves the image and ends with 0', async () => {
    const { at, bytes } = await catPeer();
    const folder = await temporaryFolder();
    const { ending, stdout, stderr } = await run(folder, ['get', 'cat.png', '--from', at]);
    expect({ ending, stderr }).toEqual({ ending: 0, stderr: '' });
    expect(stdout).toMatch(/^Saved images\/received_cat\.png: 100,000 bytes from 127\.0\.0\.1:/);
    const saved = await readFile(join(folder, 'images/received_cat.png'));
    expect(sha256(saved)).toBe(sha256(bytes));
    const again = await run(folder, ['get', 'cat.png', '--from', at, '--quiet']);
    expect(again).toMatchObject({ ending: 0, stdout: 'images/received_cat.png\n' });
    expect(await readdir(join(folder, 'images'))).toEqual(['received_cat.png']);
  });

  test('of an image that is not there ends with 1 and says so', async () => {
    const { at } = await catPeer();
    const { ending, stdout, stderr } = await run(await temporaryFolder(), [
      'get',
      'cow.png',
      '--from',
      at,
    ]);
    expect({ ending, stdout }).toEqual({ ending: 1, stdout: '' });
    expect(stderr).toBe(`p2p: Nobody has "cow.png": ${at} does not have it.\n`);
  });

  test('from where nobody listens ends with 1 and says so', async () => {
    const args = ['get', 'cat.png', '--from', NOBODY];
    const { ending, stderr } = await run(await temporaryFolder(), args);
    expect(ending).toBe(1);
    expect(stderr).toMatch(/refused the connection/);
  });

  test.each([
    ['a bad name', ['get', '../cat.png', '--from', NOBODY], /slash/],
    ['an empty name', ['get', '', '--from', NOBODY], /empty/],
    ['a bad address', ['get', 'cat.png', '--from', 'nowhere'], /HOST:PORT/],
    ['no address', ['get', 'cat.png'], /--from/],
    ['no name', ['get', '--from', NOBODY], /name/],
    ['an unknown option', ['get', 'cat.png', '--from', NOBODY, '--wat'], /--wat/],
  ])('with %s ends with 2 and touches nothing', async (_what, args, expected) => {
    const folder = await temporaryFolder();
    const { ending, stdout, stderr } = await run(folder, args);
    expect({ ending, stdout }).toEqual({ ending: 2, stdout: '' });
    expect(stderr).toMatch(/^p2p: /);
    expect(stderr).toMatch(expected);
    expect(await readdir(folder)).toEqual([]);
  });

  test('into a folder that is missing ends with 1', async () => {
    const args = ['get', 'cat.png', '--from', NOBODY, '--images', 'nowhere'];
    const { ending, stderr } = await run(await temporaryFolder(), args);
    expect(ending).toBe(1);
    expect(stderr).toMatch(/^p2p: The images folder nowhere does not exist/);
  });
});

describe('p2p PORT', () => {
  test('fetches the names of a pipe and ends with 0', async () => {
    const { at, bytes } = await catPeer();
    const folder = await temporaryFolder();
    const finished = await run(
      folder,
      ['0', '--host', '127.0.0.1', '--peer', at],
      'cat.png\ndog.png',
    );
    expect(finished).toMatchObject({ ending: 0, stderr: '' });
    expect(finished.stdout).toMatch(
      /Listening on 127\.0\.0\.1:\d+, sharing 0 images from images\//,
    );
    expect(finished.stdout).toContain(`In touch with 1 peer: ${at}.`);
    expect(finished.stdout).toMatch(/Saved images\/received_dog\.png: 2,000 bytes/);
    expect(sha256(await readFile(join(folder, 'images/received_cat.png')))).toBe(sha256(bytes));
  });

  test('ends with 1 when one of the names was not found or cannot be one', async () => {
    const { at } = await catPeer();
    const args = ['0', '--host', '127.0.0.1', '--peer', at, '--quiet'];
    const { ending, stdout, stderr } = await run(
      await temporaryFolder(),
      args,
      'cow.png\r\na/b\ncat.png\n',
    );
    expect(ending).toBe(1);
    expect(stderr).toMatch(/^Nobody has "cow\.png".*\n"a\/b" cannot be the name of an image.*\n$/);
    expect(stdout).toMatch(/^Saved images\/received_cat\.png.*\n$/);
  });

  test('with nobody there says so and ends with 1', async () => {
    const args = ['0', '--host', '127.0.0.1', '--peer', NOBODY];
    const { ending, stdout, stderr } = await run(await temporaryFolder(), args, 'cat.png\n');
    expect(ending).toBe(1);
    expect(stdout).toContain(`No other peer has answered yet (tried ${NOBODY}); still trying.`);
    expect(stderr).toMatch(/^Nobody to ask for "cat\.png"/);
  });

  test.each(['exit', 'quit'])('ends with 0 at %j and asks for nothing behind it', async (word) => {
    const args = ['0', '--host', '127.0.0.1', '--peer', NOBODY];
    const finished = await run(await temporaryFolder(), args, `${word}\ncat.png\n`);
    expect(finished).toMatchObject({ ending: 0, stderr: '' });
  });

  test('serves on with an empty input until SIGTERM, then ends with 0', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'images'));
    await writeFile(join(folder, 'images/owl.png'), noise(5_000, 3));
    const program = p2p(folder, '0', '--host', '127.0.0.1', '--peer', NOBODY);
    program.endInput();
    const [, port] = await program.says(/Listening on 127\.0\.0\.1:(\d+), sharing 1 image from/);
    await program.says(/Standard input is empty: serving until stopped\./);
    const other = await temporaryFolder();
    const got = await run(other, ['get', 'owl.png', '--from', `localhost:${port}`]);
    expect(got.ending).toBe(0);
    await program.says(/Sent owl\.png, 5,000 bytes, to 127\.0\.0\.1:\d+\.\n/);
    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.stderr).toBe('');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 at %s while the first greetings are under way',
    async (signal) => {
      // Nobody is greeted to an end by one that never answers.
      const mute = createServer((socket) => void socket.on('error', () => {}));
      mute.listen(0, '127.0.0.1');
      await once(mute, 'listening');
      onTestFinished(() => void mute.close());
      const peer = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
      const program = p2p(await temporaryFolder(), '0', '--host', '127.0.0.1', '--peer', peer);
      await program.says(/Listening on .*\n/);
      program.kill(signal);
      expect(await program.ended).toBe(0);
      expect(program.stdout).toMatch(/^Listening on .*\n$/);
      expect(program.stderr).toBe('');
    },
  );

  test('ends with 1 when the port is in use, and says what to do', async () => {
    const { peer } = await catPeer();
    const port = String(portOf(peer.address));
    const { ending, stderr } = await run(await temporaryFolder(), [port, '--host', '127.0.0.1']);
    expect(ending).toBe(1);
    expect(stderr).toMatch(/^p2p: Port \d+ is in use on 127\.0\.0\.1; .*another port\.\n$/);
  });

  test.each([
    ['a folder that is missing', ['--images', 'nowhere'], 1, /does not exist/],
    ['a file for a folder', ['--images', MAIN], 1, /not a folder/],
    ['an unknown option', ['--wat'], 2, /unknown option '--wat'/],
    ['a port out of range', ['65536'], 2, /0 to 65535/],
    ['a port that is none', ['abc'], 2, /0 to 65535/],
    ['one port too many', ['1', '2'], 2, /"2" is too much/],
    ['a host that is no address', ['0', '--host', 'x'], 2, /no IPv4 address/],
    ['a peer without a port', ['0', '--peer', '1.2.3.4'], 2, /HOST:PORT/],
    ['no peers to know', ['0', '--known', '0'], 2, /whole number/],
    ['a port to announce that is none', ['0', '--announce', '0'], 2, /1 to 65535/],
  ])('with %s ends as it should', async (_what, args, expected, message) => {
    const { ending, stdout, stderr } = await run(await temporaryFolder(), args);
    expect({ ending, stdout }).toEqual({ ending: expected, stdout: '' });
    expect(stderr).toMatch(/^p2p: /);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test.each([
    ['0 --announce 4711', / HELLO 4711$/],
    ['0 --announce', / HELLO [1-9]\d*$/],
    ['0 --no-announce', / HELLO$/],
  ])('with %s greets with %s', async (args, expected) => {
    const greeting = Promise.withResolvers<string>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', (bytes) => {
        greeting.resolve(`${socket.remoteAddress} ${String(bytes)}`);
        socket.end('PEERS: ');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const peer = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const host = ['--host', '127.0.0.1', '--peer', peer];
    // Its input stays open: a peer that is to end at once may do so before it has greeted anybody.
    p2p(await temporaryFolder(), ...args.split(' '), ...host);
    expect(await greeting.promise).toMatch(expected);
  });

  test('--announce PORT without a port to listen on listens there', async () => {
    const { peer } = await catPeer();
    const port = String(portOf(peer.address));
    const args = ['--announce', port, '--host', '127.0.0.1'];
    const { ending, stderr } = await run(await temporaryFolder(), args);
    expect(ending).toBe(1);
    expect(stderr).toContain(`Port ${port} is in use`);
  });

  test('never prints what acts on a terminal: names asked for, and reasons from peers', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        const isGreeting = String(bytes).startsWith('HELLO');
        socket.end(isGreeting ? 'PEERS: ' : 'ERR: \u001b]0;owned\u0007\u202e\u009b2J');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const peer = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ['0', '--host', '127.0.0.1', '--peer', peer];
    const names = 'a\u001b[2Jb.png\n\u202egnp.exe\nfine.png\n';
    const { ending, stdout, stderr } = await run(await temporaryFolder(), args, names);
    expect(ending).toBe(1);
    const shown = Buffer.from(stdout + stderr, 'latin1').toString();
    expect(shown).toContain('\\u{1b}');
    expect(shown).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  });

  test('asks at a terminal with the prompt of the original, and ends at `exit`', async (context) => {
    const python = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
    if (!hasPython()) return context.skip('python3 gives the terminal for this test');
    const folder = await temporaryFolder();
    const command = [process.execPath, MAIN, '0', '--host', '127.0.0.1', '--peer', NOBODY];
    const program = new Program('python3', ['-c', python, ...command], folder);
    await program.says(/Enter image name to request \(or 'exit'\): /);
    program.write('cat.png\r');
    await program.says(/Nobody to ask for "cat\.png"/);
    program.write('exit\r');
    expect(await program.ended).toBe(0);
  });
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('p2p --help', () => {
  test.each([[['--help']], [['-h']], [['get', '--help']]])(
    '%j fits on a screen of 24 lines of 80 columns',
    async (args) => {
      const { ending, stdout, stderr } = await run(await temporaryFolder(), args);
      expect({ ending, stderr }).toEqual({ ending: 0, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(24);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
      expect(stdout).toMatch(/^Usage: p2p /);
    },
  );

  test('says no default twice', async () => {
    const { stdout } = await run(await temporaryFolder(), ['--help']);
    expect(stdout).toMatch(
      /--announce \[port\] +tell peers our port, or this one; --no-announce: none\s+\(default: true\)/,
    );
  });

  test('--version tells the version', async () => {
    const { ending, stdout } = await run(await temporaryFolder(), ['--version']);
    expect(ending).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('p2p --control', () => {
  test('takes commands and tells events as lines of JSON, and ends with its input', async () => {
    const { at } = await catPeer();
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'images'));
    const program = p2p(folder, '0', '--host', '127.0.0.1', '--control');
    await program.says(/\{"event":"listening","address":"127\.0\.0\.1:\d+"\}\n/);
    program.write(`${JSON.stringify({ do: 'start', peers: [at] })}\n`);
    await program.says(new RegExp(`\\{"event":"reached","address":"${at}"\\}\n`));
    program.write(`${JSON.stringify({ do: 'fetch', id: 7, name: 'cat.png' })}\n`);
    program.write(`${JSON.stringify({ do: 'fetch', id: 8, name: 'cow.png' })}\n`);
    const seven = JSON.parse((await program.says(/\{"event":"fetched","id":7.*\n/))[0]);
    expect(seven.result).toMatchObject({
      outcome: 'found',
      image: { from: at, savedAs: 'received_cat.png', sizeBytes: 100_000, wasThere: false },
      attempts: [{ address: at, outcome: 'found' }],
    });
    const eight = JSON.parse((await program.says(/\{"event":"fetched","id":8.*\n/))[0]);
    expect(eight.result).toMatchObject({ outcome: 'not-found', image: null });
    program.write(`${JSON.stringify({ do: 'counts' })}\n`);
    const counts = JSON.parse((await program.says(/\{"event":"counts".*\n/))[0]);
    expect(counts.counts.sent.REQ).toBe(2);
    expect(counts.counts.received).toMatchObject({ RES: 1, ERR: 1 });
    expect(counts.rssBytes).toBeGreaterThan(1_000_000);
    program.endInput();
    expect(await program.ended).toBe(0);
    expect(program.stderr).toBe('');
  });

  test('ends in order on SIGTERM: half an image is not left', async () => {
    const sender = createServer({ allowHalfOpen: true }, (socket) => {
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => {});
      socket.once('data', (request) => {
        if (String(request).startsWith('HELLO')) socket.end('PEERS: ');
        else socket.write(Buffer.concat([Buffer.from('RES: '), noise(600_000)]));
      });
    });
    onTestFinished(() => void sender.close());
    await once(sender.listen(0, '127.0.0.1'), 'listening');
    const at = `127.0.0.1:${(sender.address() as AddressInfo).port}`;
    const folder = await temporaryFolder();
    const images = join(folder, 'images');
    await mkdir(images);
    const program = p2p(folder, '0', '--host', '127.0.0.1', '--control');
    program.write(`${JSON.stringify({ do: 'start', peers: [at] })}\n`);
    await program.says(/"event":"reached"/);
    program.write(`${JSON.stringify({ do: 'fetch', id: 1, name: 'cat.png' })}\n`);
    await until(async () => (await readdir(images)).some(isTemporaryName), 'half an image');
    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(await readdir(images)).toEqual([]);
  });
});
