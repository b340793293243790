#!/usr/bin/env node
import { keepCompiled } from './compile-cache.ts';

// All else is loaded once that is set up: from the second start on it takes half the time until the peer listens
// (`npm run bench -- yardsticks/start`).
keepCompiled('p2p');

const { execute } = await import('./execute.ts');
await execute();
