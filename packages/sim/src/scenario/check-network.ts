import { checkDistribution, checkUniform, DISTRIBUTIONS } from './check-distribution.ts';
import type { KnownPeers } from './check-peers.ts';
import type { Draft } from './draft.ts';
import { exactlyOneOf } from './exactly-one.ts';
import { unknownSingleGroup } from './check-groups.ts';
import { quoted } from './nearest.ts';
import type { LatencyMap, Sparse } from './scenario-file.ts';

const PATH = ['network', 'latency'];
const BETWEEN = [...PATH, 'between'];

/** Checks `network`: whether the latency is one thing, and whether it is known for every two groups. */
export function checkNetwork(draft: Draft, peers: KnownPeers): void {
  const latency = draft.value.network?.latency;
  if (latency === undefined || typeof latency === 'number') return;
  checkKind(draft);
  checkUniform(draft, PATH, latency);
  draft.onlyWith(PATH, 'otherwise', 'between');
  checkDistribution(draft, [...PATH, 'otherwise'], latency.otherwise);
  if (latency.between === undefined) return;
  const before = draft.findings.length;
  checkRows(draft, latency.between, peers.groupNames);
  // What could not be read, or is misspelt, is also missing where it should be; one sentence is enough.
  const isRead = Object.values(latency.between).every((row) => row !== undefined);
  if (isRead && draft.findings.length === before) checkMissing(draft, latency.between, peers);
}

function checkKind(draft: Draft): void {
  const kinds = ['between', ...DISTRIBUTIONS];
  // Alone it needs "between", which is said elsewhere.
  const isAlone =
    draft.given(...PATH, 'otherwise') && !kinds.some((kind) => draft.given(...PATH, kind));
  if (!isAlone) exactlyOneOf(draft, PATH, kinds);
}

function checkRows(
  draft: Draft,
  rows: NonNullable<Sparse<LatencyMap>['between']>,
  groupNames: readonly string[],
): void {
  const isUnknown = (name: string): boolean => groupNames.length > 0 && !groupNames.includes(name);
  for (const [from, row] of Object.entries(rows)) {
    if (isUnknown(from)) reportGroup(draft, from, [...BETWEEN, from], groupNames);
    for (const [to, cell] of Object.entries(row ?? {})) {
      const place = [...BETWEEN, from, to];
      if (isUnknown(to)) reportGroup(draft, to, place, groupNames);
      checkDistribution(draft, place, cell);
    }
  }
}

function reportGroup(
  draft: Draft,
  name: string,
  path: readonly string[],
  groupNames: readonly string[],
): void {
  const problem =
    name === 'all'
      ? '"all" cannot stand here, name each group, or give the rest as "otherwise"'
      : unknownSingleGroup(name, groupNames);
  draft.report(path, problem, { atKey: true });
}

/** Every two peers need a latency between them. */
function checkMissing(
  draft: Draft,
  rows: NonNullable<Sparse<LatencyMap>['between']>,
  { groups = [] }: KnownPeers,
): void {
  if (draft.given(...PATH, 'otherwise')) return;
  const isGiven = (from: string, to: string): boolean =>
    draft.given(...BETWEEN, from, to) || draft.given(...BETWEEN, to, from);
  const missing = groups.flatMap(({ name, count }, number) =>
    groups
      .slice(count > 1 ? number : number + 1)
      .filter((other) => !isGiven(name, other.name))
      .map((other) => [name, other.name] as const),
  );
  const [first] = missing;
  if (first === undefined) return;
  draft.report(BETWEEN, `${missingText(first, missing.length - 1)}; add it, or "otherwise"`);
}

function missingText([from, to]: readonly [string, string], others: number): string {
  const pair = from === to ? `two peers of ${quoted(from)}` : `${quoted(from)} and ${quoted(to)}`;
  const more =
    others === 0 ? '' : `, nor of ${others} other pair${others === 1 ? '' : 's'} of groups`;
  return `nothing says the latency between ${pair}${more}`;
}
