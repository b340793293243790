/**
 * When an expectation that does not hold was broken for good. Figures of requests are followed while the run
 * goes on (`BreakWatch`); a time that was too long broke its bound when that passed; what is only counted at
 * the end cannot be told.
 */
import type { Plan } from '../plan/plan.ts';
import type { BreakResult } from '../result/result.ts';
import { showFigure } from '../result/show-figure.ts';
import { findFigure } from '../scenario/figures.ts';
import type { Expectation } from '../scenario/scenario.ts';
import type { Figures } from '../stats/figures.ts';
import type { PartNumbers } from './break-watch.ts';
import type { Broken } from './expectations.ts';
import type { Part } from './figure-values.ts';

/** The moment of expectation `number`, or why it cannot be told. */
export function whenBroken(
  plan: Plan,
  figures: Figures,
  number: number,
  broken: Broken,
): BreakResult {
  const expectation = plan.scenario.expect[number]!;
  const part = broken.part && numbersOf(broken.part, plan);
  const followed = part && figures.breaks.brokenUs(number, part, endOf(part, figures));
  if (followed !== null) return moment('broken since', followed, plan, figures);
  if (isTooLate(expectation, broken)) return tooLate(plan, figures, expectation, broken);
  return unknown(whyUnknown(expectation, broken));
}

function numbersOf({ phase, group, peer }: Part, { scenario }: Plan): PartNumbers {
  const place = (name: string | undefined, all: readonly { readonly name: string }[]): number =>
    all.findIndex((one) => one.name === name);
  return {
    phase: place(phase?.name, scenario.phases),
    group: place(group ?? undefined, scenario.groups),
    peer: peer ?? -1,
  };
}

/** Rates are of what came within the phase. */
function endOf({ phase }: PartNumbers, figures: Figures): number {
  return figures.phases[phase]?.endUs || figures.phases.at(-1)?.endUs || figures.endUs;
}

/** Whether it is about how long something takes that happens once, and takes too long. */
function isTooLate({ figure, comparison, terms }: Expectation, { bound }: Broken): boolean {
  const { unit, needsRequests } = findFigure(figure)!;
  const isOnce = unit === 'time' && !needsRequests && !figure.startsWith('harness.');
  return isOnce && bound !== null && terms.length === 0 && comparison.startsWith('<');
}

function tooLate(
  plan: Plan,
  figures: Figures,
  { figure }: Expectation,
  { bound, part }: Broken,
): BreakResult {
  const startUs = startOf(figure, part, plan, figures);
  if (startUs === null)
    return unknown('the faults that it counts from were not over before the end of the run');
  const dueUs = startUs + bound!;
  if (dueUs <= figures.endUs) return moment('not reached by', dueUs, plan, figures);
  return moment('the run ended before, at', figures.endUs, plan, figures);
}

function startOf(figure: string, part: Part | null, plan: Plan, figures: Figures): number | null {
  if (figure === 'healed.discovery.time') return figures.healedUs;
  if (figure !== 'time') return 0;
  const phase = plan.scenario.phases.findIndex(({ name }) => name === part?.phase?.name);
  return figures.phases[phase]?.startUs ?? null;
}

function whyUnknown({ figure, terms, comparison }: Expectation, { value }: Broken): string {
  if (terms.length > 0) return 'what it is compared with is a figure of the whole run itself';
  if (value === null) return 'there was nothing to measure';
  const { needsRequests, unit } = findFigure(figure)!;
  const isOfRequests = needsRequests || /^(requests|attempts|duplicate)\b/.test(figure);
  if (isOfRequests && comparison.startsWith('>')) return 'it was not met at any moment';
  if (unit === 'rate' || unit === 'bytesPerSecond')
    return 'it is a rate over phases that lie apart';
  return 'its figure is taken at the end';
}

function unknown(why: string): BreakResult {
  return { seconds: null, phase: null, phaseSeconds: null, text: `when cannot be told: ${why}` };
}

function moment(word: string, atUs: number, plan: Plan, figures: Figures): BreakResult {
  const number = phaseAt(atUs, figures);
  const { name } = plan.scenario.phases[number]!;
  const offsetUs = atUs - figures.phases[number]!.startUs;
  const text = `${word} ${showFigure('time', atUs)} (${name} + ${showFigure('time', offsetUs)})`;
  return { seconds: atUs / 1e6, phase: name, phaseSeconds: offsetUs / 1e6, text };
}

/** The phase that had begun last; what comes after the last one counts for it. */
function phaseAt(atUs: number, { phases }: Figures): number {
  return Math.max(
    0,
    phases.findLastIndex(({ startUs }, i) => startUs <= atUs && (startUs > 0 || i === 0)),
  );
}
