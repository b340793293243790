import { describe, expect, test } from 'vitest';
import { FaultDirector } from '../../src/fault/director.ts';
import type { Trouble } from '../../src/fault/trouble.ts';
import type { JournalEvent } from '../../src/journal/event.ts';
import type { PlannedFault } from '../../src/plan/faults.ts';
import type { FaultAction } from '../../src/scenario/scenario.ts';
import { phaseOf, planOf } from '../plans.ts';

const SECOND = 1_000_000;

/** A fault that begins a second into the phase `steady`. */
function faultOf(
  action: FaultAction,
  targets: Partial<PlannedFault>,
  forUs: number | null = null,
): PlannedFault {
  const fault = { phase: 'steady', offsetUs: SECOND, forUs, action, text: action.kind, line: 1 };
  return { fault, peers: [], parts: [], from: [], to: [], ...targets };
}

/** A clock driven by hand, a world that writes down what is done to it, and the journal. */
class Stage {
  readonly done: string[] = [];
  readonly journal: JournalEvent[] = [];
  readonly director: FaultDirector;
  #nowUs = 0;
  readonly #actions: { atUs: number; action: () => void }[] = [];

  constructor(faults: readonly PlannedFault[]) {
    const plan = planOf({ scenario: { phases: [phaseOf({ name: 'steady' })] }, faults });
    const clock = {
      nowUs: () => this.#nowUs,
      at: (atUs: number, action: () => void) => void this.#actions.push({ atUs, action }),
    };
    const log = { write: (event: JournalEvent) => void this.journal.push(event) };
    this.director = new FaultDirector(plan, clock, this.#trouble(), log);
    this.director.write({ kind: 'phase-start', atUs: 0, phase: 0 });
  }

  /** Does what is due within `us`, in order. */
  pass(us: number): this {
    const untilUs = this.#nowUs + us;
    for (;;) {
      this.#actions.sort((a, b) => a.atUs - b.atUs);
      const next = this.#actions[0];
      if (next === undefined || next.atUs > untilUs) break;
      this.#actions.shift();
      this.#nowUs = next.atUs;
      next.action();
    }
    this.#nowUs = untilUs;
    return this;
  }

  #trouble(): Trouble {
    const note = (what: string): void => void this.done.push(`${this.#nowUs / SECOND} ${what}`);
    const one =
      (what: string) =>
      (peer: number): void =>
        note(`${what} ${peer}`);
    return {
      kill: one('kill'),
      stop: one('stop'),
      pause: one('pause'),
      resume: one('resume'),
      vanish: one('vanish'),
      restart: (peer, keepsFiles) => note(`restart ${peer}${keepsFiles ? '' : ' empty'}`),
      jumpClock: (peer, byUs) => note(`clock ${peer} +${byUs / SECOND}`),
      addDiskRule: (peer) => {
        note(`disk ${peer}`);
        return () => note(`disk ${peer} heals`);
      },
      addLinkRule: ({ from, to }, { cut }) => {
        const link = `${[...from].join('')}→${[...to].join('')} ${cut}`;
        note(link);
        return () => note(`${link} heals`);
      },
    };
  }
}

const kill = (restartUs: number | null, keepsFiles = true): FaultAction => ({
  kind: 'kill',
  targets: [],
  restartUs,
  keepsFiles,
});

