/**
 * A scenario as one file that needs no other: one cell of its matrix, what it extends put into it, and the files that it
 * names beside it. So it means the same in another folder and on another machine.
 */
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { LayeredSource } from '../scenario/extends.ts';
import { readMatrix } from '../scenario/matrix.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Folder of the pictures, from the scenario. */
export const IMAGES_FOLDER = 'images';

/** A scenario that was put together. */
export interface FrozenScenario {
  /** YAML. */
  readonly text: string;
  /** Churn traces that it names: where each is, and its name beside the scenario. */
  readonly traces: readonly { readonly from: string; readonly name: string }[];
  /** The files that it was put together from: the scenario, its base, the base of that. */
  readonly sources: readonly string[];
}

type Values = Record<string, unknown>;

/** Puts a scenario that was loaded together again, from its files as they are now. */
export function freezeScenario(scenario: Scenario): FrozenScenario {
  const source = new LayeredSource(scenario.file);
  const { cells } = readMatrix(source);
  const cell = cells[(scenario.cell?.number ?? 1) - 1]!;
  const values = structuredClone(cell.value) as Values;
  delete values['extends'];
  delete values['matrix'];
  delete values['$schema'];
  if (scenario.images.from !== null) {
    values['images'] = { ...mapOf(values['images']), from: IMAGES_FOLDER };
  }
  const traces = moveTraces(values, (path) => dirname(cell.fileOf(path)));
  return { text: stringify(values), traces, sources: source.files };
}

/** Names each trace after the place where it will be. */
function moveTraces(
  values: Values,
  folderOf: (path: readonly (string | number)[]) => string,
): FrozenScenario['traces'] {
  return listOf(values['faults']).flatMap((fault, index) => {
    const churn = mapOf(mapOf(fault)['churn']);
    const { trace } = churn;
    if (typeof trace !== 'string') return [];
    const name = `churn-${index + 1}.csv`;
    churn['trace'] = name;
    return [{ from: resolve(folderOf(['faults', index, 'churn', 'trace']), trace), name }];
  });
}

/** The map itself, or an empty one. */
function mapOf(value: unknown): Values {
  return typeof value === 'object' && value !== null ? (value as Values) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
