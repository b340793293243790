import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type PeerLimits } from '../../../src/core/options.ts';
import {
  ConfigurationError,
  formatConfigurationError,
} from '../../../src/cli/configuration/configuration-error.ts';
import { variableOf } from '../../../src/cli/configuration/environment.ts';
import { LIMIT_SETTINGS } from '../../../src/cli/configuration/limit-settings.ts';
import { loadConfiguration, type Configuration } from '../../../src/cli/configuration/load.ts';
import { formatAddress } from '../../../src/protocol/address.ts';
import { readQuantity, writeQuantity } from '../../../src/cli/configuration/quantity.ts';
import { SETTINGS } from '../../../src/cli/configuration/settings.ts';
import type { ConfigurationSources, Flags } from '../../../src/cli/configuration/sources.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

interface Written {
  readonly flags?: Partial<Flags>;
  readonly environment?: ConfigurationSources['environment'];
  /** Text of `p2p.yaml` in the working folder. */
  readonly file?: string;
  readonly folder?: string;
}

async function load({ flags, environment = {}, file, folder }: Written): Promise<Configuration> {
  const cwd = folder ?? (await temporaryFolder());
  if (file !== undefined) await writeFile(join(cwd, 'p2p.yaml'), file);
  const all = { settings: {}, limits: [], ...flags };
  return await loadConfiguration({ flags: all, environment, folder: cwd });
}

/** The messages for people, the name of the file without its folder. */
async function mistakes(written: Written): Promise<string[]> {
  const error = await load(written).then(
    () => new Error('no mistake was found'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigurationError)) throw error;
  return formatConfigurationError(error, false)
    .replaceAll(/^\S*\/p2p\.yaml/gm, 'p2p.yaml')
    .split('\n');
}

describe('the configuration', () => {
  test('is that of the table and of DEFAULT_LIMITS when nobody says anything', async () => {
    const { settings, limits, origins, file } = await load({});
    for (const [key, { fallback }] of Object.entries(SETTINGS)) {
      expect(settings).toHaveProperty(key, fallback);
    }
    expect(limits).toEqual(DEFAULT_LIMITS);
    expect(file).toBeNull();
    expect(new Set([...origins.values()].map(({ from }) => from))).toEqual(new Set(['default']));
  });

  test('takes flags over the environment over the file over the defaults', async () => {
    const folder = await temporaryFolder();
    const file = 'port: 1\nhost: 10.0.0.1\nquiet: true\nlimits: { known: 1, failures: 9 }\n';
    const { settings, limits, origins } = await load({
      folder,
      file,
      environment: { P2P_PORT: '2', P2P_HOST: '10.0.0.2', P2P_LIMIT_KNOWN: '2' },
      flags: { settings: { port: '3' }, limits: ['known=3'] },
    });
    expect(settings).toMatchObject({ port: 3, host: '10.0.0.2', quiet: true, images: 'images' });
    expect(limits).toMatchObject({ known: 3, failures: 9 });
    const p2pYaml = join(folder, 'p2p.yaml');
    expect(Object.fromEntries(origins)).toMatchObject({
      port: { from: 'flag', flag: 'port' },
      host: { from: 'environment', variable: 'P2P_HOST' },
      quiet: { from: 'file', file: p2pYaml, line: 3 },
      images: { from: 'default' },
      'limits.known': { from: 'flag', flag: '--limit known' },
      'limits.failures': { from: 'file', file: p2pYaml, line: 4 },
    });
  });

  test.each(LIMIT_SETTINGS.map(({ name, key, fallback, kind }) => [name, key, fallback, kind]))(
    'has limit %s in the file, the environment and the flags',
    async (name, key, fallback, kind) => {
      const value = fallback * 3;
      const written = kind.write(value);
      const limitOf = async (one: Written): Promise<PeerLimits[keyof PeerLimits]> =>
        (await load(one)).limits[key];
      expect(await limitOf({ file: `limits:\n  ${name}: ${written}\n` })).toBe(value);
      expect(await limitOf({ environment: { [variableOf(['limits', name])]: written } })).toBe(
        value,
      );
      expect(await limitOf({ flags: { limits: [`${name}=${written}`] } })).toBe(value);
    },
  );

  test('has one name for each limit', () => {
    expect(new Set(LIMIT_SETTINGS.map(({ name }) => name)).size).toBe(LIMIT_SETTINGS.length);
  });

  test('has 0 for a limit only where that switches something off', async () => {
    expect((await load({ file: 'limits: { compareAsks: 0 }' })).limits.compareAsks).toBe(0);
    const [first] = await mistakes({ file: 'limits: { known: 0 }' });
    expect(first).toMatch(/it must be a whole number from 1$/);
  });

  test('is read anew at every call', async () => {
    const folder = await temporaryFolder();
    expect((await load({ folder, file: 'quiet: true' })).settings.quiet).toBe(true);
    expect((await load({ folder, file: 'quiet: false' })).settings.quiet).toBe(false);
  });

  test('has a list as a list of the file, with commas in a variable, from a flag given twice', async () => {
    const peers = ['a:1', '10.0.0.1:2'];
    const loaded = [
      await load({ file: 'peers: [a:1, 10.0.0.1:2]' }),
      await load({ file: 'peers: a:1 10.0.0.1:2' }),
      await load({ environment: { P2P_PEERS: 'a:1, 10.0.0.1:2' } }),
      await load({ flags: { settings: { peers } } }),
    ];
    for (const { settings } of loaded) expect(settings.peers).toEqual(peers);
    expect((await load({ file: 'peers: []' })).settings.peers).toEqual([]);
  });

  test('takes a folder in a file from where the file lies, and elsewhere from the working folder', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'etc'));
    await writeFile(join(folder, 'etc/mine.yaml'), 'images: pictures');
    const config = 'etc/mine.yaml';
    const named = await load({ folder, flags: { config } });
    expect(named.settings.images).toBe('etc/pictures');
    expect(named.file).toBe(join(folder, config));
    const within = await load({
      folder: join(folder, 'etc'),
      environment: { P2P_CONFIG: 'mine.yaml' },
    });
    expect(within.settings.images).toBe('pictures');
    const other = await load({ environment: { P2P_CONFIG: join(folder, config) } });
    expect(other.settings.images).toBe(join(folder, 'etc/pictures'));
    const flagged = await load({ folder, flags: { config, settings: { images: 'x' } } });
    expect(flagged.settings.images).toBe('x');
  });

  test('takes a variable that is empty for one that is not set', async () => {
    const { origins } = await load({ environment: { P2P_PORT: '', P2P_CONFIG: '' } });
    expect(origins.get('port')).toEqual({ from: 'default' });
  });

  test('listens at the port that is announced when none is told', async () => {
    const announced = await load({ flags: { settings: { announce: '9005' } } });
    expect(announced.settings).toMatchObject({ port: 9_005, announce: 9_005 });
    const both = await load({ file: 'announce: 9005\nport: 9006' });
    expect(both.settings).toMatchObject({ port: 9_006, announce: 9_005 });
    const address = await load({ file: 'announce: 192.168.1.20:9005' });
    expect(address.settings.port).toBe(9_000);
    expect(formatAddress(address.settings.announce as number)).toBe('192.168.1.20:9005');
  });

  test('may be a file of comments', async () => {
    expect((await load({ file: '# nothing yet\n' })).file).not.toBeNull();
    expect((await load({ file: '' })).settings.port).toBe(9_000);
    expect((await load({ file: 'limits:\n' })).limits).toEqual(DEFAULT_LIMITS);
  });
});

