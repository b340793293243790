import { describe, expect, test } from 'vitest';
import { startChurn } from '../../src/fault/churn.ts';
import type { Heal } from '../../src/fault/trouble.ts';
import { Random } from '../../src/random/random.ts';
import type { ChurnPattern, ChurnSession } from '../../src/scenario/scenario.ts';

const SECOND = 1_000_000;

/** Churn that begins at 10 s, on a clock driven by hand that rings `lateUs` late. */
class Stage {
  /** `seconds ±peer`. */
  readonly turns: string[] = [];
  readonly heal: Heal;
  nowUs = 10 * SECOND;
  readonly #actions: { atUs: number; action: () => void }[] = [];

  constructor(pattern: ChurnPattern, peers: readonly number[], lateUs = 0) {
    this.heal = startChurn(pattern, peers, {
      nowUs: () => this.nowUs,
      at: (atUs, action) => void this.#actions.push({ atUs: atUs + lateUs, action }),
      leave: (peer) => {
        this.#note(`-${peer}`);
        return () => this.#note(`+${peer}`);
      },
      random: (index) => Random.fromSeed(1).fork('churn', index),
    });
  }

  until(seconds: number): this {
    for (;;) {
      this.#actions.sort((a, b) => a.atUs - b.atUs);
      const next = this.#actions[0];
      if (next === undefined || next.atUs > seconds * SECOND) break;
      this.#actions.shift();
      this.nowUs = next.atUs;
      next.action();
    }
    this.nowUs = seconds * SECOND;
    return this;
  }

  #note(turn: string): void {
    this.turns.push(`${this.nowUs / SECOND} ${turn}`);
  }
}

function traceOf(...nodes: (readonly (readonly [number, number])[])[]): ChurnPattern {
  const sessions = nodes.map((node) =>
    node.map(([start, end]): ChurnSession => ({ startUs: start * SECOND, endUs: end * SECOND })),
  );
  return { kind: 'trace', nodes: sessions };
}

describe('churn as in a trace', () => {
  test('lets a peer be there when its node was', () => {
    const stage = new Stage(
      traceOf([
        [0, 5],
        [7, 8],
        [9, Infinity],
      ]),
      [4],
    ).until(99);
    expect(stage.turns).toEqual(['15 -4', '17 +4', '18 -4', '19 +4']);
  });

  test('takes a peer away at once whose node comes later', () => {
    expect(new Stage(traceOf([[2, 3]]), [4]).until(99).turns).toEqual(['10 -4', '12 +4', '13 -4']);
  });

  test('lets every peer be there when it is over', () => {
    const stage = new Stage(traceOf([[0, 1]], [[5, 6]], [[0, 9]]), [0, 1, 2]).until(12);
    stage.heal();
    expect(stage.until(99).turns).toEqual(['10 -1', '11 -0', '12 +0', '12 +1']);
  });

  test('takes the nodes in turn, again from the first where they are too few', () => {
    const stage = new Stage(traceOf([[0, 1]], [[0, 2]], [[0, 3]]), [5, 6]).until(99);
    expect(stage.turns).toEqual(['11 -5', '12 -6']);
    const more = new Stage(traceOf([[0, 1]], [[0, 2]]), [5, 6, 7]).until(99);
    expect(more.turns).toEqual(['11 -5', '11 -7', '12 -6']);
  });
});

describe('churn at a rate', () => {
  const pattern: ChurnPattern = {
    kind: 'leaves',
    perSecond: 4,
    absences: { kind: 'exponential', mean: SECOND },
  };
  const peers = Array.from({ length: 30 }, (_, peer) => peer);

  test('lets so many leave in a given time, of all together', () => {
    const { turns } = new Stage(pattern, peers).until(110);
    const leaves = turns.filter((turn) => turn.includes('-'));
    // 400 are expected, with a standard deviation of 20.
    expect(leaves.length).toBeGreaterThan(320);
    expect(leaves.length).toBeLessThan(480);
    expect(new Set(leaves.map((turn) => turn.split(' ')[1])).size).toBe(30);
  });

  test('lets nobody leave who is away', () => {
    const away = new Set<string>();
    for (const turn of new Stage({ ...pattern, perSecond: 40 }, peers.slice(0, 9)).until(60)
      .turns) {
      const [, peer = ''] = turn.split(' ');
      const who = peer.slice(1);
      if (peer.startsWith('-')) {
        expect(away).not.toContain(who);
        away.add(who);
      } else expect(away.delete(who)).toBe(true);
    }
  });

  test('lets every peer be there when it is over', () => {
    const stage = new Stage(pattern, peers).until(60);
    stage.heal();
    const { length } = stage.turns;
    stage.until(600);
    expect(stage.turns).toHaveLength(length);
    expect(stage.turns.filter((turn) => turn.includes('-'))).toHaveLength(length / 2);
  });

  test('strikes the same peers however late the clock rings', () => {
    const order = (lateUs: number): string[] =>
      new Stage(pattern, peers, lateUs)
        .until(60)
        .turns.flatMap((turn) => /-\d+$/.exec(turn)?.[0] ?? []);
    expect(order(0).length).toBeGreaterThan(150);
    expect(order(SECOND / 3).slice(0, 150)).toEqual(order(0).slice(0, 150));
  });
});
