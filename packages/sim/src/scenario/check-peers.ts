import { isReachable } from '../behavior/registry.ts';
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
  /** Those of them that answer greetings; undefined as `total` is. */
  readonly reachable: number | undefined;
}

/** A group that could be read. */
export interface CheckedGroup extends NamedCount {
  readonly run: boolean;
  readonly behavior: boolean;
  /** Whether its peers answer greetings. */
  readonly isReachable: boolean;
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
    checkKind(draft, path);
    checkImage(draft, path, group?.image);
    if (group?.run?.trim() === '') draft.report([...path, 'run'], 'the command is empty');
  });
  const groups = readGroups(draft);
  const total = groups?.reduce((sum, each) => sum + each.count, 0);
  if (total !== undefined && total > MAX_PEERS) {
    draft.report(['peers', 'groups'], `${total} peers are too many, the most is ${MAX_PEERS}`);
  }
  const reachable = groups?.reduce((sum, each) => sum + (each.isReachable ? each.count : 0), 0);
  return { groups, total, reachable, groupNames: groupNames(draft) };
}

/** Whether the peers of a group are the project's own, which ask and are told of in the figures. */
export function areOurs(group: CheckedGroup): boolean {
  return !group.run && !group.behavior;
}

/** Checks the spelling of a name that files, figures or peers are called after. */
export function checkName(draft: Draft, path: Path, name: string): void {
  if (NAME_PATTERN.test(name) && name.length <= 64) return;
  draft.report(
    path,
    `bad name ${quoted(name)}, a name has lower-case letters, digits and single dashes, and at most 64 of them`,
  );
}

function checkShape(draft: Draft): void {
  const peers = draft.value.peers;
  if (peers === undefined) return;
  draft.exactlyOne(['peers'], 'count', 'groups');
  if (peers.groups?.length === 0)
    draft.report(['peers', 'groups'], 'there are no groups, at least one is needed');
}

/** Checks that a group is of one kind: ours, of another program, or misbehaving. */
function checkKind(draft: Draft, path: Path): void {
  const key = { atKey: true };
  for (const kind of ['run', 'behavior']) {
    if (!draft.given(...path, kind) || !draft.given(...path, 'known')) continue;
    const message = `"known" is for our own peers, not for those of "${kind}"`;
    draft.report([...path, 'known'], message, key);
  }
  if (draft.given(...path, 'run') && draft.given(...path, 'behavior')) {
    draft.report([...path, 'behavior'], '"run" and "behavior" exclude each other', key);
  }
}

/** As `repository/name:tag` is, and not as an option of a command is. */
const IMAGE_PATTERN = /^[a-z0-9][\w./:@-]*$/i;

function checkImage(draft: Draft, path: Path, image: string | undefined): void {
  const at = [...path, 'image'];
  if (draft.given(...at) && !draft.given(...path, 'run')) {
    const message =
      '"image" needs "run": what the program of the image is told, such as "{port} --host {host}"';
    draft.report(at, message, { atKey: true });
  }
  if (image === undefined || IMAGE_PATTERN.test(image)) return;
  draft.report(at, `${quoted(image)} is no name of an image, such as "someone/peer:1.0"`);
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
      behavior: draft.given('peers', 'groups', index, 'behavior'),
      isReachable: isReachable(('behavior' in group ? group.behavior : undefined) ?? null),
      known: ('known' in group ? group.known : undefined) ?? peers.known,
    });
  }
  return groups.length > 0 ? groups : undefined;
}

function groupNames(draft: Draft): string[] {
  if (draft.given('peers', 'count')) return [DEFAULT_GROUP];
  return [...new Set((draft.value.peers?.groups ?? []).flatMap((each) => each?.name ?? []))];
}
