/** Where a scenario lies in one of two checkouts, and the `sim` that runs it there. */
import { existsSync, statSync } from 'node:fs';
import { extname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from './usage-error.ts';

/** One of two places where the same scenario is run. */
export interface Checkout {
  /** How it is called. */
  readonly name: 'base' | 'new';
  /** The folder that it is run from. */
  readonly folder: string;
  /** The module that is `sim`. */
  readonly program: string;
  /** The scenario. */
  readonly file: string;
}

/** Where `sim` is in a checkout: of this project, or of one that uses it. */
const PROGRAMS = ['packages/sim/src/cli/main.ts', 'node_modules/@imagemesh/sim/dist/cli/main.js'];

/** This `sim`, built or not. */
const THIS_PROGRAM = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));

/** The scenario here. */
export function thisCheckout(file: string): Checkout {
  return { name: 'new', folder: process.cwd(), program: THIS_PROGRAM, file: resolve(file) };
}

/**
 * The same scenario in `folder`, where it has the same path from there as from the working directory. It is run by the
 * `sim` of that checkout, or by this one when it has none. Throws a `UsageError`.
 */
export function otherCheckout(folder: string, file: string): Checkout {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--in-turn ${folder}: there is no such folder.`);
  }
  const path = relative(process.cwd(), resolve(file));
  if (path.startsWith('..') || isAbsolute(path)) {
    throw new UsageError(
      `--in-turn: ${file} is not below this folder; go to the root of its checkout.`,
    );
  }
  const there = join(resolve(folder), path);
  if (there === resolve(file)) throw new UsageError('--in-turn names this checkout itself.');
  if (!existsSync(there)) {
    throw new UsageError(`--in-turn ${folder}: there is no scenario ${path}.`);
  }
  const programs = PROGRAMS.map((program) => join(resolve(folder), program));
  const program = programs.find((one) => existsSync(one)) ?? THIS_PROGRAM;
  return { name: 'base', folder: resolve(folder), program, file: there };
}
