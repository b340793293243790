import { describe, expect, test } from 'vitest';
import { HarnessBounds, type Miss } from '../../src/check/harness-bounds.ts';
import type { HarnessLoad } from '../../src/journal/event.ts';
import { LabStrain } from '../../src/stats/lab-strain.ts';

const IDLE: HarnessLoad = { cores: 0.1, loopShare: 0.1, machineShare: 0.2, isShortOfFiles: false };
const TIME = { phases: [0], boundUs: 1_000_000, measuredUs: 1_500_000 };
const LATENCY: Miss = { kind: 'latency', ...TIME, lag: 'max' };
const RATE: Miss = { kind: 'rate', phases: [0], lostShare: 0.1 };
const PROGRESS: Miss = { kind: 'progress', phases: [0], boundUs: 10_000_000, measuredUs: null };
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
      atUs: (i + 1) * 100_000,
      lagUs: isMeant ? lagUs : 0,
      rssBytes: 1,
      load: isMeant ? { ...IDLE, ...load } : IDLE,
    });
  }
  return new HarnessBounds(['steady'], strain.phases);
}

/** The kinds of what may have caused each of these misses. */
function causes(bounds: HarnessBounds): string[] {
  return [LATENCY, RATE, PROGRESS, ANSWERS, { kind: 'peers' } as const].map((miss) =>
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

  test('or a machine without rest explains requests that were still open at the end', () => {
    const cut: Miss = { kind: 'overtaken', phases: [0] };
    const kinds = (load: Partial<HarnessLoad>): string[] =>
      boundsOf({ load })
        .causes(cut)
        .map(({ kind }) => kind);
    expect(kinds({})).toEqual([]);
    expect(kinds({ loopShare: 1 })).toEqual(['processor']);
    expect(kinds({ machineShare: 1 })).toEqual(['machine']);
    expect(kinds({ isShortOfFiles: true })).toEqual(['files']);
  });

  test('on a machine without rest explains that peers found one another late, not that they never did', () => {
    const bounds = boundsOf({ load: { machineShare: 1 } });
    const kinds = (measuredUs: number | null): string[] =>
      bounds.causes({ ...PROGRESS, measuredUs }).map(({ kind }) => kind);
    expect(kinds(11_000_000)).toEqual(['machine']);
    expect(kinds(null)).toEqual([]);
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
    // A tenth of the time was lost, and so of the rate, but not a fifth.
    expect(boundsOf({ lagUs: 100_001 }, 1).causes({ ...RATE, lostShare: 0.2 })).toEqual([]);
    expect(causes(boundsOf({ lagUs: 200_001 }, 1))).toEqual(['lag', 'lag', '', '', '']);
    expect(causes(boundsOf({ lagUs: 2_000_001 }, 1))).toEqual(['lag', 'lag', 'lag', '', '']);
    expect(causes(boundsOf({ lagUs: 5_000_001 }, 1))).toEqual(['lag', 'lag', 'lag', 'lag', '']);
  });

  test('that was late explains a time that it can have made so long, and none beyond that', () => {
    const bounds = boundsOf({ lagUs: 300_000 }, 1);
    const kinds = (measuredUs: number | null, boundUs: number | null = 1_000_000): number =>
      bounds.causes({ kind: 'latency', phases: [0], boundUs, measuredUs, lag: 'max' }).length;
    expect([kinds(3_999_000), kinds(4_000_001), kinds(null), kinds(5, null)]).toEqual([1, 0, 1, 0]);
  });

  test('whose timers rang within two milliseconds was on time, however short a time is', () => {
    const short = { ...LATENCY, boundUs: 1_000, measuredUs: 1_500 } as const;
    expect(boundsOf({ lagUs: 2_000 }).causes(short)).toEqual([]);
    expect(boundsOf({ lagUs: 2_001 }).causes(short)).toHaveLength(1);
  });

  test('that was late once explains no median', () => {
    const median = { ...LATENCY, lag: 'p50' } as const;
    expect(boundsOf({ lagUs: 900_000 }, 1).causes(median)).toEqual([]);
    expect(boundsOf({ lagUs: 900_000 }, 1).causes({ ...LATENCY, lag: 'p90' })).toEqual([]);
    expect(boundsOf({ lagUs: 900_000 }, 7).causes(median)[0]!.text).toMatch(
      /^timers of the lab rang 900 ms late or later in half of phase steady$/,
    );
  });

  test('explains a phase only by what was so in that phase', () => {
    const strain = new LabStrain(2);
    strain.write({ kind: 'phase-start', atUs: 0, phase: 0 });
    strain.write({ kind: 'harness', atUs: 1, lagUs: 900_000, rssBytes: 1 });
    const bounds = new HarnessBounds(['first', 'second'], strain.phases);
    expect(bounds.causes(LATENCY).map(({ phase }) => phase)).toEqual(['first']);
    expect(bounds.causes({ ...LATENCY, phases: [1] })).toEqual([]);
  });
});
