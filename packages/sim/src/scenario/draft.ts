import { dirname } from 'node:path';
import type { Located } from './extends.ts';
import type { ScenarioFile, Sparse } from './scenario-file.ts';
import { scenarioSchema } from './schema/schema.ts';
import { readTolerantly, type Finding, type Path } from './tolerant.ts';

/** A file while it is checked: what could be read of it, and what was found wrong so far. */
export class Draft {
  /** Absolute path of the scenario file. */
  readonly file: string;
  /** Everything that could be read; a check looks only at what is there. */
  readonly value: Sparse<ScenarioFile>;
  readonly findings: Finding[] = [];
  readonly #raw: unknown;
  readonly #located: Located;

  constructor(located: Located, raw: unknown) {
    this.file = located.file;
    this.#located = located;
    this.#raw = raw;
    this.value = (readTolerantly(scenarioSchema, raw, [], this.findings) ??
      {}) as Sparse<ScenarioFile>;
  }

  /** Whether the file itself has something at a path, right or wrong; a default does not count. */
  given(...path: Path): boolean {
    let value: unknown = this.#raw;
    for (const step of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
      value = (value as Record<string | number, unknown>)[step];
    }
    return value !== undefined;
  }

  /** The folder where a relative path starts: that of the file in which it stands, which may be a base. */
  folderOf(...path: Path): string {
    return dirname(this.#located.fileOf(path));
  }

  /** Notes a mistake, to be shown where the path stands in the file. */
  report(
    path: Path,
    message: string,
    place: Pick<Finding, 'atKey' | 'offset' | 'onlyIfInAll' | 'elsewhere'> = {},
  ): void {
    this.findings.push({ path, message, ...place });
  }

  /** Checks that a map has one of two keys; nothing is said when the map itself is not there. */
  exactlyOne(path: Path, one: string, other: string): void {
    const [hasOne, hasOther] = [this.given(...path, one), this.given(...path, other)];
    if (hasOne && hasOther) {
      this.report([...path, other], `"${one}" and "${other}" exclude each other`, { atKey: true });
    } else if (!hasOne && !hasOther) {
      this.report(path, `expected "${one}" or "${other}"`);
    }
  }

  /** Checks that a key does not stand without the one, or beside the one, that gives it a meaning. */
  onlyWith(path: Path, key: string, needed: string): void {
    if (this.given(...path, key) && !this.given(...path, needed)) {
      this.report([...path, key], `"${key}" needs "${needed}"`, { atKey: true });
    }
  }
}
