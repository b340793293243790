import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatAddress, portOf } from '../../src/protocol/address.ts';
import { isTemporaryName } from '../../src/storage/temporary-file.ts';
import { noise, sha256 } from '../bodies.ts';
import { catPeer, fakePeer, MAIN, NOBODY, p2p, peerOf, run, runWith } from './command.ts';
import { pngOf } from './png.ts';
import { Program } from '../program.ts';
import { IMAGES, temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

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
    ['an address without a port', ['get', 'cat.png', '--peer', 'x'], /HOST:PORT/],
    ['a time without a unit', ['get', 'cat.png', '--within', '5'], /unit/],
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

describe('p2p get without --from', () => {
  test('asks the peers of the peers, too', async () => {
    const cats = await catPeer();
    const empty = await peerOf(await temporaryFolder(), [cats.peer.address]);
    const folder = await temporaryFolder();
    const args = ['get', 'cat.png', '--peer', formatAddress(empty.address), '--json'];
    const { ending, stdout, stderr } = await run(folder, args);
    expect({ ending, stderr }).toEqual({ ending: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      command: 'get',
      name: 'cat.png',
      outcome: 'found',
      image: {
        path: 'images/received_cat.png',
        from: cats.at,
        sizeBytes: 100_000,
        sha256: sha256(cats.bytes),
        assurance: 'whole',
        wasThere: false,
      },
    });
  });

  test('asks those that are found only when the first have denied it', async () => {
    const denied = Promise.withResolvers<void>();
    const late = await fakePeer(
      (socket) => socket.end(Buffer.concat([Buffer.from('RES: '), pngOf(500)])),
      (socket) => void denied.promise.then(() => socket.end('PEERS: ')),
    );
    const first = await fakePeer(
      (socket) => socket.end('ERR: not_found').once('close', denied.resolve),
      (socket) => socket.end(`PEERS: ${late}`),
    );
    const args = ['get', 'cat.png', '--peer', first, '--json'];
    const { ending, stdout } = await run(await temporaryFolder(), args);
    expect(ending).toBe(0);
    const { image, attempts } = JSON.parse(stdout);
    expect(image.from).toBe(late);
    expect(attempts).toEqual([
      { address: first, outcome: 'not-found', reason: 'not_found' },
      { address: late, outcome: 'found', reason: '' },
    ]);
  });

  test('says who was asked when nobody has it, and ends with 1', async () => {
    const cats = await catPeer();
    const empty = await peerOf(await temporaryFolder(), [cats.peer.address]);
    const starts = ['--peer', formatAddress(empty.address)];
    const folder = await temporaryFolder();
    const { ending, stdout } = await run(folder, ['get', 'cow.png', ...starts, '--json']);
    expect(ending).toBe(1);
    const { outcome, image, attempts } = JSON.parse(stdout);
    expect({ outcome, image }).toEqual({ outcome: 'not-found', image: null });
    const asked = attempts.map(({ address }: { address: string }) => address);
    expect(asked.toSorted()).toEqual([cats.at, formatAddress(empty.address)].toSorted());
  });

  test('with nobody there ends with 1 and says what to do', async () => {
    const args = ['get', 'cat.png', '--peer', NOBODY];
    const { ending, stderr } = await run(await temporaryFolder(), args);
    expect(ending).toBe(1);
    expect(stderr).toMatch(/^p2p: Nobody to ask for "cat\.png".*--peer HOST:PORT\.\n$/);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 130 at %s and leaves nothing',
    async (signal) => {
      const at = await fakePeer((socket) => {
        socket.write(Buffer.concat([Buffer.from('RES: '), noise(600_000)]));
      });
      const folder = await temporaryFolder();
      const program = p2p(folder, 'get', 'cat.png', '--peer', at);
      const images = join(folder, 'images');
      await until(async () => (await readdir(images).catch(() => [])).some(isTemporaryName));
      program.kill(signal);
      expect(await program.ended).toBe(130);
      expect(program.stderr).toBe('p2p: The search for "cat.png" was given up.\n');
      expect(await readdir(images)).toEqual([]);
    },
  );

  test('saves what is of another type than its name says only when told', async () => {
    const at = await fakePeer((socket) =>
      socket.end(Buffer.concat([Buffer.from('RES: '), noise(99)])),
    );
    const args = ['get', 'cat.png', '--peer', at];
    const refused = await run(await temporaryFolder(), args);
    expect(refused.ending).toBe(1);
    expect(refused.stderr).toMatch(
      /something else than the name says; --any-type saves it all the same\.\n$/,
    );
    const taken = await run(await temporaryFolder(), [...args, '--any-type']);
    expect(taken.ending).toBe(0);
    expect(taken.stdout).toMatch(/unverified: this format does not say where it ends\.\n$/);
  });
});

describe('p2p peers', () => {
  test('prints who answered, the peers of the peers too, and ends with 0', async () => {
    const cats = await catPeer();
    const other = await peerOf(await temporaryFolder(), [cats.peer.address]);
    const at = formatAddress(other.address);
    const plain = await run(await temporaryFolder(), ['peers', '--peer', at]);
    expect(plain.ending).toBe(0);
    expect(plain.stdout.trim().split('\n').toSorted()).toEqual([at, cats.at].toSorted());
    expect(plain.stderr).toMatch(/^2 peers answered within \S+ s\.\n$/);
    const json = await run(await temporaryFolder(), ['peers', '--peer', at, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      command: 'peers',
      tried: [at],
      peers: expect.arrayContaining([at, cats.at]),
      settled: true,
    });
  });

  test('with nobody there ends with 1, and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const { ending, stdout, stderr } = await run(folder, ['peers', '--peer', NOBODY]);
    expect({ ending, stdout }).toEqual({ ending: 1, stdout: '' });
    expect(stderr).toMatch(
      /^p2p: No peer has answered \(tried 127\.0\.0\.1:1\); .*--peer HOST:PORT\.\n$/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('says where it needs a temporary folder that cannot be made', async () => {
    const none = join(await temporaryFolder(), 'none');
    const args = ['peers', '--peer', NOBODY];
    const { ending, stderr } = await runWith(await temporaryFolder(), { TMPDIR: none }, args);
    expect({ ending, stderr }).toEqual({
      ending: 1,
      stderr: `p2p: No temporary folder can be made in ${none} (ENOENT); name another with the variable TMPDIR.\n`,
    });
  });

  test('ends with 130 when it is interrupted', async () => {
    const mute = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    const greeted = once(mute, 'connection');
    onTestFinished(() => void mute.close());
    await once(mute, 'listening');
    const at = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const program = p2p(await temporaryFolder(), 'peers', '--peer', at, '--within', '5min');
    await greeted;
    program.kill('SIGINT');
    expect(await program.ended).toBe(130);
    expect(program.stdout).toBe('');
  });
});

describe('p2p ping', () => {
  test('of a peer that answers ends with 0', async () => {
    const { at } = await catPeer();
    const { ending, stdout, stderr } = await run(await temporaryFolder(), ['ping', at]);
    expect({ ending, stderr }).toEqual({ ending: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^${at} answers, in \\S+ .s; it knows 0 peers\\.\\n$`));
  });

  test('without an address asks the peer that the configuration describes', async () => {
    const { at } = await catPeer();
    const port = at.split(':')[1]!;
    const variables = { P2P_PORT: port, P2P_HOST: '0.0.0.0' };
    const asked = await runWith(await temporaryFolder(), variables, ['ping', '--json']);
    expect(JSON.parse(asked.stdout)).toEqual({
      version: 1,
      command: 'ping',
      address: at,
      problem: null,
      peers: 0,
      elapsedMs: expect.any(Number),
    });
  });

  test('says why nobody answers, and ends with 1', async () => {
    const folder = await temporaryFolder();
    const nobody = await run(folder, ['ping', NOBODY]);
    expect(nobody).toEqual({
      ending: 1,
      stdout: '',
      stderr: `p2p: No peer answers at ${NOBODY}: nothing listens there.\n`,
    });
    const web = await fakePeer(
      () => {},
      (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    const stranger = await run(folder, ['ping', web]);
    expect(stranger.stderr).toBe(
      `p2p: No peer answers at ${web}: what listens there is no peer.\n`,
    );
    const mute = await fakePeer(
      () => {},
      () => {},
    );
    const late = await run(folder, ['ping', mute, '--within', '50ms', '--json']);
    expect(late.ending).toBe(1);
    expect(JSON.parse(late.stdout)).toMatchObject({ problem: 'it says nothing', peers: null });
  });

  test('of what is no address ends with 2', async () => {
    const { ending, stderr } = await run(await temporaryFolder(), ['ping', 'here']);
    expect(ending).toBe(2);
    expect(stderr).toMatch(/^p2p: "here" is no address of a peer; write HOST:PORT/);
  });
});

describe('p2p check', () => {
  test('of a folder in which all is well ends with 0', async () => {
    const { ending, stdout, stderr } = await run(IMAGES, ['check', '.']);
    expect({ ending, stderr }).toEqual({ ending: 0, stderr: '' });
    expect(stdout).toMatch(/^\.\/ shares \d+ images, \S+ MB\.\n$/);
  });

  test('says what is not shared, and why, safely, and ends with 1', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'good.png'), pngOf(500));
    await writeFile(join(folder, 'photo.jpg'), pngOf(500));
    await writeFile(join(folder, '.hidden'), 'x');
    await writeFile(join(folder, 'a\u001b[2J\u202e.png'), '');
    const plain = await run(folder, ['check', folder]);
    expect({ ...plain, stdout: Buffer.from(plain.stdout, 'latin1').toString() }).toEqual({
      ending: 1,
      stdout: [
        `${folder}/ shares 2 images, 1.0 KB.`,
        'Shared, but other peers may not keep it:',
        '  photo.jpg: is PNG inside, not what its name says; rename it',
        'Not shared:',
        '  .hidden: is hidden: its name begins with a dot',
        '  a\\u{1b}[2J\\u{202e}.png: its name has a control character; rename it',
        '',
      ].join('\n'),
      stderr: '',
    });
    const json = await run(folder, ['check', folder, '--json']);
    expect(json.stdout).toMatch(/^[\n\u0020-\u007e]*$/);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      command: 'check',
      folder,
      counts: { shared: 1, doubtful: 1, refused: 2 },
      files: [
        { name: '.hidden', status: 'refused', why: 'hidden' },
        { name: 'a\u001b[2J\u202e.png', status: 'refused', why: 'control-character' },
        {
          name: 'good.png',
          status: 'shared',
          why: null,
          sizeBytes: 500,
          picture: { format: 'png' },
        },
        { name: 'photo.jpg', status: 'doubtful', why: 'wrong-type' },
      ],
    });
  });

  test.each([
    ['a folder that is missing', ['nowhere'], 1, /it does not exist/],
    ['a file', [MAIN], 1, /it is not a folder/],
    ['no folder', [], 2, /folder/],
  ])('with %s says so', async (_what, args, expected, message) => {
    const { ending, stdout, stderr } = await run(await temporaryFolder(), ['check', ...args]);
    expect({ ending, stdout }).toEqual({ ending: expected, stdout: '' });
    expect(stderr).toMatch(/^p2p: /);
    expect(stderr).toMatch(message);
  });
});

describe('p2p config', () => {
  test('prints what holds, and where it comes from', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'p2p.yaml'), 'images: pictures\nlimits:\n  stall: 30s\n');
    const args = ['config', '9001', '--limit', 'known=3'];
    const { ending, stdout } = await runWith(folder, { P2P_HOST: '127.0.0.1' }, args);
    expect(ending).toBe(0);
    expect(stdout).toMatch(/^port +9001 +port$/m);
    expect(stdout).toMatch(/^images +pictures +p2p\.yaml:1$/m);
    expect(stdout).toMatch(/^host +127\.0\.0\.1 +P2P_HOST$/m);
    expect(stdout).toMatch(/^quiet +false +default$/m);
    expect(stdout).toMatch(/^limits\.stall +30s +p2p\.yaml:3$/m);
    expect(stdout).toMatch(/^limits\.known +3 +--limit known$/m);
    const json = JSON.parse((await run(folder, ['config', '--json'])).stdout);
    expect(json).toMatchObject({ version: 1, command: 'config', file: join(folder, 'p2p.yaml') });
    expect(json.settings['limits.stall']).toEqual({
      value: 30_000_000,
      written: '30s',
      origin: { from: 'file', file: join(folder, 'p2p.yaml'), line: 3 },
    });
  });

  test('with mistakes prints all of them and ends with 2', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'p2p.yaml'), 'prot: 1\nhost: x\n');
    const { ending, stdout, stderr } = await run(folder, ['config', '70000']);
    expect({ ending, stdout }).toEqual({ ending: 2, stdout: '' });
    expect(stderr).toContain('p2p: port 70000: it must be a port from 0 to 65535');
    expect(stderr).toContain(
      'p2p.yaml:1:1  unknown key "prot", did you mean "port"?\n  prot: 1\n  ^\n',
    );
    expect(stderr).toContain('p2p.yaml:2:7  x is no IPv4 address');
  });

  test('is what a peer runs by, unless it is run by a program', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'pictures'));
    await mkdir(join(folder, 'images'));
    const lines = ['images: pictures', 'host: 127.0.0.1', 'port: 0', `peers: ['${NOBODY}']`];
    await writeFile(join(folder, 'p2p.yaml'), lines.join('\n'));
    const { stdout } = await run(folder, [], 'exit\n');
    expect(stdout).toMatch(/^Listening on 127\.0\.0\.1:\d+, sharing 0 images from pictures\/\.\n/);
    await writeFile(join(folder, 'p2p.yaml'), 'host: none of its business');
    const controlled = await run(folder, ['0', '--host', '127.0.0.1', '--control']);
    expect(controlled).toMatchObject({ ending: 0, stderr: '' });
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
    await writeFile(join(folder, 'images/owl.png'), pngOf(5_000, 3));
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
    ['a port that is none', ['abc'], 2, /0 to 65535; to fetch an image: p2p get NAME/],
    ['a command misspelt', ['gte', 'cat.png'], 2, /did you mean p2p get\?/],
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
  test.each([
    [['--help']],
    [['-h']],
    [['get', '--help']],
    [['peers', '--help']],
    [['check', '-h']],
  ])('%j fits on a screen of 24 lines of 80 columns', async (args) => {
    const { ending, stdout, stderr } = await run(await temporaryFolder(), args);
    expect({ ending, stderr }).toEqual({ ending: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^Usage: p2p /);
  });

  test('says no default twice', async () => {
    const { stdout } = await run(await temporaryFolder(), ['--help']);
    expect(stdout).toMatch(
      /--announce \[port\] +tell peers this port \(default: ours; or --no-announce\)/,
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
