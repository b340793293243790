import type { PageHead, PageResult } from '../page/page-data.ts';
import { el, scrolled, table } from './element.ts';
import { quantile } from './latency-chart.ts';
import type { Run } from './run.ts';
import { section, swap, type Section } from './section.ts';
import { showCount, showFigure, showMoment, showNumber, showTime } from './show.ts';

/** The top of the page: what was run, how it ended, the figures that matter most. */
export function summary(): { readonly root: HTMLElement; update(run: Run): void } {
  const root = el('header', { class: 'summary' });
  return {
    root,
    update(run) {
      swap(root, heading(run), facts(run), ...reasons(run), figures(run));
    },
  };
}

/** The title of the page, as `page/page.ts` writes it. */
export function titleOf({ head: { isRunning, result, scenario } }: Run): string {
  const verdict = isRunning ? 'RUNNING' : result?.verdict;
  return verdict === undefined ? scenario : `${verdict}: ${scenario}`;
}

function heading({ head }: Run): HTMLElement {
  const [word, kind] = verdictOf(head);
  return el(
    'h1',
    {},
    el('span', { class: `verdict ${kind}` }, word),
    ' ',
    el('span', { class: 'name' }, head.scenario),
  );
}

function verdictOf({ isRunning, result }: PageHead): [word: string, kind: string] {
  if (isRunning) return ['RUNNING', 'running'];
  if (result === null) return ['NOT JUDGED', 'none'];
  return [result.verdict.toUpperCase().replace('-', ' '), result.verdict];
}

function facts({ head }: Run): HTMLElement {
  const texts = [
    head.runner === null ? 'from a trace' : `on ${head.runner}`,
    showCount(head.peerCount, 'peer'),
    `seed ${head.seed}`,
    `${showTime(head.endUs)} of the run’s own time`,
    ...(head.isRunning ? [phaseOf(head)] : []),
    ...(head.result === null ? [] : [`imagemesh ${head.result.environment.imagemesh}`]),
  ];
  return el('p', { class: 'facts' }, texts.join(' · '));
}

/** Which phase it is, and how much of it is over. */
function phaseOf({ phases, endUs }: PageHead): string {
  const number = phases.findIndex((phase) => phase.startUs !== null && phase.endUs === null);
  const phase = phases[number];
  if (phase === undefined) return 'between two phases';
  const spent = showTime(Math.max(0, endUs - phase.startUs!));
  const of = phase.plannedUs === null ? '' : ` of ${showTime(phase.plannedUs)}`;
  return `phase ${phase.name} (${number + 1} of ${phases.length}), ${spent}${of}`;
}

function reasons({ head }: Run): HTMLElement[] {
  const { result } = head;
  if (result === null || result.reasons.length === 0) return [];
  const texts = result.reasons.map((reason) => `${reason}${sinceWhen(result, reason)}`);
  const { telling, repeat } = result;
  return [
    el('ul', { class: 'reasons' }, ...texts.map((text) => el('li', {}, text))),
    ...(telling.length === 0
      ? []
      : [
          el('p', { class: 'hint' }, 'Requests that tell most:'),
          el('ul', { class: 'telling' }, ...telling.map((text) => el('li', {}, text))),
        ]),
    ...(repeat === null
      ? []
      : [el('p', { class: 'repeat' }, 'To repeat it: ', el('code', {}, repeat))]),
  ];
}

/** Since when an expectation does not hold that a reason is about: `, broken since 1.04 s (steady + 242 ms)`. */
function sinceWhen({ expectations: all }: PageResult, reason: string): string {
  const one = all.find(({ text, holds }) => !holds && reason.startsWith(`expected ${text},`));
  return one === undefined || one.broken === null ? '' : `, ${one.broken.text}`;
}

function figures(run: Run): HTMLElement {
  const list = el('dl', { class: 'figures' });
  for (const [name, value] of figuresOf(run)) {
    list.append(el('div', {}, el('dt', {}, name), el('dd', {}, value)));
  }
  return list;
}

