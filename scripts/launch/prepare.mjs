// Gets what the project needs: Node, pnpm and the installed packages, each only if it is missing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Refusal, runHidden, say, stopIfInterrupted } from './children.mjs';

const NODE_MAJOR = 24;
const PNPM_VERSION = '12.21.0';

const PNPM_MAJOR = Number.parseInt(PNPM_VERSION, 10);
const WANTED = `node@${NODE_MAJOR} pnpm@${PNPM_VERSION}`;
const LOCK_MAX_AGE_MS = 15 * 60_000;

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// pnpm leaves dot folders in node_modules alone, also when it throws everything else out.
const CACHE = join(ROOT, 'node_modules', '.cache', 'imagemesh');
const TOOLCHAIN = join(CACHE, 'toolchain.json');
const STAMP = join(CACHE, 'installed');

/** @returns {string | undefined} the text of a file, if it can be read */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The environment in which `node` means the chosen Node, for children of children too. */
export function environmentFor(node) {
  return { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
}

/** The Node and pnpm fetched by an earlier run, as far as their files are still there. */
function remembered() {
  const text = readText(TOOLCHAIN);
  if (text === undefined) return {};
  try {
    const { wanted, node, pnpm } = JSON.parse(text);
    if (wanted !== WANTED) return {};
    return { node: existsSync(node) ? node : undefined, pnpm: existsSync(pnpm) ? pnpm : undefined };
  } catch {
    return {}; // A file cut short by a crash: fetching again mends it.
  }
}

/** The Node to use, if one is at hand without a fetch. */
function nodeAtHand() {
  const own = Number.parseInt(process.versions.node, 10);
  return own >= NODE_MAJOR ? process.execPath : remembered().node;
}

/** What the installed packages depend on, as one hash. */
function wantedState() {
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}`);
  const manifests = ['.', ...packages.sort()].map((folder) => `${folder}/package.json`);
  // Some packages hold machine code, so a tree that moved to another system needs an install.
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    hash.update(`\0${name}\0${readText(join(ROOT, name)) ?? ''}`);
  }
  return hash.digest('hex');
}

/** Whether node_modules holds what the lock file asks for. */
function isInstalled() {
  return existsSync(join(ROOT, 'node_modules/.modules.yaml')) && readText(STAMP) === wantedState();
}

/** Settings for npm: few and short retries, so that a missing network is told within seconds. */
function npmEnvironment() {
  return {
    npm_config_fetch_retries: '1',
    npm_config_fetch_retry_mintimeout: '500',
    npm_config_fetch_retry_maxtimeout: '1000',
    ...process.env,
    npm_config_update_notifier: 'false',
    npm_config_loglevel: 'error', // `npm --silent start` must not hide why a fetch failed.
  };
}

/** The same for pnpm, which does not read npm's variables. */
function pnpmEnvironment(node) {
  const env = environmentFor(node);
  for (const [name, value] of Object.entries(npmEnvironment())) {
    const match = /^npm_config_(registry|cafile|strict_ssl|.*proxy|fetch_\w+)$/.exec(name);
    if (match && value) env[`pnpm_config_${match[1]}`] ??= value;
  }
  // Nobody is there to say yes when pnpm wants to build a foreign node_modules anew.
  env.pnpm_config_confirm_modules_purge = 'false';
  return env;
}

/** The last lines of a failed fetch that tell a person something, indented. */
function tail(output) {
  const noise = /^npm (warn|notice)|^npm error(\s+at |\s{2,}|\s*[{}]?$)|complete log of this run/;
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !noise.test(line));
  return lines.slice(-5).map((line) => `    ${line.trimEnd()}`);
}

/** The refusal for a fetch that failed: what was not fetched, and what to do about it. */
function fetchFailed(what, remedy, output) {
  return new Refusal(
    `${what} could not be fetched from the npm registry; connect to the network, or set npm's ` +
      `registry or proxy configuration${remedy}, then try again.`,
    3,
    tail(output),
  );
}

/** Fetches packages through npx and returns where the programs `names` of theirs are. */
async function fetchTools(what, specs, names) {
  const byHand = `, or install ${what} by hand`;
  const args = ['-y', ...specs.flatMap((spec) => ['-p', spec]), 'node', '-p', 'process.env.PATH'];
  const fetched = await runHidden('npx', args, { cwd: ROOT, env: npmEnvironment() });
  if (!fetched.ok) throw fetchFailed(what, byHand, fetched.output);
  const [bin] = fetched.stdout.trim().split(delimiter);
  return names.map((name) => {
    const path = join(bin, name);
    if (existsSync(path)) return realpathSync(path);
    const why = `npx left no ${name}: unset npm's ignore-scripts if it is set, and remove the folder`;
    throw fetchFailed(what, byHand, `${why}\n${join(bin, '../..')}`);
  });
}

