import { DEFAULT_LIMITS } from '@imagemesh/peer';
import { areOurs, checkName, type CheckedGroup, type KnownPeers } from './check-peers.ts';
import { checkRequests } from './check-requests.ts';
import type { Draft } from './draft.ts';
import { FIGURE_HEADS } from './figures.ts';
import { quoted } from './nearest.ts';

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

function checkUntil(draft: Draft, index: number, { groups, reachable }: KnownPeers): void {
  const until = draft.value.phases?.[index]?.until;
  if (until === undefined || groups === undefined || reachable === undefined) return;
  const path = ['phases', index, 'until'];
  const ours = groups.filter(areOurs);
  if (ours.length === 0) {
    const kinds = groups.some((group) => group.behavior) ? '"run" or "behavior"' : '"run"';
    draft.report(path, `"until" looks at what our own peers know, and all groups have ${kinds}`);
    return;
  }
  const wanted = until === 'discovered' ? reachable - 1 : until.known;
  if (wanted === undefined) return;
  if (wanted > reachable - 1) {
    const which = groups.some((group) => !group.isReachable) ? ' that answer greetings' : '';
    draft.report(path, `no peer can know ${wanted} others, there are ${reachable - 1}${which}`);
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
