import { nearest, quoted } from './nearest.ts';

/** The part of a group that its peers' names come from. */
export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

const PEER_NAME = /^(.+)-([1-9]\d{0,8})$/;

/**
 * What is wrong with the name of a peer; undefined when there is one of that name. Costs the
 * number of groups, not of peers.
 */
export function unknownPeer(name: string, groups: readonly NamedCount[]): string | undefined {
  const [, groupName = name, digits = '1'] = PEER_NAME.exec(name) ?? [];
  const group = groups.find((each) => each.name === groupName);
  const index = Number(digits);
  if (group !== undefined && groupName !== name) {
    if (index <= group.count) return undefined;
    return `unknown peer ${quoted(name)}, the last of its group is "${group.name}-${group.count}"`;
  }
  const near = nearest(
    name,
    groups.map((each) => peerAt(each, index)),
  );
  const hint = near === undefined ? allPeers(groups) : `did you mean "${near}"?`;
  return `unknown peer ${quoted(name)}${hint && `, ${hint}`}`;
}

/** Counted through all groups from 0; undefined when there is no peer of that name. Costs the number of groups. */
export function peerNumber(name: string, groups: readonly NamedCount[]): number | undefined {
  const [, groupName, digits = ''] = PEER_NAME.exec(name) ?? [];
  let first = 0;
  for (const group of groups) {
    if (group.name === groupName) {
      return Number(digits) <= group.count ? first + Number(digits) - 1 : undefined;
    }
    first += group.count;
  }
  return undefined;
}

function peerAt(group: NamedCount, index: number): string {
  return `${group.name}-${Math.min(index, group.count)}`;
}

function allPeers(groups: readonly NamedCount[]): string {
  const ranges = groups.slice(0, 5).map((each) => `${each.name}-1 to ${each.name}-${each.count}`);
  return ranges.length > 0 ? `there are ${ranges.join(', ')}` : '';
}
