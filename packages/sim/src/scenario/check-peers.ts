import type { Draft } from './draft.ts';
import { quoted } from './nearest.ts';
import { unknownPeer, type NamedCount } from './peer-names.ts';
import { MAX_PEERS, NAME_PATTERN } from './schema/names.ts';
import type { Path } from './tolerant.ts';

/** The peers of a draft as far as they are known, for the checks of other sections. */
export interface KnownPeers {
  /** Every group with name and count; undefined when one of them could not be read. */
  readonly groups: readonly CheckedGroup[] | undefined;
  /** Names of groups as written, also of groups that are wrong otherwise. */
  readonly groupNames: readonly string[];
  /** All peers of all groups; undefined when a count could not be read. */
  readonly total: number | undefined;
}

/** A group that could be read. */
export interface CheckedGroup extends NamedCount {
  readonly run: boolean;
  readonly known: number | undefined;
}

/** The name of the only group when a file says `count`. */
export const DEFAULT_GROUP = 'peer';

/** Checks `peers` and gives what the other checks need of it. */
export function checkPeers(draft: Draft): KnownPeers {
  if (draft.given('peers')) checkShape(draft);
  const peers = draft.value.peers;
  const written = peers?.groups ?? [];
  written.forEach((group, index) => {
    const path = ['peers', 'groups', index];
    checkGroupName(draft, [...path, 'name'], index);
    if (group?.run !== undefined && group.known !== undefined) {
      draft.report([...path, 'known'], '"known" is for our own peers, not for those of "run"', {
        atKey: true,
      });
    }
    if (group?.run?.trim() === '') draft.report([...path, 'run'], 'the command is empty');
  });
  const groups = readGroups(draft);
  const total = groups?.reduce((sum, each) => sum + each.count, 0);
  if (total !== undefined && total > MAX_PEERS) {
    draft.report(['peers', 'groups'], `${total} peers are too many, the most is ${MAX_PEERS}`);
  }
  return { groups, total, groupNames: groupNames(draft) };
}

/** With more peers, the edges alone would fill the memory. */
const MOST_IN_FULL = 5_000;

/** Checks the spelling of a name that files, figures or peers are called after. */
export function checkName(draft: Draft, path: Path, name: string): void {
  if (NAME_PATTERN.test(name) && name.length <= 64) return;
  draft.report(
    path,
    `bad name ${quoted(name)}, a name has lower-case letters, digits and single dashes, and at most 64 of them`,
  );
}

/** Checks `topology` against the peers. */
export function checkTopology(draft: Draft, { groups, total }: KnownPeers): void {
  const topology = draft.value.topology;
  if (topology === undefined) return;
  if (draft.given('topology')) draft.exactlyOne(['topology'], 'kind', 'edges');
  checkDegree(draft, total);
  if (topology.kind === 'full' && total !== undefined && total > MOST_IN_FULL) {
    const edges = (total * (total - 1)).toLocaleString('en-US');
    draft.report(
      ['topology', 'kind'],
      `a full topology of ${total} peers has ${edges} edges, the most is ${MOST_IN_FULL} peers; take random`,
    );
  }
  topology.edges?.forEach((edge, index) => {
    const path = ['topology', 'edges', index];
    if (edge === undefined) return;
    if (edge.length !== 2) draft.report(path, `an edge has two peers, got ${edge.length}`);
    edge.forEach((name, end) => {
      const problem =
        name === undefined || groups === undefined ? undefined : unknownPeer(name, groups);
      if (problem !== undefined) draft.report([...path, end], problem);
    });
    if (edge.length === 2 && edge[0] !== undefined && edge[0] === edge[1]) {
      draft.report(path, `${quoted(edge[0])} has an edge to itself`);
    }
  });
}

function checkShape(draft: Draft): void {
  const peers = draft.value.peers;
  if (peers === undefined) return;
  draft.exactlyOne(['peers'], 'count', 'groups');
  if (peers.groups?.length === 0)
    draft.report(['peers', 'groups'], 'there are no groups, at least one is needed');
}

function checkGroupName(draft: Draft, path: Path, index: number): void {
  const groups = draft.value.peers?.groups ?? [];
  const name = groups[index]?.name;
  if (name === undefined) return;
  checkName(draft, path, name);
  if (name === 'all') draft.report(path, '"all" means every group, call this one otherwise');
  if (groups.slice(0, index).some((each) => each?.name === name)) {
    draft.report(path, `a second group is called ${quoted(name)}`);
  }
  // A fault could not say whether it means the peer a-1 or the group a-1.
  const owner = groups.find(
    (each) =>
      each?.name !== undefined &&
      each.count !== undefined &&
      unknownPeer(name, [{ name: each.name, count: each.count }]) === undefined,
  );
  if (owner !== undefined)
    draft.report(path, `${quoted(name)} is already a peer of the group "${owner.name}"`);
}

function readGroups(draft: Draft): readonly CheckedGroup[] | undefined {
  const peers = draft.value.peers;
  if (peers === undefined || draft.given('peers', 'count') === draft.given('peers', 'groups'))
    return undefined;
  const written = draft.given('peers', 'count')
    ? [{ name: DEFAULT_GROUP, count: peers.count }]
    : peers.groups;
  const groups: CheckedGroup[] = [];
  for (const [index, group] of (written ?? []).entries()) {
    if (group?.name === undefined || group.count === undefined) return undefined;
    groups.push({
      name: group.name,
      count: group.count,
      run: draft.given('peers', 'groups', index, 'run'),
      known: ('known' in group ? group.known : undefined) ?? peers.known,
    });
  }
  return groups.length > 0 ? groups : undefined;
}

function groupNames(draft: Draft): string[] {
  if (draft.given('peers', 'count')) return [DEFAULT_GROUP];
  return [...new Set((draft.value.peers?.groups ?? []).flatMap((each) => each?.name ?? []))];
}

function checkDegree(draft: Draft, total: number | undefined): void {
  const { kind, degree } = draft.value.topology ?? {};
  const path = ['topology', 'degree'];
  if (kind === 'random' && !draft.given(...path)) {
    draft.report(['topology'], 'the topology "random" needs "degree"');
  }
  if (kind !== undefined && kind !== 'random' && draft.given(...path)) {
    draft.report(path, `"degree" is for the topology "random", not "${kind}"`, { atKey: true });
  }
  if (draft.given('topology', 'edges') && draft.given(...path)) {
    draft.report(path, '"degree" and "edges" exclude each other', { atKey: true });
  }
  if (kind === 'random' && degree !== undefined && total !== undefined && degree > total - 1) {
    draft.report(
      path,
      `each of ${total} peers can know ${total - 1} others at most, not ${degree}`,
    );
  }
}
