import type { PageResult } from '../page/page-data.ts';
import { el, scrolled, table } from './element.ts';
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

function heading({ head }: Run): HTMLElement {
  const [word, kind] = verdictOf(head.result);
  return el(
    'h1',
    {},
    el('span', { class: `verdict ${kind}` }, word),
    ' ',
    el('span', { class: 'name' }, head.scenario),
  );
}

function verdictOf(result: PageResult | null): [word: string, kind: string] {
  if (result === null) return ['NOT JUDGED', 'none'];
  return [result.verdict.toUpperCase().replace('-', ' '), result.verdict];
}

function facts({ head }: Run): HTMLElement {
  const texts = [
    head.runner === null ? 'from a trace' : `on ${head.runner}`,
    showCount(head.peerCount, 'peer'),
    `seed ${head.seed}`,
    `${showTime(head.endUs)} of the run’s own time`,
    ...(head.result === null ? [] : [`imagemesh ${head.result.environment.imagemesh}`]),
  ];
  return el('p', { class: 'facts' }, texts.join(' · '));
}

function reasons({ head }: Run): HTMLElement[] {
  const texts = head.result?.reasons ?? [];
  if (texts.length === 0) return [];
  return [el('ul', { class: 'reasons' }, ...texts.map((text) => el('li', {}, text)))];
}

function figures(run: Run): HTMLElement {
  const list = el('dl', { class: 'figures' });
  for (const [name, value] of figuresOf(run)) {
    list.append(el('div', {}, el('dt', {}, name), el('dd', {}, value)));
  }
  return list;
}

function figuresOf({ head }: Run): [name: string, value: string][] {
  const { result, series, state } = head;
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

/** What was expected and what came of it, by phase, and the faults: tables. */
export function outcomeSection(): Section & { update(run: Run): void } {
  const part = section('outcome', 'Outcome');
  const place = el('div', {});
  part.root.append(place);
  return {
    ...part,
    update(run) {
      swap(place, ...outcomeTables(run).map((one) => scrolled(one.caption!.textContent!, one)));
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
              endUs === null ? 'the end' : showMoment(endUs),
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
