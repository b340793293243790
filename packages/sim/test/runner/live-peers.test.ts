import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { noMessages } from '@imagemesh/peer';
import type { LivePeer, LivePeerOptions } from '../../src/runner/live-peer.ts';
import { LivePeers } from '../../src/runner/live-peers.ts';
import { planOf } from '../plans.ts';

/** One life of the peer of these tests. */
interface Life {
  readonly folder: string;
  /** Lets its start succeed, or fail. */
  readonly begin: () => void;
  readonly fail: (error: Error) => void;
  /** Lets its ending be over. */
  readonly finish: () => void;
  isTold: boolean;
  /** Lets it not end as it should. */
  readonly leave: (what: string) => void;
}

/** A peer that starts and ends when the test says so. The first time it starts by itself. */
async function startOne(): Promise<{ peers: LivePeers; lives: Life[] }> {
  const lives: Life[] = [];
  const startOwn = async (
    _name: string,
    { folder, events }: LivePeerOptions,
  ): Promise<LivePeer> => {
    const [started, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const life = {
      folder,
      begin: started.resolve,
      fail: started.reject,
      finish: ended.resolve,
      isTold: false,
      leave: events.onLeft,
    };
    if (lives.push(life) === 1) started.resolve();
    await started.promise;
    const end = (): Promise<void> => {
      life.isTold = true;
      return ended.promise;
    };
    const counts = noMessages();
    counts.sent.HELLO = lives.length;
    return {
      address: lives.length,
      kill: end,
      stop: end,
      start() {},
      counts: () => Promise.resolve(counts),
    } as unknown as LivePeer;
  };
  const events = { onKnows() {}, onCrash() {}, onRelayCrash() {} };
  const plan = planOf({ peers: [{}] });
  const peers = new LivePeers(plan, { startOwn }, new AbortController().signal, events);
  onTestFinished(async () => {
    const closed = peers.close();
    for (const life of lives) life.begin();
    for (const life of lives) life.finish();
    await closed;
  });
  await peers.start();
  return { peers, lives };
}

const kill = (live: LivePeer): Promise<void> => live.kill();

/** All that can go on without the test has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('what a peer counts is the sum over all its lives', async () => {
  const { peers, lives } = await startOne();
  expect((await peers.counts())[0]!.sent.HELLO).toBe(1);
  peers.end(0, kill);
  lives[0]!.finish();
  const again = peers.startAgain(0, true);
  await settled();
  expect((await peers.counts())[0]!.sent.HELLO).toBe(1);
  lives[1]!.begin();
  await again;
  expect((await peers.counts())[0]!.sent.HELLO).toBe(1 + 2);
});

test('a peer starts again once it has ended, not before', async () => {
  const { peers, lives } = await startOne();
  expect(peers.end(0, kill)).toBe(true);
  expect(peers.all[0]).toBeNull();
  const again = peers.startAgain(0, true);
  await settled();
  expect(lives).toHaveLength(1);
  lives[0]!.finish();
  await settled();
  lives[1]!.begin();
  expect(await again).toEqual({ hasFiles: true });
  expect(peers.all[0]).not.toBeNull();
});

test('a peer that is told to end while it starts is never up, and ends before it starts again', async () => {
  const { peers, lives } = await startOne();
  peers.end(0, kill);
  lives[0]!.finish();
  const again = peers.startAgain(0, true);
  await settled();
  expect(peers.end(0, kill)).toBe(false);
  const third = peers.startAgain(0, true);
  await settled();
  expect(lives).toHaveLength(2);
  lives[1]!.begin();
  await settled();
  expect(lives[1]!.isTold).toBe(true);
  expect(lives).toHaveLength(2);
  lives[1]!.finish();
  expect(await again).toBeNull();
  await settled();
  lives[2]!.begin();
  expect(await third).toEqual({ hasFiles: true });
});

test('a start that fails is of no interest once the peer is told to end', async () => {
  const { peers, lives } = await startOne();
  peers.end(0, kill);
  lives[0]!.finish();
  const [again, told] = [peers.startAgain(0, true), new Error('no such host')];
  await settled();
  peers.end(0, kill);
  lives[1]!.fail(told);
  expect(await again).toBeNull();
  const third = peers.startAgain(0, true);
  await settled();
  lives[2]!.fail(told);
  await expect(third).rejects.toBe(told);
});

test('a peer that is told to end before it begins to start does not start', async () => {
  const { peers, lives } = await startOne();
  peers.end(0, kill);
  const again = peers.startAgain(0, true);
  peers.end(0, kill);
  lives[0]!.finish();
  expect(await again).toBeNull();
  expect(lives).toHaveLength(1);
});

test('files that were lost in a start that came to nothing stay lost', async () => {
  const { peers, lives } = await startOne();
  const images = join(lives[0]!.folder, 'images');
  writeFileSync(join(images, 'cat.png'), 'cat');
  peers.end(0, kill);
  lives[0]!.finish();
  const again = peers.startAgain(0, false);
  await expect.poll(() => lives.length).toBe(2);
  expect(readdirSync(images)).toEqual([]);
  peers.end(0, kill);
  const third = peers.startAgain(0, true);
  lives[1]!.begin();
  lives[1]!.finish();
  expect(await again).toBeNull();
  await settled();
  lives[2]!.begin();
  expect(await third).toEqual({ hasFiles: false });
});

test('who closes waits for a peer that starts, and ends it', async () => {
  const { peers, lives } = await startOne();
  peers.end(0, kill);
  lives[0]!.finish();
  const again = peers.startAgain(0, true);
  await settled();
  let isClosed = false;
  const closed = peers.close().then(() => (isClosed = true));
  await settled();
  expect(isClosed).toBe(false);
  expect(existsSync(lives[1]!.folder)).toBe(true);
  lives[1]!.begin();
  lives[1]!.finish();
  await closed;
  expect(await again).toBeNull();
  expect(lives[1]!.isTold).toBe(true);
  expect(existsSync(lives[1]!.folder)).toBe(false);
});

test('what is left by a peer that was killed is excused, but not a peer that did not end', async () => {
  const { peers, lives } = await startOne();
  writeFileSync(join(lives[0]!.folder, 'images', '.p2p-1-0123456789ab.part'), 'half');
  peers.end(0, kill);
  lives[0]!.finish();
  const again = peers.startAgain(0, true);
  await expect.poll(() => lives.length).toBe(2);
  lives[1]!.begin();
  await again;
  lives[1]!.leave('a process that did not end');
  lives[1]!.finish();
  expect(await peers.close()).toEqual([{ peer: 0, what: 'a process that did not end' }]);
});
