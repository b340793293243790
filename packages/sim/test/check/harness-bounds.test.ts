import { describe, expect, test } from 'vitest';
import { HarnessBounds, type Miss } from '../../src/check/harness-bounds.ts';
import type { HarnessLoad } from '../../src/journal/event.ts';
import { LabStrain } from '../../src/stats/lab-strain.ts';

const IDLE: HarnessLoad = { cores: 0.1, loopShare: 0.1, machineShare: 0.2, isShortOfFiles: false };
const PACE: Miss = { kind: 'pace', phases: [0], withinUs: 1_000_000, lag: 'max' };
const RATE: Miss = { ...PACE, withinUs: null };
const PROGRESS: Miss = { kind: 'progress', phases: [0], withinUs: 10_000_000 };
const ANSWERS: Miss = { kind: 'answers', phases: [0] };

/** The bounds of a run of one phase with ten samples, of which so many are as given. */
function boundsOf(
  { load = {}, lagUs = 0 }: { readonly load?: Partial<HarnessLoad>; readonly lagUs?: number },
  times = 10,
  of = 10,
): HarnessBounds {
  const strain = new LabStrain(1);
  strain.write({ kind: 'phase-start', atUs: 0, phase: 0 });
  for (let i = 0; i < of; i++) {
    const isMeant = i < times;
    strain.write({
      kind: 'harness',
      atUs: i,
      lagUs: isMeant ? lagUs : 0,
      rssBytes: 1,
      load: isMeant ? { ...IDLE, ...load } : IDLE,
    });
  }
  return new HarnessBounds(['steady'], strain.phases);
}

/** The kinds of what may have caused each of these misses. */
function causes(bounds: HarnessBounds): string[] {
  return [PACE, RATE, PROGRESS, ANSWERS, { kind: 'peers' } as const].map((miss) =>
    bounds
      .causes(miss)
      .map(({ kind }) => kind)
      .join(),
  );
}

describe('a lab', () => {
  test('that had all it needs was bound by nothing', () => {
    const bounds = boundsOf({ lagUs: 20_000, load: { loopShare: 0.9, machineShare: 0.9 } });
    expect(bounds.all).toEqual([]);
    expect(causes(bounds)).toEqual(['', '', '', '', '']);
  });

  test('without rest in most of a phase explains slowness, and no request without an answer', () => {
    const bounds = boundsOf({ load: { loopShare: 1, cores: 1.08 } }, 6);
    expect(causes(bounds)).toEqual(['processor', 'processor', 'processor', '', '']);
    expect(bounds.all).toEqual([
      {
        kind: 'processor',
        phase: 'steady',
        text: 'the lab had no rest in 60.0% of phase steady: it used 108.0% of a core',
      },
    ]);
  });

  test('that was kept from its core by others says so', () => {
    expect(boundsOf({ load: { loopShare: 1, cores: 0.3 } }).all[0]!.text).toBe(
      'the lab had no rest in 100% of phase steady: it got only 30.0% of a core, other programs the rest',
    );
  });

  test('without rest for less than half of a phase, or in a phase of half a second, is well', () => {
    expect(boundsOf({ load: { loopShare: 1 } }, 4).all).toEqual([]);
    expect(boundsOf({ load: { loopShare: 1 } }, 4, 4).all).toEqual([]);
    expect(boundsOf({ load: { loopShare: 1 } }, 5, 5).all).toHaveLength(1);
  });

  test('on a busy machine explains times and rates of requests, and nothing that never came', () => {
    const bounds = boundsOf({ load: { machineShare: 0.99 } });
    expect(causes(bounds)).toEqual(['machine', 'machine', '', '', '']);
    expect(bounds.all[0]!.text).toBe(
      'all processors of the machine were busy in 100% of phase steady',
    );
  });

  test('without files explains what a connection is needed for', () => {
    const bounds = boundsOf({ load: { isShortOfFiles: true } }, 1);
    expect(causes(bounds)).toEqual(['files', 'files', 'files', 'files', '']);
    expect(bounds.all[0]!.text).toMatch(/no file left for the lab in phase steady \(EMFILE/);
  });

  test('that was late explains what is of the same order', () => {
    expect(causes(boundsOf({ lagUs: 100_000 }, 1))).toEqual(['', '', '', '', '']);
    expect(causes(boundsOf({ lagUs: 100_001 }, 1))).toEqual(['', 'lag', '', '', '']);
    expect(causes(boundsOf({ lagUs: 200_001 }, 1))).toEqual(['lag', 'lag', '', '', '']);
    expect(causes(boundsOf({ lagUs: 2_000_001 }, 1))).toEqual(['lag', 'lag', 'lag', '', '']);
    expect(causes(boundsOf({ lagUs: 5_000_001 }, 1))).toEqual(['lag', 'lag', 'lag', 'lag', '']);
  });

  test('that was late once explains no median', () => {
    const median = { ...PACE, lag: 'p50' } as const;
    expect(boundsOf({ lagUs: 900_000 }, 1).causes(median)).toEqual([]);
    expect(boundsOf({ lagUs: 900_000 }, 1).causes({ ...PACE, lag: 'p90' })).toEqual([]);
    expect(boundsOf({ lagUs: 900_000 }, 7).causes(median)[0]!.text).toMatch(
      /^timers of the lab rang 900 ms late or later in half of phase steady$/,
    );
  });

  test('explains a phase only by what was so in that phase', () => {
    const strain = new LabStrain(2);
    strain.write({ kind: 'phase-start', atUs: 0, phase: 0 });
    strain.write({ kind: 'harness', atUs: 1, lagUs: 900_000, rssBytes: 1 });
    const bounds = new HarnessBounds(['first', 'second'], strain.phases);
    expect(bounds.causes(PACE).map(({ phase }) => phase)).toEqual(['first']);
    expect(bounds.causes({ ...PACE, phases: [1] })).toEqual([]);
  });
});
