/**
 * What is wrong with the cells of a matrix, told once and where it can be put right. A mistake that all
 * cells have is one of the file. One that only some have comes from their values, so it is shown at these,
 * even if it is found elsewhere: `with peers.count=2, line 5 is wrong: 3 copies need as many peers`. What can be meant
 * for some cells only, such as an expectation, is a mistake where all of them have it.
 */
import { basename } from 'node:path';
import type { Problem } from './located-error.ts';
import { labelOf, type Cell, type MatrixValue } from './matrix.ts';
import type { Finding } from './tolerant.ts';

/** A problem and the cells that have it. */
interface Shared {
  readonly problem: Problem;
  /** Where it stands, if that is in the matrix: at one value, or at a parameter (null). */
  readonly inMatrix: boolean;
  readonly value: MatrixValue | null;
  readonly cells: Cell[];
}

/** Locates what was found in each cell. `findings` are in the order of `cells`. */
export function locateInCells(
  cells: readonly Cell[],
  findings: readonly (readonly Finding[])[],
): Problem[] {
  const shared = new Map<string, Shared>();
  const ofSome = placesOfSome(cells, findings);
  cells.forEach((cell, index) => {
    for (const finding of findings[index]!) {
      const isPassed = finding.onlyIfInAll === true && ofSome.has(placeOf(cell, finding));
      if (!isPassed) note(shared, cell, finding);
    }
  });
  return [...shared.values()].flatMap((each) => explain(each, cells));
}

/** Where findings stand that are mistakes in all cells only, and that some cells do not have; as `placeOf` has it. */
function placesOfSome(
  cells: readonly Cell[],
  findings: readonly (readonly Finding[])[],
): ReadonlySet<string> {
  const having = new Map<string, { finding: Finding; cells: Set<Cell> }>();
  cells.forEach((cell, index) => {
    for (const finding of findings[index]!) {
      if (finding.onlyIfInAll !== true) continue;
      const place = placeOf(cell, finding);
      const found = having.get(place) ?? { finding, cells: new Set() };
      found.cells.add(cell);
      having.set(place, found);
    }
  });
  const ofSome = [...having].filter(([place, { finding, cells: found }]) =>
    cells.some((cell) => !found.has(cell) && placeOf(cell, finding) === place),
  );
  return new Set(ofSome.map(([place]) => place));
}

/** Where a finding of a cell stands: the same for cells that have it from the same part of the file. */
function placeOf(cell: Cell, finding: Finding): string {
  return JSON.stringify(cell.moved(finding).path);
}

function note(shared: Map<string, Shared>, cell: Cell, finding: Finding): void {
  const moved = cell.moved(finding);
  const problem = cell.locate(finding);
  const key = `${problem.file ?? ''}:${problem.line}:${problem.column}:${problem.message}`;
  const inMatrix = moved !== finding;
  const [, parameter, index] = moved.path;
  const value = inMatrix
    ? (cell.values.find((each) => each.key === parameter && each.index === index) ?? null)
    : null;
  const found = shared.get(key) ?? { problem, inMatrix, value, cells: [] };
  if (found.cells.at(-1) !== cell) found.cells.push(cell);
  shared.set(key, found);
}

function explain(shared: Shared, all: readonly Cell[]): Problem[] {
  const { problem, inMatrix, value, cells } = shared;
  const relevant = value === null ? all : all.filter((cell) => cell.values.includes(value));
  if (cells.length === relevant.length) return [problem];
  return culprits(cells, relevant).map((values) => {
    const label = labelOf(values).slice(1, -1);
    if (inMatrix) return { ...problem, message: `${problem.message} (with ${label})` };
    const { key, index } = values[0]!;
    const place = cells[0]!.locate({ path: ['matrix', key, index], message: '' });
    const isSameFile = place.file === problem.file;
    const line = isSameFile
      ? `line ${problem.line}`
      : `${basename(problem.file ?? cells[0]!.file)}:${problem.line}`;
    return { ...place, message: `with ${label}, ${line} is wrong: ${problem.message}` };
  });
}

/** The combinations of values that tell the cells from the others. */
function culprits(cells: readonly Cell[], others: readonly Cell[]): MatrixValue[][] {
  const valuesOf = (some: readonly Cell[], at: number): Set<MatrixValue> =>
    new Set(some.map(({ values }) => values[at]!));
  const positions = [...cells[0]!.values.keys()];
  const telling = positions.filter((at) => valuesOf(cells, at).size < valuesOf(others, at).size);
  const shown = telling.length > 0 ? telling : positions;
  const combinations = new Map<string, MatrixValue[]>();
  for (const { values } of cells) {
    const some = shown.map((at) => values[at]!);
    combinations.set(some.map(({ index }) => index).join(), some);
  }
  return [...combinations.values()];
}