describe('mistakes', () => {
  test('are told all at once, each where it is', async () => {
    expect(
      await mistakes({
        file: 'port: 70000\nimges: x\nlimits:\n  dialTimeout: 5\n  knwon: 4\npeers: [a:1, b]\n',
        environment: { P2P_HOST: 'home', P2P_PORTS: '1' },
        flags: { settings: { quiet: true, announce: '0' }, limits: ['x', 'stal=3s', 'known=0'] },
      }),
    ).toEqual([
      'p2p: P2P_PORTS: did you mean P2P_PORT?',
      'p2p: --limit x: write NAME=VALUE, such as connections=100',
      'p2p: --limit stal=3s: unknown limit "stal", did you mean "stall"?',
      'p2p: P2P_HOST=home: home is no IPv4 address to listen on; use one such as 127.0.0.1 or 0.0.0.0',
      'p2p: --announce 0: it must be a port from 1 to 65535, such as 9001, an address with one, or true or false',
      'p2p: --limit known 0: it must be a whole number from 1',
      'p2p.yaml:1:7  it must be a port from 0 to 65535, such as 9001',
      '  port: 70000',
      '        ^',
      'p2p.yaml:2:1  unknown key "imges", did you mean "images"?',
      '  imges: x',
      '  ^',
      'p2p.yaml:4:16  a unit is missing, such as 5ms or 5s',
      '    dialTimeout: 5',
      '                 ^',
      'p2p.yaml:5:3  unknown key "knwon", did you mean "known"?',
      '    knwon: 4',
      '    ^',
      'p2p.yaml:6:14  "b" is no address of a peer; write HOST:PORT, such as 192.168.1.20:9001',
      '  peers: [a:1, b]',
      '               ^',
    ]);
  });

  test('are told beside a key that is given twice', async () => {
    const file = 'port: 70000\nport: 1\nimges: x\nimges: y\nlimits: { known: 0, known: 1 }\n';
    const told = (await mistakes({ file })).filter((line) => line.startsWith('p2p'));
    expect(told).toEqual([
      'p2p.yaml:1:7  it must be a port from 0 to 65535, such as 9001',
      'p2p.yaml:2:1  the key "port" is given twice',
      'p2p.yaml:3:1  unknown key "imges", did you mean "images"?',
      'p2p.yaml:4:1  the key "imges" is given twice',
      'p2p.yaml:5:18  it must be a whole number from 1',
      'p2p.yaml:5:21  the key "known" is given twice',
    ]);
  });

  test('are told of a value that something else overrides, too', async () => {
    const lines = await mistakes({ file: 'port: x', flags: { settings: { port: '1' } } });
    expect(lines[0]).toBe('p2p.yaml:1:7  it must be a port from 0 to 65535, such as 9001');
  });

  test.each([
    ['port:', 'p2p.yaml:1:1  it must be a port from 0 to 65535'],
    ['port: [1]', 'p2p.yaml:1:7  it must be a port'],
    ['- port', 'p2p.yaml:1:1  the file must be a map'],
    ['limits: 3', 'p2p.yaml:1:9  it must be a map, such as "known: 64"'],
    ['quiet: yes', 'p2p.yaml:1:8  it must be true or false'],
    ['port: 1\nport: 2', 'p2p.yaml:2:1  the key "port" is given twice'],
    ['port: [1', 'p2p.yaml:1:9  '],
    ['port: "1', 'p2p.yaml:1:9  '],
    ['port: !a\u009bb 1', 'p2p.yaml:1:'],
    ['\tport: 1', 'p2p.yaml:1:1  tabs are not allowed'],
    [`port: ${'['.repeat(5_000)}`, 'p2p'],
    ['port: "\u001b[2J\u202e"', 'p2p.yaml:1:7  it must be a port'],
  ])('of the file %j are located and safe to show', async (file, expected) => {
    const lines = await mistakes({ file });
    expect(lines[0]?.slice(0, expected.length)).toBe(expected);
    expect(lines.join('')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
  });

  test.each([
    ['quiet: &a [*b]', /an alias in it has no anchor/],
    [
      `a: &a [x, x]\n${[...'bcdefghi'].map((key, i) => `${key}: &${key} [${`*${'abcdefgh'[i]}, `.repeat(9)}]`).join('\n')}\npeers: *i`,
      /repeats too much/,
    ],
  ])('are aliases that lead nowhere or grow', async (file, expected) => {
    expect((await mistakes({ file }))[0]).toMatch(expected);
  });

  test('of a long line are shown around the place', async () => {
    const [head, line, caret] = await mistakes({
      file: `host: ${' '.repeat(300)}zzz # ${'-'.repeat(300)}`,
    });
    expect(head).toContain('p2p.yaml:1:307');
    expect(line!.length).toBeLessThan(80);
    expect(line!.slice(caret!.indexOf('^')).startsWith('zzz')).toBe(true);
  });

  test('are a file that is named and missing, a folder, a pipe of no end', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'p2p.yaml'));
    expect(await mistakes({ flags: { config: 'gone.yaml' } })).toEqual([
      'p2p: --config gone.yaml: there is no such file',
    ]);
    expect(await mistakes({ environment: { P2P_CONFIG: 'gone.yaml' } })).toEqual([
      'p2p: P2P_CONFIG=gone.yaml: there is no such file',
    ]);
    expect((await mistakes({ folder }))[0]).toMatch(/it is not a regular file$/);
  });

  test('are not the variables that an orchestrator sets for a service called p2p', async () => {
    const environment = { P2P_SERVICE_HOST: '10.0.0.1', P2P_PORT_9001_TCP_ADDR: '10.0.0.1' };
    expect((await load({ environment })).settings.port).toBe(9_000);
    expect(await mistakes({ environment: { P2P_LIMIT_NONSENSE: '1' } })).toHaveLength(1);
  });
});

