import { checkGroupNames } from './check-groups.ts';
import type { CheckedGroup, KnownPeers } from './check-peers.ts';
import { DisjointSets } from './disjoint-sets.ts';
import type { Draft } from './draft.ts';
import { quoted, unknownWord } from './nearest.ts';
import type { JoinSection, Sparse, TopologySection } from './scenario-file.ts';
import { MOST_EDGES } from './schema/topology.ts';
import type { Path } from './tolerant.ts';

/** Groups as a rule names them, as far as they could be read. */
type Names = string | readonly (string | undefined)[] | undefined;

/** Checks what only `kind: groups` has: names of groups, rules, and whether the rules can join all. */
export function checkGroupsTopology(
  draft: Draft,
  { inside = {}, join = [], connected }: Sparse<TopologySection>,
  { groups, groupNames }: KnownPeers,
): void {
  const before = draft.findings.length;
  for (const name of Object.keys(inside)) {
    if (groupNames.length === 0 || groupNames.includes(name)) continue;
    draft.report(['topology', 'inside', name], unknownWord('group', name, groupNames), {
      atKey: true,
    });
  }
  join.forEach((rule, index) => {
    if (rule !== undefined) checkRule(draft, ['topology', 'join', index], rule, groups, groupNames);
  });
  const isWhole =
    draft.findings.length === before &&
    join.every((rule) => isRead(rule?.from) && isRead(rule?.to));
  if (!isWhole || groups === undefined || connected === false) return;
  const problem = apartProblem(new Set(Object.keys(inside)), join, groups);
  const path = draft.given('topology', 'join') ? ['topology', 'join'] : ['topology'];
  if (problem !== undefined) draft.report(path, problem);
}

function checkRule(
  draft: Draft,
  path: Path,
  rule: Sparse<JoinSection>,
  groups: KnownPeers['groups'],
  groupNames: readonly string[],
): void {
  draft.exactlyOne(path, 'degree', 'links');
  for (const side of ['from', 'to'] as const) {
    checkSide(draft, [...path, side], rule[side], groupNames);
  }
  if (groups === undefined) return;
  const from = named(rule.from, groups);
  const to = named(rule.to, groups);
  if (from.length === 0 || to.length === 0) return;
  const problem =
    rule.degree === undefined
      ? linksProblem(rule.links, from, to)
      : degreeProblem(rule.degree, from, to);
  const key = rule.degree === undefined ? 'links' : 'degree';
  if (problem !== undefined) draft.report([...path, key], problem);
}

/** Whether there are no holes in what a rule names: those have been reported by the schema. */
function isRead(names: Names): boolean {
  return names !== undefined && (typeof names === 'string' || !names.includes(undefined));
}

function checkSide(draft: Draft, path: Path, names: Names, groupNames: readonly string[]): void {
  if (names?.length === 0 && typeof names !== 'string') draft.report(path, 'no group is named');
  checkGroupNames(draft, path, names, groupNames);
}

function degreeProblem(
  degree: number,
  from: readonly CheckedGroup[],
  to: readonly CheckedGroup[],
): string | undefined {
  const isAmong = from.some((group) => to.includes(group));
  const most = countOf(to) - (isAmong ? 1 : 0);
  if (degree > most) {
    return `"to" has ${countOf(to)} peers, each peer of "from" can know ${most} of them at most, not ${degree}`;
  }
  return tooMany(countOf(from) * degree);
}

function linksProblem(
  links: number | undefined,
  from: readonly CheckedGroup[],
  to: readonly CheckedGroup[],
): string | undefined {
  if (links === undefined) return undefined;
  const both = from.find((group) => to.includes(group));
  if (both !== undefined) {
    return `"links" joins different groups, and ${quoted(both.name)} is in "from" and in "to"; take "degree"`;
  }
  const most = countOf(from) * countOf(to);
  return links > most ? `there can be ${most} edges at most, not ${links}` : tooMany(links);
}

function tooMany(edges: number): string | undefined {
  if (edges <= MOST_EDGES) return undefined;
  return `these are ${edges.toLocaleString('en-US')} edges, the most is ${MOST_EDGES.toLocaleString('en-US')}`;
}

/** That the rules can never join all groups, whatever is drawn; undefined when they can. */
function apartProblem(
  inside: ReadonlySet<string>,
  join: readonly (Sparse<JoinSection> | undefined)[],
  groups: readonly CheckedGroup[],
): string | undefined {
  const sets = new DisjointSets(groups.length);
  const inRules = new Set<CheckedGroup>();
  for (const rule of join) {
    const both = [...named(rule?.from, groups), ...named(rule?.to, groups)];
    for (const group of both) {
      inRules.add(group);
      sets.join(groups.indexOf(both[0]!), groups.indexOf(group));
    }
  }
  const apart = groups.find((_, number) => sets.find(number) !== 0);
  if (apart !== undefined) {
    return `no rule joins the group ${quoted(apart.name)} with ${quoted(groups[0]!.name)}; add one to "join", or say connected: false`;
  }
  const lone = groups.find(
    (group) => group.count > 1 && !inRules.has(group) && !inside.has(group.name),
  );
  if (lone === undefined) return undefined;
  return `nothing says whom the peers of ${quoted(lone.name)} know; name it in "inside" or in "join", or say connected: false`;
}

function named(names: Names, groups: readonly CheckedGroup[]): CheckedGroup[] {
  const wanted = typeof names === 'string' ? [names] : (names ?? []);
  return groups.filter(({ name }) => wanted.includes('all') || wanted.includes(name));
}

function countOf(groups: readonly CheckedGroup[]): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}
