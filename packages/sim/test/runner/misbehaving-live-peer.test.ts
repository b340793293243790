import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPeer, type RunningPeer } from '@imagemesh/peer';
import { afterEach, describe, expect, test } from 'vitest';
import { loopback } from '../../src/runner/loopback.ts';
import type { LivePeer } from '../../src/runner/live-peer.ts';
import { makePicture } from '../../src/picture/picture.ts';
import { startMisbehavingPeer } from '../../src/runner/misbehaving-live-peer.ts';
import { LabFolder, runLab, waitFor } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = temporaryFolder();
const lab = new LabFolder(join(root));

const sockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;

describe('on the loopback runner, beside a peer with', () => {
  test.each([
    'denies-all',
    'reset-reply',
    'silent',
    'slow-writer',
    'refuses',
    'bogus-peers',
    'huge-peers',
    'malformed-messages',
    'flood-hello',
    'slow-reader',
  ])('%s ours find each other and get what they want', async (behavior) => {
    const before = sockets();
    const { result } = await runLab(loopback, lab.write(sections(behavior)));
    expect(result.reasons).toEqual([]);
    expect(result.requests).toMatchObject({ due: 14, correct: 14 });
    const bad = result.perPeer.find(({ name }) => name === 'bad-1');
    expect(bad).toMatchObject({ known: null, sent: null, received: null });
    await waitFor(() => sockets() <= before);
  });

  test('wrong-bytes every lie that is believed is found and named', async () => {
    const expected = { expect: ['requests.wrong > 0', 'requests.failed == 0'] };
    const { result, journal } = await runLab(
      loopback,
      lab.write({ ...sections('wrong-bytes'), ...expected }),
    );
    expect(result.reasons).toEqual([]);
    const liar = result.perPeer.findIndex(({ name }) => name === 'bad-1');
    const believed = journal.filter((event) => event.kind === 'done' && event.from === liar);
    expect(result.requests.wrong).toBe(believed.length);
    for (const { why } of result.badRequests) expect(why).toContain('bad-1 (wrong-bytes)');
  });
});

describe('a misbehaving peer on real sockets', () => {
  const running: (LivePeer | RunningPeer)[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((peer) => peer.stop()));
  });

  /** A peer of ours that takes images of 1 MiB at most, and one that misbehaves and owns `cat.png`. */
  async function pair(behavior: string): Promise<{ ours: RunningPeer; bad: LivePeer }> {
    const folder = join(root, behavior);
    for (const who of ['ours', 'bad']) mkdirSync(join(folder, who, 'images'), { recursive: true });
    for (const who of ['ours', 'bad']) {
      const picture = makePicture({ kind: 'png', sizeBytes: 100_000, seed: 1, number: 1 });
      writeFileSync(join(folder, who, 'images', 'cat.png'), picture);
    }
    const images = join(folder, 'ours', 'images');
    const limits = { imageBytes: 1_024 * 1_024 };
    const ours = await createPeer({ images, host: '127.0.0.1', port: 0, limits });
    const events = {
      onReached() {},
      onLost() {},
      onCrash: (how: string) => expect.unreachable(how),
      onLeft: (what: string) => expect.unreachable(what),
    };
    const options = {
      folder: join(folder, 'bad'),
      port: 0,
      host: '127.0.0.1',
      announce: null,
      disk: null,
      isEmptied: false,
      known: 64,
      random32: () => 1,
      events,
      signal: new AbortController().signal,
    };
    const bad = await startMisbehavingPeer(behavior, ['cat.png'], options);
    running.push(ours, bad);
    ours.start([]);
    bad.start([ours.address]);
    return { ours, bad };
  }

  test('sends without an end until it is cut off', async () => {
    const { ours, bad } = await pair('endless-reply');
    const { attempts } = await ours.fetch('cat.png', bad.address).result;
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['too-large']);
    // It learns from a reset that nobody listens any more.
    await bad.stop();
    await ours.stop();
  });

  test('changes one byte of its own image', async () => {
    const { ours, bad } = await pair('corrupted-bytes');
    const { image } = await ours.fetch('cat.png', bad.address).result;
    expect(image).toMatchObject({ sizeBytes: 100_000, savedAs: 'received_cat.png' });
    const { image: other } = await ours.fetch('dog.png', bad.address).result;
    expect(other).toBeNull();
  });

  test('lets go of what it does not read when it is stopped', async () => {
    const { ours, bad } = await pair('slow-reader');
    await waitFor(() => ours.known().length === 1);
    const before = sockets();
    await waitFor(() => sockets() > before + 4);
    await bad.stop();
    await waitFor(() => sockets() < before);
  });
});

function sections(behavior: string): Record<string, unknown> {
  return {
    peers: {
      groups: [
        { name: 'ours', count: 3 },
        { name: 'bad', count: 1, behavior },
      ],
    },
    topology: { kind: 'full' },
    images: { copies: 3 },
    phases: [
      { name: 'discover', until: 'discovered', within: '20s' },
      { name: 'steady', for: '500ms', requests: { rate: '30/s', arrivals: 'constant' } },
    ],
  };
}
