import { registerHooks } from 'node:module';
import { moduleOf, patchedModule } from './patch.ts';
import type { PlantedFault } from './planted-fault.ts';

/**
 * Puts a fault into the modules that this thread loads from now on; the files stay as they are. The peer must
 * not have been loaded yet. Returns whether the module with the fault has been loaded since. Throws a
 * `PatchError` when the fault does not fit.
 */
export function plant(fault: PlantedFault): () => boolean {
  const place = moduleOf(fault).href;
  const source = patchedModule(fault);
  let isLoaded = false;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== place) return loaded;
      isLoaded = true;
      // Types are taken out behind this hook, whatever the source.
      return { ...loaded, source };
    },
  });
  return () => isLoaded;
}
