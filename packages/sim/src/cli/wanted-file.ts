import type { Format } from '../report/format.ts';
import { FORMATS } from './formats.ts';

/** A file that a command is to write. */
export interface WantedFile {
  readonly format: Format;
  readonly path: string;
}

/** The files that options name, such as `{ json: 'out.json' }`, as commander has read them. */
export function wantedFiles(options: object): WantedFile[] {
  const given = new Map<string, unknown>(Object.entries(options));
  return FORMATS.flatMap((format) => {
    const path = given.get(format.option);
    return typeof path === 'string' ? [{ format, path }] : [];
  });
}

/** The file of one of several runs, `out.virtual.json`; one in which all runs are joined keeps its name. */
export function fileOf({ format, path }: WantedFile, name: string): WantedFile {
  return { format, path: format.isJoined ? path : path.replace(/(\.[^./]*)?$/, `.${name}$1`) };
}
