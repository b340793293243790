import { readFileSync } from 'node:fs';
import type { PlantedFault } from './planted-fault.ts';

/** A planted fault does not fit the sources any more: whoever changed them has to look at it again. */
export class PatchError extends Error {
  readonly code = 'PATCH_ERROR';

  constructor({ name, file }: Pick<PlantedFault, 'name' | 'file'>, why: string) {
    super(`The planted fault ${name} no longer applies to ${file}: ${why}.`);
    this.name = 'PatchError';
  }
}

/** The text of a module with the fault in it; throws a `PatchError` when it does not fit. */
export function applyPatch(text: string, fault: PlantedFault): string {
  const places = text.split(fault.from).length - 1;
  if (places !== 1) {
    throw new PatchError(
      fault,
      places === 0 ? 'the text is not there' : `the text is there ${places} times, not once`,
    );
  }
  if (fault.from === fault.to) throw new PatchError(fault, 'it changes nothing');
  // A function, since `$` in the text of a replacement has a meaning of its own.
  return text.replace(fault.from, () => fault.to);
}

/** Where the module of a fault is. */
export function moduleOf({ file }: Pick<PlantedFault, 'file'>): URL {
  return new URL(file, import.meta.resolve('@imagemesh/peer'));
}

/** The module of a fault with the fault in it; throws a `PatchError` when it does not fit. */
export function patchedModule(fault: PlantedFault): string {
  return applyPatch(readModule(fault), fault);
}

function readModule(fault: PlantedFault): string {
  try {
    return readFileSync(moduleOf(fault), 'utf8');
  } catch (error) {
    throw new PatchError(fault, (error as Error).message);
  }
}
