import { checkChurn } from './check-churn.ts';
import type { KnownPeers } from './check-peers.ts';
import type { Draft } from './draft.ts';
import { FAULT_KINDS } from './complete-faults.ts';
import { parseFaultTime } from './fault-time.ts';
import { orList, quoted } from './nearest.ts';
import type { NamedCount } from './peer-names.ts';
import type { Target } from './scenario.ts';
import type { FaultSection, Sparse, TargetsSection } from './scenario-file.ts';
import { parseTarget } from './targets.ts';
import type { Path } from './tolerant.ts';

/** Checks `faults` against the peers and the phases. */
export function checkFaults(draft: Draft, { groups }: KnownPeers): void {
  draft.value.faults?.forEach((fault, index) => {
    if (fault === undefined) return;
    const path = ['faults', index];
    checkKind(draft, path);
    checkCompanions(draft, path);
    checkTime(draft, path, fault);
    if (groups !== undefined) checkTargets(draft, path, fault, groups);
    checkRules(draft, path);
    if (fault.churn !== undefined) checkChurn(draft, [...path, 'churn'], fault.churn);
  });
}

function checkKind(draft: Draft, path: Path): void {
  const given = FAULT_KINDS.filter((kind) => draft.given(...path, kind));
  if (given.length === 0)
    draft.report(path, `nothing goes wrong here, expected ${orList(FAULT_KINDS)}`);
  for (const other of given.slice(1)) {
    draft.report([...path, other], `"${given[0]}" and "${other}" are two faults, write two`, {
      atKey: true,
    });
  }
}

function checkCompanions(draft: Draft, path: Path): void {
  const given = (key: string): boolean => draft.given(...path, key);
  const isEnd = given('kill') || given('stop');
  if (given('for') && given('clock')) {
    draft.report([...path, 'for'], '"for" has no meaning with "clock", which does not jump back', {
      atKey: true,
    });
  }
  if (given('for') && isEnd) {
    draft.report([...path, 'for'], '"for" has no meaning with "kill" and "stop", take "restart"', {
      atKey: true,
    });
  }
  if (given('restart') && !isEnd) {
    draft.report([...path, 'restart'], '"restart" needs "kill" or "stop"', { atKey: true });
  }
  draft.onlyWith(path, 'files', 'restart');
}

function checkTime(draft: Draft, path: Path, { at }: Sparse<FaultSection>): void {
  const phases = draft.value.phases;
  if (at === undefined || phases === undefined) return;
  const names = phases.flatMap((phase) => phase?.name ?? []);
  if (names.length === 0) return;
  const time = parseFaultTime(at, names);
  if (!time.ok) return draft.report([...path, 'at'], time.problem);
  const { phase, offsetUs } = time.value;
  const lastsUs = phases.find((one) => one?.name === phase)?.for;
  if (lastsUs === undefined || offsetUs < lastsUs) return;
  draft.report(
    [...path, 'at'],
    `the phase ${quoted(phase!)} is over by then, it lasts ${lastsUs / 1e6}s`,
  );
}

function checkTargets(
  draft: Draft,
  path: Path,
  fault: Sparse<FaultSection>,
  groups: readonly NamedCount[],
): void {
  const check = (at: Path, written: Sparse<TargetsSection> | undefined): Target[] =>
    readTargets(draft, [...path, ...at], written, groups);
  for (const kind of ['kill', 'stop', 'pause', 'vanish'] as const) check([kind], fault[kind]);
  check(['disk', 'of'], fault.disk?.of);
  check(['churn', 'of'], fault.churn?.of);
  check(['clock', 'of'], fault.clock?.of);
  for (const end of ['from', 'to'] as const) check(['link', end], fault.link?.[end]);
  const parts = fault.partition?.map((part, index) => check(['partition', index], part));
  if (parts !== undefined) checkParts(draft, [...path, 'partition'], parts, groups);
}

function readTargets(
  draft: Draft,
  path: Path,
  written: Sparse<TargetsSection> | undefined,
  groups: readonly NamedCount[],
): Target[] {
  if (written === undefined) return [];
  if (Array.isArray(written) && written.length === 0) draft.report(path, 'no peer is named here');
  const items = Array.isArray(written) ? written : [written];
  return items.flatMap((text, item) => {
    if (text === undefined) return [];
    const target = parseTarget(text, groups);
    if (target.ok) return [target.value];
    draft.report(Array.isArray(written) ? [...path, item] : path, target.problem);
    return [];
  });
}

function checkParts(
  draft: Draft,
  path: Path,
  parts: readonly (readonly Target[])[],
  groups: readonly NamedCount[],
): void {
  if (parts.length < 2) draft.report(path, 'a partition has two parts at least');
  parts.forEach((part, index) => {
    if (part.some((target) => target.kind === 'any' || target.kind === 'all')) {
      draft.report([...path, index], 'a part of a partition names its peers or groups');
    }
    const earlier = parts.slice(0, index).flat();
    if (part.some((one) => earlier.some((other) => overlap(one, other, groups)))) {
      draft.report([...path, index], 'a peer of this part is in an earlier one too');
    }
  });
}

function overlap(one: Target, other: Target, groups: readonly NamedCount[]): boolean {
  const [a, b] = [span(one, groups), span(other, groups)];
  return a !== null && b !== null && a.group === b.group && a.first <= b.last && b.first <= a.last;
}

function span(
  target: Target,
  groups: readonly NamedCount[],
): { group: string; first: number; last: number } | null {
  if (target.kind === 'range') return target;
  if (target.kind !== 'group') return null;
  const last = groups.find((one) => one.name === target.group)?.count ?? 0;
  return { group: target.group, first: 1, last };
}

function checkRules(draft: Draft, path: Path): void {
  for (const [kind, ends] of [
    ['link', ['from', 'to']],
    ['disk', ['of']],
  ] as const) {
    if (!draft.given(...path, kind)) continue;
    const keys = Object.keys(draft.value.faults?.[path[1] as number]?.[kind] ?? {});
    const rules = keys.filter((key) => !(ends as readonly string[]).includes(key));
    const isAnyGiven = rules.some((key) => draft.given(...path, kind, key));
    if (!isAnyGiven)
      draft.report([...path, kind], `nothing is wrong with it, expected ${orList(rules)}`);
  }
}