describe('the director', () => {
  test('ends a peer and starts it again, and writes both down', () => {
    const stage = new Stage([faultOf(kill(2 * SECOND, false), { peers: [1] })]).pass(10 * SECOND);
    expect(stage.done).toEqual(['1 kill 1', '3 restart 1 empty']);
    expect(stage.journal.map(({ kind, atUs }) => `${atUs / SECOND} ${kind}`)).toEqual([
      '1 fault-begins',
      '1 peer-down',
      '3 fault-ends',
    ]);
    expect(stage.journal[1]).toMatchObject({ peer: 1, isPlanned: true, how: 'was killed' });
  });

  test('never starts a peer that another fault still holds down', () => {
    const stage = new Stage([
      faultOf(kill(4 * SECOND), { peers: [1] }),
      faultOf(kill(2 * SECOND), { peers: [1, 2] }),
    ]).pass(4 * SECOND);
    expect(stage.done).toEqual(['1 kill 1', '1 kill 2', '3 restart 2']);
    expect([stage.director.isDown(1), stage.director.isDown(2)]).toEqual([true, false]);
    stage.pass(SECOND);
    expect(stage.done.at(-1)).toBe('5 restart 1');
  });

  test('parts a network in both directions, and joins it again', () => {
    const partition = { kind: 'partition', parts: [] } as const;
    const parts = [[0], [1, 2]];
    const stage = new Stage([faultOf(partition, { parts }, 3 * SECOND)]).pass(9 * SECOND);
    expect(stage.done).toEqual([
      '1 0→12 both',
      '1 12→0 one-way',
      '4 0→12 both heals',
      '4 12→0 one-way heals',
    ]);
  });

  test('pauses and resumes once, however many faults pause a peer', () => {
    const pause = { kind: 'pause', targets: [] } as const;
    const stage = new Stage([
      faultOf(pause, { peers: [0] }, SECOND),
      faultOf(pause, { peers: [0] }, 3 * SECOND),
    ]).pass(9 * SECOND);
    expect(stage.done).toEqual(['1 pause 0', '4 resume 0']);
  });

  test('puts clocks ahead, which is over at once', () => {
    const clock = { kind: 'clock', targets: [], jumpUs: 5 * SECOND } as const;
    const stage = new Stage([faultOf(clock, { peers: [0, 2] })]).pass(9 * SECOND);
    expect(stage.done).toEqual(['1 clock 0 +5', '1 clock 2 +5']);
    expect(stage.journal.map(({ kind, atUs }) => `${atUs / SECOND} ${kind}`)).toEqual([
      '1 fault-begins',
      '1 fault-ends',
    ]);
  });

  test('leaves the clock of a peer that is down alone', () => {
    const clock = { kind: 'clock', targets: [], jumpUs: 5 * SECOND } as const;
    const stage = new Stage([
      faultOf(kill(null), { peers: [1] }),
      faultOf(clock, { peers: [0, 1] }),
    ]).pass(9 * SECOND);
    expect(stage.done).toEqual(['1 kill 1', '1 clock 0 +5']);
  });

  test('lets peers come and go, the same for the same seed, until churn is over', () => {
    const churn: FaultAction = {
      kind: 'churn',
      targets: [],
      pattern: {
        kind: 'sessions',
        sessions: { kind: 'exponential', mean: 2 * SECOND },
        absences: { kind: 'constant', value: SECOND / 2 },
      },
      keepsFiles: true,
    };
    const faults = [faultOf(churn, { peers: [0, 1, 2] }, 60 * SECOND)];
    const stage = new Stage(faults).pass(61 * SECOND);
    expect(new Stage(faults).pass(61 * SECOND).done).toEqual(stage.done);
    const kills = stage.done.filter((line) => line.includes('kill'));
    // Three peers for a minute, each away after 2 s on average and for half a second.
    expect(kills.length).toBeGreaterThan(40);
    expect(kills.length).toBeLessThan(110);
    const before = stage.done.length;
    stage.pass(600 * SECOND);
    expect(stage.done).toHaveLength(before);
    expect(stage.done.filter((line) => line.includes('restart'))).toHaveLength(kills.length);
  });

  test('takes peers for ended that something else has ended, and starts those again that no fault holds down', () => {
    const stage = new Stage([faultOf(kill(null), { peers: [1] })]).pass(2 * SECOND);
    const heal = stage.director.lose([0, 1], 'was on a host that was lost', 1_500_000);
    expect(stage.journal.at(-1)).toMatchObject({
      kind: 'peer-down',
      peer: 0,
      atUs: 1_500_000,
      isPlanned: true,
      how: 'was on a host that was lost',
    });
    expect(stage.director.isDown(0)).toBe(true);
    stage.pass(SECOND);
    heal();
    expect(stage.done).toEqual(['1 kill 1', '2 kill 0', '3 restart 0']);
  });
});