function figuresOf({ head }: Run): [name: string, value: string][] {
  const { result, series, state, latency, isRunning } = head;
  if (result === null) {
    const sum = (key: 'due' | 'correct' | 'wrong' | 'failed' | 'excused'): number =>
      series.buckets.reduce((total, bucket) => total + bucket[key], 0);
    return [
      ['requests', showNumber(sum('due'))],
      ['correct', showNumber(sum('correct'))],
      ['wrong', showNumber(sum('wrong'))],
      ['failed', showNumber(sum('failed'))],
      ['excused', showNumber(sum('excused'))],
      ['peers up', showNumber(state.up.at(-1) ?? 0)],
      ...(isRunning ? latencyFigures(latency) : []),
    ];
  }
  const { requests, latencyMs, throughput, discovery } = result;
  const counted = requests.due - requests.excused;
  return [
    ['requests measured', showNumber(requests.due)],
    ['success', counted === 0 ? '–' : showFigure('share', requests.correct / counted)],
    ['wrong', showNumber(requests.wrong)],
    ['failed', showNumber(requests.failed)],
    ['latency p50', latencyMs === null ? '–' : showTime(latencyMs.p50 * 1e3)],
    ['latency p99', latencyMs === null ? '–' : showTime(latencyMs.p99 * 1e3)],
    ['throughput', showFigure('bytesPerSecond', throughput.bytesPerSecond)],
    ['discovery', discovery.seconds === null ? 'not complete' : showTime(discovery.seconds * 1e6)],
  ];
}

function latencyFigures(latency: PageHead['latency']): [name: string, value: string][] {
  return [0.5, 0.99].map((share) => {
    const us = quantile(latency, share);
    return [`latency p${share * 100}`, us === null ? '–' : showTime(us)];
  });
}

/** What was expected and what came of it, by phase, and the faults: tables. */
export function outcomeSection(): Section & { update(run: Run): void } {
  const part = section('outcome', 'Outcome');
  const place = el('div', {});
  part.root.append(place);
  let shown = '';
  return {
    ...part,
    update(run) {
      // What is the same stays, so that nobody who reads it is thrown out of it.
      const told = JSON.stringify([run.head.result, run.head.faults, run.head.isRunning]);
      if (told === shown) return;
      shown = told;
      const tables = outcomeTables(run).map((one) => scrolled(one.caption!.textContent!, one));
      const none = el('p', { class: 'hint' }, 'What was expected is judged when the run is over.');
      swap(place, ...(run.head.isRunning ? [none] : []), ...tables);
    },
  };
}

function outcomeTables({ head }: Run): HTMLTableElement[] {
  const { result, faults } = head;
  return [
    ...(result === null ? [] : [expectations(result), phases(result)]),
    ...(faults.length === 0
      ? []
      : [
          table(
            'Faults',
            ['fault', 'from', 'to'],
            faults.map(({ text, startUs, endUs }) => [
              text,
              showMoment(startUs),
              endUs !== null ? showMoment(endUs) : head.isRunning ? 'now' : 'the end',
            ]),
          ),
        ]),
  ];
}

function expectations({ expectations: all }: PageResult): HTMLTableElement {
  return table(
    'Expectations',
    ['expectation', 'outcome', 'measured', 'line'],
    // The first that failed is what people look for.
    [...all]
      .sort((a, b) => Number(a.holds) - Number(b.holds))
      .map(({ text, holds, shown, line }) => [
        text,
        el('span', { class: holds ? 'holds' : 'fails' }, holds ? '✓ held' : '✗ failed'),
        shown,
        String(line),
      ]),
  );
}

function phases({ phases: all }: PageResult): HTMLTableElement {
  const heads = ['phase', 'time', 'due', 'correct', 'wrong', 'excused', 'failed', 'p50', 'p99'];
  return table(
    'Phases',
    heads,
    all.map(({ name, measured, seconds, requests, latencyMs }) => [
      measured ? name : `${name} (not measured)`,
      showTime(seconds * 1e6),
      ...[requests.due, requests.correct, requests.wrong, requests.excused, requests.failed].map(
        (count) => showNumber(count),
      ),
      latencyMs === null ? '–' : showTime(latencyMs.p50 * 1e3),
      latencyMs === null ? '–' : showTime(latencyMs.p99 * 1e3),
    ]),
  );
}
