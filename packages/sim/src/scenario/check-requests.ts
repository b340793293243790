import { checkDistribution } from './check-distribution.ts';
import { checkGroupNames, unknownGroup } from './check-groups.ts';
import type { KnownPeers } from './check-peers.ts';
import type { Draft } from './draft.ts';
import { exactlyOneOf } from './exactly-one.ts';
import { quoted, unknownWord } from './nearest.ts';
import type { RequestsSection, Sparse } from './scenario-file.ts';
import type { Path } from './tolerant.ts';

/** Whom one would like to ask from outside. Only peers ask: what the lab asked itself would be no peer's figure. */
const LAB = 'lab';
const NO_LAB =
  'the lab itself does not ask, add a group of one peer that does: { name: lab, count: 1 }';

const OPEN_LOOPS = ['rate', 'ramp', 'steps'] as const;

/** Checks `requests` of a phase, each of its streams. */
export function checkRequests(draft: Draft, phase: number, peers: KnownPeers): void {
  const path = ['phases', phase, 'requests'];
  const requests = draft.value.phases?.[phase]?.requests;
  if (requests === undefined) return;
  if (peers.groups?.every((group) => group.behavior)) {
    draft.report(path, 'nobody asks, all groups have "behavior"', { atKey: true });
  }
  if (!Array.isArray(requests)) return checkStream(draft, path, requests, peers);
  if (requests.length === 0) draft.report(path, 'nothing is asked, name a stream or leave it out');
  requests.forEach((stream, index) => {
    if (stream !== undefined) checkStream(draft, [...path, index], stream, peers);
  });
}

function checkStream(
  draft: Draft,
  path: Path,
  stream: Sparse<RequestsSection>,
  peers: KnownPeers,
): void {
  const load = exactlyOneOf(draft, path, [...OPEN_LOOPS, 'users']);
  if (load !== undefined) {
    if (load !== 'users') draft.onlyWith(path, 'think', 'users');
    else if (draft.given(...path, 'arrivals')) {
      const message = '"arrivals" needs "rate", "ramp" or "steps"';
      draft.report([...path, 'arrivals'], message, { atKey: true });
    }
  }
  checkProfiles(draft, path, stream);
  checkDistribution(draft, [...path, 'think'], stream.think);
  checkAskers(draft, [...path, 'from'], stream.from, peers);
}

function checkProfiles(draft: Draft, path: Path, { ramp, steps }: Sparse<RequestsSection>): void {
  if (ramp !== undefined && ramp.length !== 2) {
    draft.report(
      [...path, 'ramp'],
      `expected two rates, the first and the last, got ${ramp.length}`,
    );
  }
  if (steps !== undefined && steps.length < 2) {
    const message = `expected two rates or more, got ${steps.length}; "rate" stays the same`;
    draft.report([...path, 'steps'], message);
  }
  for (const [key, rates] of Object.entries({ ramp, steps })) {
    if (rates === undefined) continue;
    const place = [...path, key];
    if (rates.length > 0 && rates.every((each) => each === 0)) {
      draft.report(place, 'nothing is asked, all rates are 0');
    }
    checkLength(draft, place);
  }
}

/** A rate that changes in the course of a phase needs to know how long that is. */
function checkLength(draft: Draft, place: Path): void {
  const phase = place.slice(0, 2);
  const key = String(place.at(-1));
  if (draft.given(...phase, 'for') || !draft.given(...phase, 'until')) return;
  const message = `"${key}" needs "for": how long a phase with "until" lasts is not known`;
  draft.report(place, message, { atKey: true });
}

function checkAskers(
  draft: Draft,
  path: Path,
  from: Sparse<RequestsSection['from']> | undefined,
  peers: KnownPeers,
): void {
  const isWeighted = typeof from === 'object' && !Array.isArray(from);
  const names = isWeighted ? Object.keys(from) : from;
  if (Array.isArray(names) && names.length === 0) {
    draft.report(path, 'nobody asks, name a group or leave it out');
  }
  const found = isWeighted
    ? checkWeights(draft, path, Object.keys(from), peers.groupNames)
    : checkGroupNames(draft, path, from, peers.groupNames, unknownAsker);
  for (const { name, path: place } of found ?? []) {
    if (!peers.groups?.find((group) => group.name === name)?.behavior) continue;
    const message = `the peers of ${quoted(name)} misbehave and do not ask`;
    draft.report(place, message, { atKey: isWeighted });
  }
}

function checkWeights(
  draft: Draft,
  path: Path,
  names: readonly string[],
  groupNames: readonly string[],
): { name: string; path: Path }[] {
  if (groupNames.length === 0) return [];
  return names.flatMap((name) => {
    const place = [...path, name];
    if (groupNames.includes(name)) return [{ name, path: place }];
    const problem = name === LAB ? NO_LAB : unknownWord('group', name, groupNames);
    draft.report(place, problem, { atKey: true });
    return [];
  });
}

function unknownAsker(name: string, groupNames: readonly string[]): string {
  return name === LAB ? NO_LAB : unknownGroup(name, groupNames);
}