/** Runs `file --version` and returns the major version it prints, or NaN. */
async function majorOf(file, env) {
  const { stdout } = await runHidden(file, ['--version'], { cwd: ROOT, env });
  return Number.parseInt(stdout.replace(/^v/, ''), 10);
}

/** Keeps the paths of fetched programs for later runs. */
function remember(tools) {
  writeFileSync(TOOLCHAIN, `${JSON.stringify({ wanted: WANTED, ...tools }, null, 2)}\n`);
}

/** Fetches Node, and pnpm with it since a machine with an old Node rarely has the right pnpm. */
async function fetchNode() {
  const what = `Node ${NODE_MAJOR} and pnpm ${PNPM_MAJOR}`;
  const old = `Node ${process.versions.node} is too old (${NODE_MAJOR} is needed)`;
  say(`${old}; fetching ${what} from the npm registry, once …`);
  const [node, pnpm] = await fetchTools(what, WANTED.split(' '), ['node', 'pnpm']);
  if ((await majorOf(node, process.env)) !== NODE_MAJOR) {
    throw fetchFailed(
      what,
      `, or install ${what} by hand`,
      `${node} is not Node ${NODE_MAJOR}; is npm's ignore-scripts set?`,
    );
  }
  remember({ node, pnpm });
  return node;
}

/** The pnpm to install with: the remembered one, the user's own, or a fetched one. */
async function findPnpm(node) {
  const known = remembered().pnpm;
  if (known) return known;
  // Without the second variable a corepack shim would wait for an answer to its question.
  const env = { ...environmentFor(node), COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
  if ((await majorOf('pnpm', env)) === PNPM_MAJOR) return 'pnpm';
  const what = `pnpm ${PNPM_MAJOR}`;
  say(`fetching ${what} from the npm registry, once …`);
  const [pnpm] = await fetchTools(what, [`pnpm@${PNPM_VERSION}`], ['pnpm']);
  remember({ node: remembered().node, pnpm });
  return pnpm;
}

/** Installs the packages of the lock file and notes that they are there. */
async function install(node) {
  const pnpm = await findPnpm(node);
  const state = wantedState(); // Taken first: a change made meanwhile needs its own install.
  say('installing the packages that pnpm-lock.yaml names …');
  const args = ['install', '--frozen-lockfile'];
  const { ok, output } = await runHidden(pnpm, args, { cwd: ROOT, env: pnpmEnvironment(node) });
  if (!ok) {
    const network = /FETCH|NETWORK|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT/;
    if (network.test(output)) throw fetchFailed('the packages of pnpm-lock.yaml', '', output);
    throw new Refusal('pnpm could not install the packages; it says:', 1, output.split('\n'));
  }
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(STAMP, state);
}

/** Whether the process that a lock names is still there. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // It lives, under another user.
  }
}

/** Takes a dead or forgotten holder's file out of the lock. Returns the living holder, if any. */
function livingHolder(lock) {
  try {
    const [pid] = readdirSync(lock);
    if (pid === undefined) return undefined;
    const age = Date.now() - statSync(join(lock, pid)).mtimeMs;
    if (isAlive(Number(pid)) && age < LOCK_MAX_AGE_MS) return pid;
    rmSync(join(lock, pid), { force: true });
  } catch {
    // The holder let go while we looked: the next attempt will do.
  }
  return undefined;
}

/**
 * Does `work` while no other launcher of this tree does. The lock is a folder holding a file named
 * after its holder's pid. It is made aside and renamed into place: that succeeds only if there is
 * no lock or an empty one, so no launcher ever sees a lock without its holder, and none can take
 * a lock away from anyone but the dead holder it looked at.
 */
async function withLock(work) {
  const lock = join(CACHE, 'lock');
  const mine = join(CACHE, `lock-${process.pid}`);
  let told = false;
  try {
    for (;;) {
      stopIfInterrupted();
      try {
        mkdirSync(mine, { recursive: true });
        writeFileSync(join(mine, String(process.pid)), '');
        renameSync(mine, lock);
        break;
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT'].includes(error.code)) throw error;
      }
      const holder = livingHolder(lock);
      if (holder && !told) say(`waiting for another launcher (process ${holder}) to install …`);
      told ||= holder !== undefined;
      await sleep(100);
    }
    return await work();
  } finally {
    rmSync(mine, { recursive: true, force: true });
    rmSync(join(lock, String(process.pid)), { force: true });
    try {
      rmdirSync(lock);
    } catch {
      // The next launcher has it already, or it went with a removed node_modules.
    }
  }
}

/** Makes Node and the packages ready and returns the path of the Node to run them with. */
export async function prepare() {
  const node = nodeAtHand();
  if (node && isInstalled()) return node;
  return withLock(async () => {
    const chosen = nodeAtHand() ?? (await fetchNode());
    if (!isInstalled()) await install(chosen);
    return chosen;
  });
}
