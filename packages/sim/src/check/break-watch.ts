import type { RequestDue } from '../journal/event.ts';
import type { Plan } from '../plan/plan.ts';
import { quantifierOf } from '../scenario/figure-ref.ts';
import type { Expectation, Scenario } from '../scenario/scenario.ts';
import { followFigure, type Contribution, type RunningFigure } from './running-figure.ts';

/** A part of a run by numbers: −1 for the whole run, all groups, all peers. */
export interface PartNumbers {
  readonly phase: number;
  readonly group: number;
  readonly peer: number;
}

/** One expectation, and its figure in each part that it looks at. */
interface Watched {
  readonly expectation: Expectation;
  readonly group: number | null;
  readonly peer: number | null;
  readonly figures: Map<string, RunningFigure>;
}

/**
 * Follows the figures of expectations request by request. Of each expectation it keeps a few numbers for
 * every part that it looks at, however long the run is.
 */
export class BreakWatch {
  readonly #plan: Plan;
  readonly #all: readonly (Watched | null)[];
  /** What a request of each phase has to be told to. */
  readonly #byPhase: readonly (readonly Watched[])[];

  constructor(plan: Plan) {
    this.#plan = plan;
    const { scenario } = plan;
    this.#all = scenario.expect.map((one) =>
      canFollow(one, scenario) ? watched(one, plan) : null,
    );
    const followed = this.#all.filter((one) => one !== null);
    this.#byPhase = scenario.phases.map(({ name, measured }) =>
      followed.filter((one) => isOf(one.expectation.phase, name, measured)),
    );
  }

  /** Takes one judged request in; `phaseStartUs` tells when its phase began. */
  judged(due: RequestDue, one: Contribution, phaseStartUs: number): void {
    const group = this.#plan.peers[due.peer]!.group;
    for (const each of this.#byPhase[due.phase]!) {
      if (each.group !== null && each.group !== group) continue;
      if (each.peer !== null && each.peer !== due.peer) continue;
      this.#figureOf(each, partOf(each.expectation, due, group), phaseStartUs)?.take(one);
    }
  }

  /** From when on an expectation was broken for good in a part; null: that is not known. */
  brokenUs(expectation: number, part: PartNumbers, endUs: number): number | null {
    return this.#all[expectation]?.figures.get(keyOf(part))?.brokenUs(endUs) ?? null;
  }

  #figureOf(each: Watched, part: PartNumbers, startUs: number): RunningFigure | null {
    const key = keyOf(part);
    const known = each.figures.get(key);
    if (known !== undefined) return known;
    const made = followFigure(each.expectation.figure, each.expectation, startUs);
    if (made !== null) each.figures.set(key, made);
    return made;
  }
}

/** A bound that moves, and a rate over phases that lie apart, are not followed. */
function canFollow(
  { figure, terms, comparison, value, phase }: Expectation,
  scenario: Scenario,
): boolean {
  if (terms.length > 0 || followFigure(figure, { comparison, value }, 0) === null) return false;
  const isRate = figure === 'requests.rate' || figure === 'throughput';
  return !isRate || phase !== null || askingPhases(scenario) === 1;
}

function askingPhases({ phases }: Scenario): number {
  return phases.filter(({ measured, requests }) => measured && requests.length > 0).length;
}

function watched(expectation: Expectation, plan: Plan): Watched {
  const number = (name: string | null, all: readonly { readonly name: string }[]): number | null =>
    name === null || quantifierOf(name) !== null ? null : all.findIndex((one) => one.name === name);
  return {
    expectation,
    group: number(expectation.group, plan.scenario.groups),
    peer: number(expectation.peer, plan.peers),
    figures: new Map(),
  };
}

function isOf(written: string | null, name: string, isMeasured: boolean): boolean {
  return written === null ? isMeasured : written === name || quantifierOf(written) !== null;
}

function partOf(
  { phase, group, peer }: Expectation,
  due: RequestDue,
  groupOf: number,
): PartNumbers {
  return {
    phase: phase === null ? -1 : due.phase,
    group: group === null ? -1 : groupOf,
    peer: peer === null ? -1 : due.peer,
  };
}

function keyOf({ phase, group, peer }: PartNumbers): string {
  return `${phase}/${group}/${peer}`;
}
