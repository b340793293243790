/**
 * How many values aliases add to a file: what `*a` stands for counts anew wherever it stands. Aliases of
 * aliases multiply, so that twenty lines can mean more values than there is memory; but they share them, so
 * that counting takes no longer than the file.
 * @returns `Infinity` when an alias stands within its own anchor
 * @throws {RangeError} when the values are nested too deep
 */
export function addedByAliases(value: unknown): number {
  const sizes = new Map<object, number>();
  const total = sizeOf(value, sizes);
  let written = 0;
  for (const container of sizes.keys()) written += 1 + scalarsOf(container);
  return total - written;
}

/** A value and all that is in it. One that is looked at already has no end. */
function sizeOf(value: unknown, sizes: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  sizes.set(value, Infinity);
  let size = 1;
  for (const inner of Object.values(value)) size += sizeOf(inner, sizes);
  sizes.set(value, size);
  return size;
}

/** Texts and numbers directly in a list or map. */
function scalarsOf(container: object): number {
  return Object.values(container).filter((each) => typeof each !== 'object' || each === null)
    .length;
}
