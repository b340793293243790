import type { Draft } from './draft.ts';
import { unknownWord } from './nearest.ts';
import type { Path } from './tolerant.ts';

/**
 * Checks the names of groups where `all`, a group or a list of groups can stand. Gives those that there
 * are with their places; undefined for all of them, or when nothing is known of the groups.
 */
export function checkGroupNames(
  draft: Draft,
  path: Path,
  written: string | readonly (string | undefined)[] | undefined,
  groupNames: readonly string[],
): readonly { readonly name: string; readonly path: Path }[] | undefined {
  if (written === undefined || written === 'all' || groupNames.length === 0) return undefined;
  const isList = typeof written !== 'string';
  const names = isList ? written : [written];
  if (names.includes('all')) return undefined;
  return names.flatMap((name, index) => {
    const place = isList ? [...path, index] : path;
    if (name === undefined) return [];
    if (groupNames.includes(name)) return [{ name, path: place }];
    draft.report(place, unknownWord('group', name, ['all', ...groupNames]));
    return [];
  });
}
