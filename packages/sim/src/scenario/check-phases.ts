import { DEFAULT_LIMITS } from '@imagemesh/peer';
import { checkName, type CheckedGroup, type KnownPeers } from './check-peers.ts';
import type { Draft } from './draft.ts';
import { parseExpectation } from './expectation.ts';
import { FIGURE_HEADS } from './figures.ts';
import { quoted, unknownWord } from './nearest.ts';

/** Checks `phases`, and `timeout` against them. */
export function checkPhases(draft: Draft, peers: KnownPeers): void {
  const phases = draft.value.phases;
  if (phases === undefined) return;
  if (phases.length === 0) draft.report(['phases'], 'there are no phases, at least one is needed');
  const names = new Set<string>();
  phases.forEach((phase, index) => {
    if (phase === undefined) return;
    checkPhaseName(draft, index, names);
    draft.exactlyOne(['phases', index], 'until', 'for');
    draft.onlyWith(['phases', index], 'within', 'until');
    checkUntil(draft, index, peers);
    checkRequests(draft, index, peers);
  });
  checkTimeout(draft);
}

/** Checks every line of `expect`. */
export function checkExpectations(draft: Draft): void {
  const phases = [...new Set((draft.value.phases ?? []).flatMap((phase) => phase?.name ?? []))];
  draft.value.expect?.forEach((text, index) => {
    if (text === undefined) return;
    const result = parseExpectation(text, phases);
    if ('problem' in result)
      draft.report(['expect', index], result.problem, { offset: result.offset });
  });
}

function checkPhaseName(draft: Draft, index: number, earlier: Set<string>): void {
  const name = draft.value.phases?.[index]?.name;
  if (name === undefined) return;
  const path = ['phases', index, 'name'];
  checkName(draft, path, name);
  if (FIGURE_HEADS.has(name)) {
    draft.report(path, `${quoted(name)} is the first word of a figure, call this phase otherwise`);
  }
  if (earlier.has(name)) draft.report(path, `a second phase is called ${quoted(name)}`);
  earlier.add(name);
}

function checkUntil(draft: Draft, index: number, { groups, total }: KnownPeers): void {
  const until = draft.value.phases?.[index]?.until;
  if (until === undefined || groups === undefined || total === undefined) return;
  const path = ['phases', index, 'until'];
  const ours = groups.filter((group) => !group.run);
  if (ours.length === 0) {
    draft.report(path, '"until" looks at what our own peers know, and all groups have "run"');
    return;
  }
  const wanted = until === 'discovered' ? total - 1 : until.known;
  if (wanted === undefined) return;
  if (wanted > total - 1) {
    draft.report(path, `no peer can know ${wanted} others, there are ${total - 1}`);
  } else {
    const problem = tooFewKept(ours, wanted);
    if (problem !== undefined) draft.report(path, problem);
  }
}

function tooFewKept(ours: readonly CheckedGroup[], wanted: number): string | undefined {
  const [least] = ours
    .map((group) => ({
      kept: group.known ?? DEFAULT_LIMITS.known,
      isDefault: group.known === undefined,
      group,
    }))
    .filter(({ kept }) => kept < wanted);
  if (least === undefined) return undefined;
  return least.isDefault
    ? `each peer keeps ${DEFAULT_LIMITS.known} others at most unless peers.known says more, and ${wanted} are needed`
    : `each peer of the group "${least.group.name}" keeps ${least.kept} others, as "known" says, and ${wanted} are needed`;
}

function checkRequests(draft: Draft, index: number, { groupNames }: KnownPeers): void {
  const path = ['phases', index, 'requests'];
  const requests = draft.value.phases?.[index]?.requests;
  if (requests === undefined) return;
  draft.exactlyOne(path, 'rate', 'users');
  draft.onlyWith(path, 'think', 'users');
  draft.onlyWith(path, 'arrivals', 'rate');
  const from = requests.from;
  if (from === undefined || from === 'all' || groupNames.length === 0) return;
  if (Array.isArray(from) && from.length === 0)
    draft.report([...path, 'from'], 'nobody asks, name a group or leave it out');
  for (const [item, name] of (Array.isArray(from) ? from : [from]).entries()) {
    if (name === undefined || groupNames.includes(name)) continue;
    draft.report(
      [...path, 'from', ...(Array.isArray(from) ? [item] : [])],
      unknownWord('group', name, ['all', ...groupNames]),
    );
  }
}

function checkTimeout(draft: Draft): void {
  const { timeout, phases } = draft.value;
  if (timeout === undefined) return;
  const sum = (phases ?? []).reduce((total, phase) => total + (phase?.for ?? 0), 0);
  if (timeout >= sum) return;
  const given = draft.given('timeout');
  const which = `${given ? '' : 'the default '}timeout ${seconds(timeout)}`;
  draft.report(
    [given ? 'timeout' : 'phases'],
    `${which} is shorter than the phases, which last ${seconds(sum)}`,
    {
      atKey: !given,
    },
  );
}

function seconds(us: number): string {
  return `${us / 1e6}s`;
}
