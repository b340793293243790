import { z } from 'zod';
import type { Problem } from './located-error.ts';
import { didYouMean, orList, quoted, shown } from './nearest.ts';

/** The way from the root of a file to a value: keys and indexes. */
export type Path = readonly (string | number)[];

/** Something wrong at a path, not yet located in the text. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  /** Point at the key rather than at its value. */
  readonly atKey?: boolean;
  /** Characters into a text value. */
  readonly offset?: number;
  /** It is a mistake only if all cells of a matrix have one there: it may be meant for some of them. */
  readonly onlyIfInAll?: boolean;
  /** Where it stands when that is in a file which the value names. */
  readonly elsewhere?: Omit<Problem, 'message'>;
}

/**
 * Reads a value by a zod schema, part by part: every wrong part becomes a finding and a hole in
 * the result, and everything else is still there. Zod by itself gives all or nothing, and a
 * misspelt number would hide all checks between keys.
 */
export function readTolerantly(
  schema: z.core.$ZodType,
  raw: unknown,
  path: Path,
  findings: Finding[],
): unknown {
  if (schema instanceof z.ZodPrefault) {
    const { innerType, defaultValue } = schema.def;
    return readTolerantly(innerType, raw === undefined ? defaultValue : raw, path, findings);
  }
  if (schema instanceof z.ZodOptional) {
    return raw === undefined
      ? undefined
      : readTolerantly(schema.def.innerType, raw, path, findings);
  }
  if (schema instanceof z.ZodObject) return readMap(schema, raw, path, findings);
  if (schema instanceof z.ZodArray) return readList(schema, raw, path, findings);
  if (schema instanceof z.ZodRecord) return readRecord(schema, raw, path, findings);
  if (schema instanceof z.ZodUnion) {
    const option = schema.options.find(
      (each) =>
        ((each instanceof z.ZodObject || each instanceof z.ZodRecord) && isMap(raw)) ||
        (each instanceof z.ZodArray && Array.isArray(raw)),
    );
    if (option !== undefined) return readTolerantly(option, raw, path, findings);
  }
  return readLeaf(schema, raw, path, findings);
}

function readMap(schema: z.ZodObject, raw: unknown, path: Path, findings: Finding[]): unknown {
  const keys = Object.keys(schema.shape);
  if (!isMap(raw)) {
    findings.push({
      path,
      message: `expected a map with the keys ${keys.join(', ')}, got ${shown(raw)}${asMap(schema, raw, path)}`,
    });
    return undefined;
  }
  for (const key of Object.keys(raw)) {
    if (keys.includes(key)) continue;
    findings.push({ path: [...path, key], atKey: true, message: unknownKey(key, keys) });
  }
  const entries = keys.map((key) => {
    const inner = schema.shape[key] as z.ZodType;
    if (
      raw[key] !== undefined ||
      inner instanceof z.ZodPrefault ||
      inner instanceof z.ZodOptional
    ) {
      return [key, readTolerantly(inner, raw[key], [...path, key], findings)];
    }
    findings.push({ path, message: `missing key "${key}"` });
    return [key, undefined];
  });
  return Object.fromEntries(entries);
}

/** YAML before 1.2 merged maps with `<<`, and many who use anchors expect it. */
function unknownKey(key: string, keys: readonly string[]): string {
  if (key === '<<')
    return 'YAML 1.2 has no "<<" that merges maps; write its keys here, or *alias alone';
  return `unknown key ${quoted(key)}${didYouMean(key, keys) || `, expected ${orList(keys)}`}`;
}

/** `topology: ring` is a section whose most natural key was left out. */
function asMap(schema: z.ZodObject, raw: unknown, path: Path): string {
  const isWord =
    typeof raw === 'number' || (typeof raw === 'string' && /^[\w./%-]{1,40}$/.test(raw));
  if (!isWord || path.length !== 1) return '';
  const key = Object.keys(schema.shape).find(
    (each) => z.safeParse(schema.shape[each] as z.ZodType, raw).success,
  );
  return key === undefined ? '' : `; write { ${key}: ${raw} }`;
}

function readList(schema: z.ZodArray, raw: unknown, path: Path, findings: Finding[]): unknown {
  if (Array.isArray(raw)) {
    return raw.map((item, index) =>
      readTolerantly(schema.element, item, [...path, index], findings),
    );
  }
  findings.push({ path, message: `expected a list, got ${shown(raw)}` });
  return undefined;
}

function readRecord(schema: z.ZodRecord, raw: unknown, path: Path, findings: Finding[]): unknown {
  if (!isMap(raw)) {
    findings.push({ path, message: `expected a map, got ${shown(raw)}` });
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [
      key,
      readTolerantly(schema.valueType, value, [...path, key], findings),
    ]),
  );
}

function readLeaf(schema: z.core.$ZodType, raw: unknown, path: Path, findings: Finding[]): unknown {
  const result = z.safeParse(schema, raw);
  if (result.success) return result.data;
  const message = result.error.issues[0]?.message ?? 'not allowed here';
  findings.push({ path, message });
  return undefined;
}

/** Tagged YAML can give other objects (`!!set`, `!!binary`), which no schema has. */
function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
