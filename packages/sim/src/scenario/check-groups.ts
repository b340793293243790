import type { Draft } from './draft.ts';
import { quoted, unknownWord } from './nearest.ts';
import type { Path } from './tolerant.ts';

/**
 * Checks the names of groups where `all`, a group or a list of groups can stand. Gives those that there
 * are with their places; undefined for all of them, or when nothing is known of the groups. `unknown` says what
 * is wrong with a name that is none of them.
 */
export function checkGroupNames(
  draft: Draft,
  path: Path,
  written: string | readonly (string | undefined)[] | undefined,
  groupNames: readonly string[],
  unknown: typeof unknownGroup = unknownGroup,
): readonly { readonly name: string; readonly path: Path }[] | undefined {
  if (written === undefined || written === 'all' || groupNames.length === 0) return undefined;
  const isList = typeof written !== 'string';
  const names = isList ? written : [written];
  if (names.includes('all')) return undefined;
  return names.flatMap((name, index) => {
    const place = isList ? [...path, index] : path;
    if (name === undefined) return [];
    if (groupNames.includes(name)) return [{ name, path: place }];
    draft.report(place, unknown(name, groupNames));
    return [];
  });
}

/** What is wrong with a name that is that of no group, where `all` can stand too. */
export function unknownGroup(name: string, groupNames: readonly string[]): string {
  return unknownSingleGroup(name, groupNames, ['all', ...groupNames]);
}

/** The same where only groups can stand, or whatever else is among the `candidates`. */
export function unknownSingleGroup(
  name: string,
  groupNames: readonly string[],
  candidates: readonly string[] = groupNames,
): string {
  const group = groupNames.find((each) => isPeerOf(each, name));
  if (group !== undefined)
    return `${quoted(name)} is a peer, only groups can stand here, such as ${group}`;
  return unknownWord('group', name, candidates);
}

function isPeerOf(group: string, name: string): boolean {
  return name.startsWith(`${group}-`) && /^\d+$/.test(name.slice(group.length + 1));
}
