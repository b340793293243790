import type { GraphFigures, Spread } from '../plan/graph.ts';
import type { PlannedFault } from '../plan/faults.ts';
import type { ImagesOverview, PhaseOverview, Range } from '../plan/overview.ts';
import type { LatencyOverview } from '../plan/latency-overview.ts';
import type { Plan } from '../plan/plan.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { describeRequests } from '../scenario/describe-requests.ts';
import type { Network, PeerGroup, Phase } from '../scenario/scenario.ts';
import { formatQuantity } from '../scenario/units.ts';
import { peerRanges } from './plan-peers.ts';
import { safe, wrap } from './screen-text.ts';
import type { Screen } from './trouble.ts';

/** Columns in which the names of facts stand. */
const NAME_WIDTH = 12;

/** Peers, or ranges of them, that are named as struck by a fault. */
const SHOWN_PEERS = 12;

/** Pairs of groups whose latencies are shown. */
const SHOWN_PAIRS = 21;

/** Who knows whom, in figures: edges are counted once, whoever knows the other. */
export function topologyFacts(text: string, graph: GraphFigures, screen: Screen): string {
  const { edges, degrees, diameter, parts, largestPart } = graph;
  const inParts = `${showNumber(parts)}, the largest one of ${showNumber(largestPart)} peers`;
  return facts(screen, [
    ['Topology', text],
    ['edges', showNumber(edges)],
    ['neighbours', showSpread(degrees, showNumber)],
    ['diameter', showBounds(diameter)],
    ['parts', parts > 1 ? inParts : showNumber(parts)],
  ]);
}

/** How many images there are, how large, and on how many peers. */
export function imagesFacts(images: ImagesOverview, screen: Screen): string {
  const { count, totalBytes, sizeBytes, copies, orphans, differing } = images;
  const bytes = (value: number): string => showFigure('bytes', value);
  return facts(screen, [
    ['Images', showNumber(count)],
    ['sizes', `${showSpread(sizeBytes, bytes)}; ${bytes(totalBytes)} in all`],
    ['copies', showSpread(copies, showNumber)],
    ...(orphans === 0 ? [] : [['nobody owns', `${showNumber(orphans)} of them`] as const]),
    ...(differing === 0
      ? []
      : [['differ', `${showNumber(differing)} of them, from owner to owner`] as const]),
  ]);
}

/** The phases in order, with a line for each stream of requests. */
export function phasesFacts(phases: readonly PhaseOverview[], screen: Screen): string {
  return facts(screen, [
    ['Phases', showNumber(phases.length)],
    ...phases.flatMap(({ phase, requests }) => [
      [phase.name, describePhase(phase)] as const,
      ...phase.requests.map(
        (stream, i) =>
          ['', `${showDue(requests[i] ?? null)}: ${describeRequests(stream)}`] as const,
      ),
    ]),
  ]);
}

function describePhase({ until, withinUs, forUs, requests, measured }: Phase): string {
  const what = until?.known === 'all' ? 'discovered' : `known: ${until?.known}`;
  return [
    until === null
      ? formatQuantity('time', forUs)
      : `until ${what}, within ${formatQuantity('time', withinUs)}`,
    requests.length === 0 && 'nothing is asked',
    !measured && 'not measured',
  ]
    .filter(Boolean)
    .join(', ');
}

function showDue(requests: Range | null): string {
  if (requests === null) return 'as answers come';
  const { least, most } = requests;
  const count = least === most ? `about ${showNumber(most)}` : `up to ${showNumber(most)}`;
  return `${count} request${most === 1 ? '' : 's'}`;
}

