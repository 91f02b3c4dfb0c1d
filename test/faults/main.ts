import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CloudError, messageOf } from '#domain';
import { provide } from '../../tools/setup/install.js';
import { writeFileAtomically } from '../../tools/stack/files.js';
import { layoutOf } from '../../tools/stack/layout.js';
import { planStack } from '../../tools/stack/plan.js';
import { findProgram } from '../../tools/stack/servers/programs.js';
import { Stack } from '../../tools/stack/stack.js';
import { parseTopology, type Topology } from '../../tools/stack/topology.js';
import { chooseSmallDisks, mountSmallDisk, type SmallDisks } from './disks.js';
import { logDirectory, playStory, scheduleOf } from './inside.js';
import { PREFIX, stackOf, tidyUp, tidyUpLeftovers, writeDown } from './leftovers.js';
import type { Links } from './links/links.js';
import { Namespaces, whyNoNamespaces } from './links/namespaces.js';
import { Proxies } from './links/proxies.js';
import { type FaultOptions, HELP, parseOptions } from './options.js';
import { tellFault } from './schedule.js';
import { faultTree } from './tree.js';

/** Three up from dist/test/faults. */
const sources = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const INSIDE = 'CANOPY_FAULTS_INSIDE';
const MINUTE_MS = 60_000;
/** Over the minutes that were asked for: what hangs longer is ended, and is a failure. */
const GRACE_MS = 4 * MINUTE_MS;

/** What the process outside the networks tells the one inside. */
const Orders = z.object({
  prefix: z.string().optional(),
  topology: z.unknown(),
  disks: z.object({ database: z.string(), broker: z.string() }).optional(),
  seed: z.number(),
  seconds: z.number(),
  only: z.string().optional(),
});
type Orders = z.infer<typeof Orders>;

/** @returns the exit code */
export const main = async (args: readonly string[]): Promise<number> => {
  const interrupted = new AbortController();
  setMaxListeners(0, interrupted.signal);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
  try {
    const inside = process.env[INSIDE];
    if (inside !== undefined) return await playInside(inside, interrupted.signal).finally(() => setImmediate(() => process.exit()));
    const options = parseOptions(args);
    if (options.help) console.log(HELP);
    return options.help ? 0 : await keep(options, interrupted.signal);
  } catch (error) {
    console.error(interrupted.signal.aborted ? '\ncanopy: interrupted' : `\ncanopy: ${messageOf(error)}`);
    if (!interrupted.signal.aborted && !(error instanceof CloudError) && error instanceof Error) console.error(error.stack);
    return interrupted.signal.aborted ? 130 : 1;
  }
};

/** Makes networks and disks, has the story played inside them, and removes all of it, whatever happens. */
const keep = async (options: FaultOptions, interrupted: AbortSignal): Promise<number> => {
  const began = performance.now();
  const seed = options.seed ?? randomInt(2 ** 31);
  say(`seed ${seed}: npm run test:faults -- --minutes ${options.minutes} --seed ${seed} plays the same again`);
  if (options.show) {
    await show(options, seed);
    return 0;
  }
  for (const left of await tidyUpLeftovers(sources)) say(`removed what an interrupted run had left in ${left}`);
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(directory, 0o755);
  await provide(WANTS, { sources, log: join(directory, 'apt.log'), say });
  let code = 1;
  try {
    const prefix = await prefixFor(options);
    // The root of the tree is the first place: its address is known before there is a tree.
    const topology = await faultTree(prefix ? '10.213.0.10' : '127.0.0.1');
    const namespaces = prefix ? new Namespaces(prefix, topology) : undefined;
    writeDown(directory, { namespaces: namespaces?.names ?? [], mounts: [] });
    await namespaces?.make();
    const disks = await smallDisks(directory, topology, seed, namespaces?.names ?? []);
    const orders: Orders = { prefix, topology, disks, seed, seconds: secondsOf(options), only: options.only };
    writeFileAtomically(join(directory, 'orders.json'), JSON.stringify(orders), 0o600);
    code = await sendInside(directory, namespaces, options.minutes * MINUTE_MS + GRACE_MS, interrupted);
  } finally {
    say('stopping everything …');
    await tidyUp(directory, sources, { keepLogs: code === 1 });
    if (code === 1) say(`the logs are kept in ${logDirectory(stackOf(directory))}`);
  }
  say(`${code === 0 ? 'all invariants hold' : 'FAILED'} (seed ${seed}, ${Math.round((performance.now() - began) / 1000)} s)`);
  return interrupted.aborted ? 130 : code;
};

