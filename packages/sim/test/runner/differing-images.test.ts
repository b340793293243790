import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import { contentHeldBy, contentsOf } from '../../src/plan/images.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { loopback } from '../../src/runner/loopback.ts';
import { processes } from '../../src/runner/process.ts';
import { virtual } from '../../src/runner/virtual.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { LabFolder, runLab } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());

const PHASES = [
  { name: 'discover', until: 'discovered', within: '20s' },
  { name: 'steady', for: '1s', requests: { rate: '80/s' } },
];

const GENERATED = { generate: { count: 4, size: '40KiB' } };

/** The images that were found, in the order of the answers: number, from whom, with which bytes. */
function foundIn(
  journal: readonly JournalEvent[],
): { image: number; from: number; sha256: string }[] {
  const images = new Map(
    journal.flatMap((event) => (event.kind === 'due' ? [[event.request, event.image]] : [])),
  );
  return journal.flatMap((event) =>
    event.kind === 'done' && event.outcome === 'found'
      ? [{ image: images.get(event.request)!, from: event.from, sha256: event.sha256 }]
      : [],
  );
}

describe.each([virtual, loopback, processes])('on $name', (runner) => {
  test.each([
    ['generated', GENERATED],
    ['from a folder', {}],
  ])('every owner serves its own picture, %s', async (_, source) => {
    const file = lab.write({
      // Who has got a picture asks its giver again, so it takes many askers to see both versions of one.
      peers: { count: 8 },
      images: { ...source, copies: 2, differing: '100%' },
      phases: PHASES,
      expect: ['requests.success == 100%', 'requests.due > 15'],
    });
    const { result, journal } = await runLab(runner, file);
    expect(result.reasons).toEqual([]);
    const { images } = makePlan(loadScenario(file), result.seed);
    const found = foundIn(journal);
    expect(found.map(({ sha256 }) => sha256)).toEqual(
      found.map(({ image, from }) => contentHeldBy(images[image]!, from).sha256),
    );
    const both = images.filter((image, number) => {
      const hashes = new Set(found.flatMap((one) => (one.image === number ? [one.sha256] : [])));
      return contentsOf(image).every(({ sha256 }) => hashes.has(sha256));
    });
    expect(both.length).toBeGreaterThan(0);
  });
});

describe('a peer that misbehaves', () => {
  /** A run in which one of five peers misbehaves, and owns images like the others. */
  async function runWith(behavior: string): ReturnType<typeof runLab> {
    const groups = [
      { name: 'ours', count: 4 },
      { name: 'bad', count: 1, behavior },
    ];
    const file = lab.write({
      peers: { groups },
      topology: { kind: 'full' },
      phases: PHASES,
      images: { ...GENERATED, copies: 3, differing: '100%' },
      expect: ['requests.wrong >= 0', 'requests.failed == 0'],
    });
    return await runLab(virtual, file);
  }

  test.each(['wrong-bytes', 'corrupted-bytes'])(
    'is caught where owners hold different pictures: %s',
    async (behavior) => {
      const { result, journal } = await runWith(behavior);
      expect(result.reasons).toEqual([]);
      const bad = result.perPeer.findIndex(({ group }) => group === 'bad');
      const fromBad = foundIn(journal).filter(({ from }) => from === bad);
      expect(fromBad.length).toBeGreaterThan(0);
      expect(result.requests.wrong).toBe(fromBad.length);
    },
  );

  test.each(['truncated-reply', 'reset-reply'])(
    'that sends a part of its picture makes nobody take a mixture: %s',
    async (behavior) => {
      const { result, journal } = await runWith(behavior);
      expect(result.reasons).toEqual([]);
      expect(result.requests).toMatchObject({ wrong: 0, failed: 0 });
      const attempts = journal.flatMap((event) => (event.kind === 'done' ? event.attempts : []));
      expect(attempts.some(({ outcome }) => /truncated|reset/.test(outcome))).toBe(true);
    },
  );
});
