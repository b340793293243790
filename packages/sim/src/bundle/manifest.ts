import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Result } from '../result/result.ts';

/** The file by which a folder is known as a bundle. */
export const MANIFEST_FILE = 'bundle.json';

/** Ours have some kilobytes. */
const MOST_BYTES = 16 * 1_024 * 1_024;

/** Names of what is in a bundle. */
export const BUNDLE_FILES = {
  readme: 'README.md',
  scenario: 'scenario.yaml',
  plan: 'plan.json',
  images: 'images.json',
  journal: 'journal.trace',
} as const;

/** What a bundle says of the run that it is of. */
export interface Manifest {
  readonly bundle: 1;
  readonly scenario: string;
  readonly runner: string;
  readonly seed: number;
  /** Of the scenario with its pictures. */
  readonly scenarioDigest: string;
  /** Of the virtual world; null elsewhere. */
  readonly traceHash: string | null;
  readonly verdict: string;
  /** Pictures of a folder that are too many to be taken along: where they were, and their bytes. Null: all is here. */
  readonly imagesLeft: { readonly folder: string; readonly bytes: number } | null;
  /** Other programs are not taken along: the files whose folder is `{dir}` for them, by the group that runs them. */
  readonly programs: Readonly<Record<string, string>>;
  readonly environment: Result['environment'];
}

const MANIFEST: z.ZodType<Manifest> = z.object({
  bundle: z.literal(1),
  scenario: z.string(),
  runner: z.string(),
  seed: z.int().min(0),
  scenarioDigest: z.string(),
  traceHash: z.string().nullable(),
  verdict: z.string(),
  imagesLeft: z.object({ folder: z.string(), bytes: z.number() }).nullable(),
  programs: z.record(z.string(), z.string()),
  environment: z.object({
    imagemesh: z.string(),
    node: z.string(),
    system: z.string(),
    processor: z.string(),
    startedAt: z.string(),
  }),
});

/** Reads what a folder says; null when it is no bundle, or one that this version does not know. */
export function readManifest(folder: string): Manifest | null {
  try {
    const file = join(folder, MANIFEST_FILE);
    const stats = statSync(file);
    // A pipe would keep us waiting for ever, and a device fill the memory.
    if (!stats.isFile() || stats.size > MOST_BYTES) return null;
    const text = readFileSync(file, 'utf8');
    return MANIFEST.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
