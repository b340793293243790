#!/usr/bin/env node
import { keepCompiled } from '@imagemesh/peer/compile-cache';

// All else is loaded once that is set up: from the second start on a command takes half the time to begin.
keepCompiled('sim');

const { execute } = await import('./execute.ts');
await execute();