/** How the network behaves, with the latencies between groups where links differ; empty for the bare machine. */
export function networkFacts(
  network: Network,
  groups: readonly PeerGroup[],
  latencies: readonly LatencyOverview[],
  screen: Screen,
): string {
  const { latencyUs, jitterUs, bandwidthBytesPerSecond, loss, segments } = network;
  const wishes = [
    typeof latencyUs !== 'number' && 'latency by link',
    typeof latencyUs === 'number' &&
      latencyUs > 0 &&
      `latency ${formatQuantity('time', latencyUs)}`,
    jitterUs > 0 && `jitter ${formatQuantity('time', jitterUs)}`,
    bandwidthBytesPerSecond > 0 &&
      `bandwidth ${formatQuantity('bytesPerSecond', bandwidthBytesPerSecond)}`,
    loss > 0 && `loss ${formatQuantity('share', loss)}`,
    segments !== 'natural' && `segments ${segments}`,
  ].filter(Boolean);
  if (wishes.length === 0) return '';
  return facts(screen, [
    ['Network', wishes.join(', ')],
    ...latencies.slice(0, SHOWN_PAIRS).map((one) => latencyFact(one, groups)),
    ...(latencies.length > SHOWN_PAIRS
      ? [['others', `${showNumber(latencies.length)} pairs of groups in all`] as const]
      : []),
  ]);
}

function latencyFact(
  { from, to, isBothWays, us }: LatencyOverview,
  groups: readonly PeerGroup[],
): readonly [string, string] {
  const names = from === to ? [from] : [from, to];
  const pair = names.map((group) => groups[group]!.name).join(isBothWays ? ' – ' : ' → ');
  return [pair, showSpread(us, (value) => showFigure('time', value))];
}

/** What goes wrong and when, with the peers that were drawn for it. */
export function faultsFacts(plan: Plan, screen: Screen): string {
  return facts(screen, [
    ['Faults', showNumber(plan.faults.length)],
    ...plan.faults.map((planned) => [whenOf(planned), whatOf(plan, planned)] as const),
  ]);
}

function whenOf({ fault }: PlannedFault): string {
  const { phase, offsetUs } = fault;
  const start = phase ?? 'start';
  return offsetUs === 0 ? start : `${start}+${formatQuantity('time', offsetUs)}`;
}

function whatOf(plan: Plan, planned: PlannedFault): string {
  const { text, forUs } = planned.fault;
  const lasts = forUs === null ? '' : ` for ${formatQuantity('time', forUs)}`;
  // Of peers that are named in the file there is no more to say.
  const drawn = /\bany\b/.test(text) ? `; drawn: ${struckBy(plan, planned)}` : '';
  return `${text}${lasts}${drawn}`;
}

function struckBy(plan: Plan, { peers, parts, from, to }: PlannedFault): string {
  if (parts.length > 0) return parts.map((part) => named(plan, part)).join(' | ');
  return from.length > 0 ? `${named(plan, from)} to ${named(plan, to)}` : named(plan, peers);
}

function named(plan: Plan, peers: readonly number[]): string {
  const names = peerRanges(plan, peers);
  const shown = names.slice(0, SHOWN_PEERS).join(', ');
  return names.length > SHOWN_PEERS ? `${shown} and others, ${peers.length} in all` : shown;
}

/** A list of names and what is said of each; the first name is the title. */
function facts({ paint, width }: Screen, list: readonly (readonly [string, string])[]): string {
  const column = Math.max(NAME_WIDTH, ...list.map(([name]) => name.length + 2));
  return list
    .flatMap(([name, text], at) => {
      const head = (at === 0 ? name : `  ${name}`).padEnd(column);
      const [first = '', ...others] = wrap(safe(text), width - column - 2);
      const indent = ' '.repeat(column + 2);
      return [
        `${paint(at === 0 ? 'bold' : 'dim', head)}  ${first}`,
        ...others.map((one) => indent + one),
      ];
    })
    .join('\n');
}

/** `3 to 12, median 5`, or one number when all are the same. */
function showSpread({ least, median, most }: Spread, show: (value: number) => string): string {
  if (least === most) return show(least);
  return `${show(least)} to ${show(most)}, median ${show(median)}`;
}

function showBounds({ least, most }: Range): string {
  return least === most ? showNumber(least) : `from ${showNumber(least)} to ${showNumber(most)}`;
}
