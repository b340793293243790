import type { Draft } from './draft.ts';
import { orList, quoted } from './nearest.ts';
import type { Path } from './tolerant.ts';

/** Checks that a map has one of several keys. Gives the key; undefined where there is none, or more. */
export function exactlyOneOf<Key extends string>(
  draft: Draft,
  path: Path,
  keys: readonly Key[],
): Key | undefined {
  const given = keys.filter((key) => draft.given(...path, key));
  const [first, ...others] = given;
  if (first === undefined) draft.report(path, `expected ${orList(keys.map(quoted))}`);
  for (const other of others) {
    draft.report([...path, other], `"${first}" and "${other}" exclude each other`, { atKey: true });
  }
  return others.length === 0 ? first : undefined;
}
