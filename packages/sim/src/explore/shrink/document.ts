/** A scenario as YAML parses to it: plain objects, arrays and scalars. */
export type Document = { readonly [key: string]: Value };

/** Any part of a document. */
export type Value = null | boolean | number | string | readonly Value[] | Document;

/** Where a part stands: keys and indexes, from the root. */
export type Path = readonly (string | number)[];

/** Whether a part has named parts of its own. */
export function isSection(value: Value | undefined): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a part is a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Every part with its place, the root first, in the order of the document. */
export function* partsOf(value: Value, path: Path = []): Generator<readonly [Path, Value]> {
  yield [path, value];
  if (isList(value))
    for (const [index, each] of value.entries()) yield* partsOf(each, [...path, index]);
  else if (isSection(value)) {
    for (const [key, each] of Object.entries(value)) yield* partsOf(each, [...path, key]);
  }
}

/** A copy with another value at a place; `undefined` takes the part out. The document itself is left as it is. */
export function withPart(value: Value, [step, ...rest]: Path, part: Value | undefined): Value {
  if (step === undefined) return part ?? null;
  if (isList(value)) {
    const next = rest.length === 0 ? part : withPart(value[step as number]!, rest, part);
    return next === undefined
      ? value.toSpliced(step as number, 1)
      : value.with(step as number, next);
  }
  const section = value as Document;
  const next = rest.length === 0 ? part : withPart(section[step]!, rest, part);
  if (next !== undefined) return { ...section, [step]: next };
  return Object.fromEntries(Object.entries(section).filter(([key]) => key !== step));
}
