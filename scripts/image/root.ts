import { join } from 'node:path';

/** The folder of the whole project. */
export const ROOT: string = join(import.meta.dirname, '../..');
