import { correctnessTable, markNotes, speedTable, type TableContent } from './phase-tables.ts';
import type { Effort, HarnessResult, HostResult, Result, VirtualResult } from '../result/result.ts';
import { discoveryTable, expectationsTable, faultsTable, knowledgeTable } from './run-tables.ts';
import { painter, safe, wrap } from './screen-text.ts';
import { sparkline } from './sparkline.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { renderTable } from './text-table.ts';
import { failedSection, reasonsSection, tellingSection, type Screen } from './trouble.ts';
import { lookCommands, repeatCommand, wrapVerdict } from './verdict-line.ts';

/** Narrower screens wrap by themselves: below this the columns of numbers do not fit. */
const LEAST_WIDTH = 80;

/**
 * All that a person wants to see after a run, ending with the verdict, without a line end. No line
 * is wider than `width` (at least 80), except for the command to paste, which must stay whole. `recorded` is the trace, or the
 * bundle, that this run is in.
 */
export function renderTables(
  result: Result,
  options: { readonly color: boolean; readonly width: number; readonly recorded?: string },
): string {
  const width = Math.max(LEAST_WIDTH, options.width);
  const screen: Screen = { paint: painter(options.color), width };
  const isError = result.verdict === 'error';
  const failed = result.verdict === 'pass' || !hasBegun(result) ? [] : whatFailed(result, screen);
  const sections = [
    header(result, screen),
    // What could not be carried out says little of the peers, whatever failed until then.
    ...(isError ? [reasonsSection(result, screen)] : []),
    ...failed,
    ...(hasBegun(result) ? tables(result, screen) : []),
    ...(result.verdict === 'pass' ? [tellingSection(result, screen)] : []),
    ...(isError ? [] : [reasonsSection(result, screen)]),
    end(result, options, screen, failed.length > 0),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** A run that ended before its first phase began has only its reasons to show. */
function hasBegun({
  verdict,
  phases,
  runSeconds,
}: Pick<Result, 'verdict' | 'phases' | 'runSeconds'>): boolean {
  return phases.length > 0 && (verdict !== 'error' || runSeconds > 0);
}

/** What whoever reads a failure wants to know first, and the line that brings it about again. */
function whatFailed(result: Result, screen: Screen): string[] {
  const failed = failedSection(result, screen);
  const telling = tellingSection(result, screen);
  if (failed === '' && telling === '') return [];
  return [failed, telling, repeatLines(result, screen)];
}

function repeatLines(result: Result, { paint }: Screen): string {
  return `${paint('dim', 'To repeat it:')}\n  ${repeatCommand(result)}`;
}

function tables(result: Result, screen: Screen): string[] {
  const render = ({ columns, rows }: TableContent): string => renderTable(columns, rows, screen);
  const notes = markNotes(result.phases).flatMap((note) => dim(note, screen));
  return [
    render(correctnessTable(result)),
    [render(speedTable(result)), ...notes].join('\n'),
    overTime(result, screen),
    render(discoveryTable(result)),
    render(knowledgeTable(result.discovery)),
    ...faultsSection(result, render),
    result.expectations.length === 0 ? '' : render(expectationsTable(result.expectations)),
    costs(result, screen),
  ];
}

/** The rate of correct answers as a chart of one line; empty where there were none. */
function overTime({ series, runSeconds }: Result, screen: Screen): string {
  const rates = series.buckets.map(({ correct }) => correct / series.bucketSeconds);
  const most = Math.max(0, ...rates);
  if (most === 0) return '';
  const title = `Correct answers over ${showSeconds(runSeconds)}`;
  const peak = `at most ${showFigure('rate', most)}, taken over ${showSeconds(series.bucketSeconds)}`;
  const head = `${screen.paint('bold', title)}  ${screen.paint('dim', peak)}`;
  return `${head}\n${sparkline(rates, screen.width)}`;
}

/** Churn is many faults: those beyond the first few are counted. */
const MOST_FAULTS = 20;

function faultsSection({ faults }: Result, render: (content: TableContent) => string): string[] {
  if (faults.length === 0) return [];
  const table = render(faultsTable(faults.slice(0, MOST_FAULTS)));
  const rest = faults.length - MOST_FAULTS;
  return [rest > 0 ? `${table}\nand ${showNumber(rest)} more` : table];
}

function header({ scenario, runner, peers, seed, ...result }: Result, screen: Screen): string {
  const name = safe(scenario);
  const parts = [
    `${name} on ${safe(runner)}`,
    `${showNumber(peers)} peer${peers === 1 ? '' : 's'}`,
    `seed ${seed}`,
    ...(hasBegun(result) ? [duration(result)] : []),
  ];
  const [first = '', ...others] = wrap(parts.join(', '), screen.width, 2);
  return [screen.paint('bold', first), ...others].join('\n');
}

function duration({
  runSeconds,
  simulatedSeconds,
  wallSeconds,
}: Pick<Result, 'runSeconds' | 'simulatedSeconds' | 'wallSeconds'>): string {
  if (simulatedSeconds === null) return showSeconds(runSeconds);
  return `${showSeconds(simulatedSeconds)} simulated in ${showSeconds(wallSeconds)}`;
}

/** What the run took: of the peers, of the machine. */
function costs(result: Result, screen: Screen): string {
  const { wallSeconds, memory, virtual, effort, requests } = result;
  const lines = [
    ...(effort.attempts === 0 ? [] : [effortLine(effort, requests.due)]),
    `${showSeconds(wallSeconds)} with setting up and clearing away, ${showFigure('bytes', memory.peakRssBytes)} of memory at most`,
    virtual === null ? lagLine(result.harness) : virtualLine(virtual),
    ...(result.hosts === undefined ? [] : [hostsLine(result.hosts)]),
  ];
  return lines.flatMap((line) => dim(line, screen)).join('\n');
}

function virtualLine({ events, eventsPerSecond, traceHash }: VirtualResult): string {
  return `${showNumber(events)} events, ${showFigure('rate', eventsPerSecond)}, trace hash ${safe(traceHash)}`;
}

/** Where the peers were, and which of their hosts was lost. */
function hostsLine(hosts: readonly HostResult[]): string {
  const each = hosts.map(({ name, peers, lost }) => {
    const told = lost === 0 ? '' : `, lost ${lost === 1 ? 'once' : `${lost} times`}`;
    return `${safe(name)} (${showNumber(peers)} peers${told})`;
  });
  const errors = hosts.flatMap(({ clockErrorMs }) => clockErrorMs ?? []);
  const clocks =
    errors.length === 0
      ? ''
      : `, clocks aligned to within ${showFigure('time', Math.max(...errors) * 1e3)}`;
  return `on ${each.join(', ')}${clocks}`;
}

/** Empty when the lab has not looked at itself. */
function lagLine({ lagMs, peakOpenRequests }: HarnessResult): string {
  if (lagMs === null) return '';
  const late = showFigure('time', lagMs.max * 1e3);
  return `timers of the lab ${late} late at most, ${showNumber(peakOpenRequests)} requests under way at once`;
}

function effortLine(
  { attempts, failedAttempts, duplicateImages, duplicateBytes }: Effort,
  due: number,
): string {
  const each = due === 0 ? '' : ` (${showNumber(attempts / due, 2)} a request)`;
  const again = `${showNumber(duplicateImages)} images came again`;
  const bytes = duplicateImages === 0 ? '' : ` (${showFigure('bytes', duplicateBytes)})`;
  return `${showNumber(attempts)} peers asked${each}, ${showNumber(failedAttempts)} in vain, ${again}${bytes}`;
}

function end(
  result: Result,
  { color, recorded }: { readonly color: boolean; readonly recorded?: string },
  screen: Screen,
  isRepeatTold: boolean,
): string {
  const { paint, width } = screen;
  const verdict = wrapVerdict(result, { color, width });
  if (result.verdict === 'pass') return verdict;
  const look = lookCommands(result, recorded);
  const which = `To look at request ${result.tellingRequests[0]?.request}:`;
  const lookLines =
    look.length === 0 ? [] : [paint('dim', which), ...look.map((one) => `  ${one}`)];
  const hints = [...(isRepeatTold ? [] : [repeatLines(result, screen)]), ...lookLines];
  return hints.length === 0 ? verdict : [verdict, '', ...hints].join('\n');
}

function showSeconds(seconds: number): string {
  return showFigure('time', seconds * 1e6);
}

function dim(text: string, { paint, width }: Screen): string[] {
  return wrap(text, width).map((line) => paint('dim', line));
}
