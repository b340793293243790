import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MOST_REMEMBERED, PeerMemory } from '../../src/operation/peer-memory.ts';
import { defaultStateFile } from '../../src/operation/state-folder.ts';
import { makeAddress, parseAddress, parseIp, type Address } from '../../src/protocol/address.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const [A, B] = ['192.0.2.1:9001', '192.0.2.2:9002'].map((text) => parseAddress(text)!) as [
  Address,
  Address,
];

interface Opened {
  readonly memory: PeerMemory;
  readonly troubles: string[];
  known: Address[];
}

async function opened(file: string): Promise<Opened> {
  const known: Address[] = [];
  const troubles: string[] = [];
  const onTrouble = (message: string): void => void troubles.push(message);
  const memory = await PeerMemory.open({ file, known: () => known, onTrouble });
  return { memory, troubles, known };
}

async function stateFile(): Promise<string> {
  return join(await temporaryFolder(), 'p2p/peers.json');
}

describe('known peers', () => {
  test('are there again in the next run', async () => {
    const file = await stateFile();
    const first = await opened(file);
    first.known.push(A, B);
    await first.memory.close();
    const second = await opened(file);
    expect(second.memory.remembered()).toEqual([A, B]);
    expect([first.troubles, second.troubles]).toEqual([[], []]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(file, '..'))).toEqual(['peers.json']);
  });

  test('that do not answer now are kept, behind those that do', async () => {
    const file = await stateFile();
    await mkdir(join(file, '..'));
    const seen = new Date(Date.now() - 3_600_000).toISOString();
    await writeFile(
      file,
      JSON.stringify({ version: 1, peers: [{ address: '192.0.2.1:9001', seen }] }),
    );
    const first = await opened(file);
    first.known.push(B);
    await first.memory.close();
    expect((await opened(file)).memory.remembered()).toEqual([B, A]);
  });

  test('that have not answered for more than a week are forgotten', async () => {
    const file = await stateFile();
    await mkdir(join(file, '..'));
    const seen = new Date(Date.now() - 8 * 24 * 3_600_000).toISOString();
    const peers = [{ address: '192.0.2.1:9001', seen }];
    await writeFile(file, JSON.stringify({ version: 1, peers }));
    expect((await opened(file)).memory.remembered()).toEqual([]);
  });

  test('are a bounded number', async () => {
    const file = await stateFile();
    const { memory, known, troubles } = await opened(file);
    const ip = parseIp('192.0.2.1')!;
    for (let port = 1; port <= 3 * MOST_REMEMBERED; port++) known.push(makeAddress(ip, port));
    await memory.close();
    const again = await opened(file);
    expect(again.memory.remembered()).toHaveLength(MOST_REMEMBERED);
    expect([troubles, again.troubles]).toEqual([[], []]);
  });

  test('are not written when there is nothing new', async () => {
    const file = await stateFile();
    const { memory, known } = await opened(file);
    await memory.save();
    expect(await readdir(join(file, '../..'))).toEqual([]);
    known.push(A);
    await memory.save();
    await writeFile(file, 'somebody else');
    await memory.save();
    expect(await readFile(file, 'utf8')).toBe('somebody else');
  });

  test('that are saved from two sides at once are whole', async () => {
    const file = await stateFile();
    const { memory, known, troubles } = await opened(file);
    known.push(A);
    const first = memory.save();
    known.push(B);
    await Promise.all([first, memory.save(), memory.close()]);
    expect(troubles).toEqual([]);
    expect((await opened(file)).memory.remembered()).toHaveLength(2);
  });
});

describe('a file of known peers', () => {
  test.each([
    ['that is cut off', '{"version":1,"peers":[{"addr'],
    ['that is empty', ''],
    ['of another version', '{"version":2,"peers":[]}'],
    [
      'with something that is no address',
      '{"version":1,"peers":[{"address":"x","seen":"2026-01-01"}]}',
    ],
    [
      'with something that is no time',
      '{"version":1,"peers":[{"address":"192.0.2.1:1","seen":"x"}]}',
    ],
    ['with null for a peer', '{"version":1,"peers":[null]}'],
    ['that is no object', 'null'],
    ['that is far too large', `{"version":1,"peers":[]}${' '.repeat(100_000)}`],
  ])('%s is set aside, said, and made anew', async (_what, text) => {
    const file = await stateFile();
    await mkdir(join(file, '..'));
    await writeFile(file, text);
    const { memory, troubles, known } = await opened(file);
    expect(memory.remembered()).toEqual([]);
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatch(/cannot be understood; the file is now .*peers\.json\.damaged-/);
    const [aside] = await readdir(join(file, '..'));
    expect(aside).toMatch(/^peers\.json\.damaged-/);
    expect(await readFile(join(file, '..', aside!), 'utf8')).toBe(text);
    known.push(A);
    await memory.close();
    expect((await opened(file)).memory.remembered()).toEqual([A]);
  });

  test('that cannot be written is said once', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'p2p'), 'a file where the folder should be');
    const { memory, troubles, known } = await opened(join(folder, 'p2p/peers.json'));
    known.push(A);
    await memory.save();
    known.push(B);
    await memory.close();
    expect(troubles.filter((text) => text.includes('cannot be saved'))).toHaveLength(1);
  });
});

describe('the usual place', () => {
  const environment = { XDG_STATE_HOME: '/state' };

  test('has a file for each folder and port', () => {
    const file = defaultStateFile(environment, '/images', 9_000);
    expect(file).toMatch(/^\/state\/p2p\/peers-9000-[0-9a-f]{12}\.json$/);
    expect(defaultStateFile(environment, '/images', 9_001)).not.toBe(file);
    expect(defaultStateFile(environment, '/others', 9_000)).not.toBe(file);
  });

  test('is none for a peer on any free port', () => {
    expect(defaultStateFile(environment, '/images', 0)).toBeNull();
  });
});