describe('quantities', () => {
  test('read back as they were written', () => {
    const units = fc.constantFrom('time' as const, 'bytes' as const, 'count' as const);
    fc.assert(
      fc.property(units, fc.integer({ min: 1, max: 2 ** 40 }), (unit, value) => {
        expect(readQuantity(unit, writeQuantity(unit, value))).toEqual({ ok: true, value });
      }),
    );
  });

  test.each([
    ['time', '1.5s', 1_500_000],
    ['time', '2 min', 120_000_000],
    ['time', '20µs', 20],
    ['bytes', '64MiB', 2 ** 26],
    ['bytes', '64 KB', 64_000],
    ['count', 7, 7],
  ] as const)('%s %j is %d', (unit, written, value) => {
    expect(readQuantity(unit, written)).toEqual({ ok: true, value });
  });

  test.each([
    ['time', '5', /unit is missing/],
    ['time', '5 MiB', /must be one of us, ms/],
    ['time', '0s', /must be a time/],
    ['time', '-1s', /must be a time/],
    ['bytes', '0.5B', /must be a size/],
    ['count', '7s', /without a unit/],
    ['count', 1.5, /whole number/],
    ['count', null, /whole number/],
  ] as const)('%s %j is refused', (unit, written, message) => {
    const reading = readQuantity(unit, written);
    expect(reading.ok ? '' : reading.mistakes[0]?.message).toMatch(message);
  });
});