/** Starting takes a minute on a busy machine of two cores, coming to rest and looking somewhat less. */
const secondsOf = ({ minutes }: FaultOptions): number => Math.max(20, Math.round(minutes * 60 - 105));

/** Opens the tree without starting anything, for its names. */
const show = async (options: FaultOptions, seed: number): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'canopy-schedule-'));
  try {
    const stack = await Stack.open({ directory, sources, topology: await faultTree('127.0.0.1') });
    const disks = chooseSmallDisks(stack.plan, seed);
    const means = { seed, seconds: secondsOf(options), only: options.only, disks, cutsServers: true };
    for (const fault of scheduleOf(stack, means)) say(tellFault(fault));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const WANTS = { databases: true, brokers: true, hypervisor: false, image: false, client: false };

/** Undefined when links are to be cut by proxies. */
const prefixFor = async ({ links }: FaultOptions): Promise<string | undefined> => {
  if (links === 'proxies') return undefined;
  const reason = await whyNoNamespaces();
  if (reason === undefined) return `canopy-faults-${process.pid}`;
  if (links === 'namespaces') throw new CloudError('unavailable', `no network namespace can be made here: ${reason}`);
  say(`NOTE: no network namespace can be made here (${reason}): links are cut by proxies in front of the brokers instead`);
  return undefined;
};

const smallDisks = async (directory: string, topology: Topology, seed: number, names: string[]): Promise<SmallDisks | undefined> => {
  const layout = layoutOf(stackOf(directory));
  const disks = chooseSmallDisks(planStack({ topology, port: () => 0, secret: () => '' }), seed);
  const servers = [disks.database, disks.broker];
  writeDown(directory, { namespaces: names, mounts: servers.map(server => layout.server(server)) });
  try {
    for (const server of servers) await mountSmallDisk(layout, server);
    return disks;
  } catch (error) {
    say(`NOTE: no file system can be mounted here (${messageOf(error).trim().split('\n').at(-1)}): no disk is filled`);
    return undefined;
  }
};

/** Runs this program again where it sees all networks. */
const sendInside = (directory: string, namespaces: Namespaces | undefined, timeoutMs: number, interrupted: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    const command = [process.execPath, join(sources, 'test/faults/run.mjs')];
    if (namespaces) command.unshift(findProgram('nsenter'), `--net=/run/netns/${namespaces.hub}`);
    const child = spawn(command[0]!, command.slice(1), {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, [INSIDE]: directory },
      detached: true,
    });
    const timer = setTimeout(() => {
      say(`it hangs: it is ended ${GRACE_MS / MINUTE_MS} minutes late`);
      child.kill('SIGKILL');
    }, timeoutMs);
    interrupted.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.once('error', reject);
    child.once('close', code => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });

/** In the hub of the networks, or, without any, simply in a process of its own. */
const playInside = async (directory: string, interrupted: AbortSignal): Promise<number> => {
  const orders = Orders.parse(JSON.parse(readFileSync(join(directory, 'orders.json'), 'utf8')));
  const topology = parseTopology(orders.topology);
  const links: Links = orders.prefix ? new Namespaces(orders.prefix, topology) : await Proxies.open(topology);
  if (!links.cutServer) say('NOTE: no cell is cut from its own servers: that needs network namespaces and iptables');
  const wrong = await playStory({
    directory: stackOf(directory),
    sources,
    topology,
    links,
    disks: orders.disks,
    seed: orders.seed,
    seconds: orders.seconds,
    only: orders.only,
    interrupted,
    say,
  });
  for (const line of wrong) console.error(`VIOLATED ${line}`);
  return wrong.length === 0 ? 0 : 1;
};

const say = (line: string): void => console.log(line);
