import { describe, expect, test } from 'vitest';
import type {
  BodyKeeper,
  ImageOpener,
  ImageStore,
  KeptImage,
  ReceivedBody,
  StoredImage,
} from '@imagemesh/peer';
import { DiskRules } from '../../src/runner/disk-rules.ts';
import { SpoiltStore } from '../../src/runner/spoilt-store.ts';
import type { DiskRule } from '../../src/scenario/scenario.ts';

const BODY = { sizeBytes: 1, sha256: '' } as ReceivedBody;
const KEPT: KeptImage = { savedAs: 'received_cat.png', wasThere: false };

/** A folder that holds all names but `no.png`, and what became of what. */
class Folder implements ImageStore {
  readonly log: string[] = [];

  open(name: string, _isComplete: boolean, opener: ImageOpener): void {
    const image: StoredImage = { sizeBytes: 1, release: () => this.log.push('released') };
    if (name === 'no.png') opener.onNoImage('not-found');
    else opener.onImage(image);
  }

  keep(_body: ReceivedBody, _name: string, keeper: BodyKeeper): void {
    this.log.push('kept');
    keeper.onKept(KEPT);
  }

  discard(): void {
    this.log.push('discarded');
  }
}

function spoilt(): { folder: Folder; disk: DiskRules; store: SpoiltStore } {
  const [folder, disk] = [new Folder(), new DiskRules()];
  return { folder, disk, store: new SpoiltStore(folder, disk) };
}

function rule(wrong: Partial<DiskRule>): DiskRule {
  return { slowUs: 0, isFull: false, isUnreadable: false, ...wrong };
}

function open(store: ImageStore, name = 'cat.png'): Promise<string> {
  return new Promise((resolve) => {
    store.open(name, true, { onImage: () => resolve('image'), onNoImage: resolve });
  });
}

function keep(store: ImageStore): Promise<string> {
  return new Promise((resolve) => {
    store.keep(BODY, 'cat.png', {
      onKept: ({ savedAs }) => resolve(savedAs),
      onKeepFailed: resolve,
    });
  });
}

test('a disk on which nothing is wrong hands on what the folder says', async () => {
  const { folder, store } = spoilt();
  expect(await open(store)).toBe('image');
  expect(await open(store, 'no.png')).toBe('not-found');
  expect(await keep(store)).toBe('received_cat.png');
  store.discard(BODY);
  expect(folder.log).toEqual(['kept', 'discarded']);
});

describe('an unreadable disk', () => {
  test('opens no image, and leaves none open', async () => {
    const { folder, disk, store } = spoilt();
    const heal = disk.add(rule({ isUnreadable: true }));
    expect(await open(store)).toBe('unreadable');
    expect(folder.log).toEqual(['released']);
    expect(await open(store, 'no.png')).toBe('not-found');
    expect(await keep(store)).toBe('received_cat.png');
    heal();
    expect(await open(store)).toBe('image');
  });
});

describe('a full disk', () => {
  test('keeps nothing, says so in a later event, and can be read', async () => {
    const { folder, disk, store } = spoilt();
    const heal = disk.add(rule({ isFull: true }));
    let isWithin = true;
    const failed = new Promise((resolve) => {
      store.keep(BODY, 'cat.png', {
        onKept: resolve,
        onKeepFailed: (problem) => resolve([problem, isWithin]),
      });
    });
    isWithin = false;
    expect(await failed).toEqual(['no-space', false]);
    expect(folder.log).toEqual(['discarded']);
    expect(await open(store)).toBe('image');
    heal();
    expect(await keep(store)).toBe('received_cat.png');
  });

  test('is full until the last rule has gone, when the same holds twice', async () => {
    const { disk, store } = spoilt();
    const full = rule({ isFull: true });
    const heals = [disk.add(full), disk.add(full)];
    heals[0]!();
    expect(await keep(store)).toBe('no-space');
    heals[1]!();
    expect(await keep(store)).toBe('received_cat.png');
  });
});

describe('a slow disk', () => {
  test.each<[string, (store: ImageStore) => Promise<string>]>([
    ['opening', (store) => open(store)],
    ['missing', (store) => open(store, 'no.png')],
    ['saving', keep],
  ])('takes the time of all rules for %s', async (_what, act) => {
    const { disk, store } = spoilt();
    disk.add(rule({ slowUs: 20_000 }));
    disk.add(rule({ slowUs: 30_000 }));
    const startMs = performance.now();
    await act(store);
    // Timers and clocks agree to a millisecond.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
  });

  test('has saved before it says so', async () => {
    const { folder, disk, store } = spoilt();
    disk.add(rule({ slowUs: 1_000 }));
    const kept = keep(store);
    expect(folder.log).toEqual(['kept']);
    await kept;
  });
});
