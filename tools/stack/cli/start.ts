import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { messageOf } from '#domain';
import { provide } from '../../setup/install.js';
import type { Wants } from '../../setup/packages.js';
import { runDemo } from '../demo/demo.js';
import { makeImage } from '../demo/image.js';
import { layoutOf } from '../layout.js';
import { Supervisor } from '../process/supervisor.js';
import { Stack } from '../stack.js';
import { allCells } from '../topology.js';
import { checkDisk } from './check-disk.js';
import { LAUNCHER, launcherRow, refuseSecondLauncher } from './launcher-row.js';
import { type Arguments, type Chosen, chooseTopology } from './options.js';
import { Screen } from './screen.js';
import { StartProgress } from './start-progress.js';

const HOSTS_REPORT_MS = 90_000;

export const start = async (options: Arguments, sources: string): Promise<number> => {
  const screen = new Screen();
  const chosen = chooseTopology(options, sources);
  const layout = layoutOf(resolve(options.directory));
  refuseSecondLauncher(layout.processes);
  mkdirSync(join(layout.root, 'log'), { recursive: true });
  checkDisk(layout.root);
  await provide(wantsOf(chosen, options), { sources, log: layout.log('apt'), say: line => screen.step(line) });

  const stack = await Stack.open({ directory: options.directory, sources, topology: chosen.topology, topologyFile: chosen.file });
  const interrupted = interruption();
  stack.registerLauncher(launcherRow());
  try {
    await raise(stack, options, screen, interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) screen.step(`failed: ${messageOf(error)}`);
    await stopStack(stack, screen);
    if (interrupted.signal.aborted) return 130;
    throw error;
  }
  if (options.detach) {
    stack.forget(LAUNCHER);
    screen.plain('\nIt goes on running. npm run stop stops it, npm run status shows it.');
    return 0;
  }
  await lookAfter(stack, screen, interrupted.signal);
  return 0;
};

/** Brings everything up, and the demonstration's server with it. */
const raise = async (stack: Stack, options: Arguments, screen: Screen, signal: AbortSignal): Promise<void> => {
  screen.step(
    `${stack.topology.name}: ${stack.plan.cells.length} cells; all is kept in ${relative(process.cwd(), stack.layout.root) || '.'}`,
  );
  const image = options.demo && !stack.topology.elsewhere ? imageFor(stack, options, screen) : Promise.resolve(undefined);
  const progress = new StartProgress(screen, stack.serviceList());
  const [up, made] = await Promise.allSettled([
    stack.up({ listener: event => progress.on(event), signal }).finally(() => progress.end()),
    image,
  ]);
  if (up.status === 'rejected') throw up.reason;
  if (made.status === 'rejected') throw made.reason;
  if (stack.topology.elsewhere) {
    screen.step(`all is up; ${stack.topology.elsewhere}, which is above it, runs elsewhere`);
    return;
  }
  const hosts = await stack.hostsReported({ timeoutMs: HOSTS_REPORT_MS, signal });
  screen.step(`the whole tree is up, and ${hosts} hosts have reported`);
  if (made.value) await runDemo({ stack, screen, image: made.value, signal });
  tellHowToReach(stack, screen);
};

/** The image is made while the services start. Hosts that are only played get a few bytes that nobody boots. */
const imageFor = (stack: Stack, options: Arguments, screen: Screen): Promise<string> =>
  makeImage({
    layout: stack.layout,
    sources: stack.sources,
    given: options.image,
    real: stack.hasRealHosts(),
    say: line => screen.step(line),
  });

const lookAfter = async (stack: Stack, screen: Screen, signal: AbortSignal): Promise<void> => {
  const supervisor = new Supervisor(stack, ({ service, what, reason }) => screen.step(`${service} ${what}${reason ? `: ${reason}` : ''}`));
  supervisor.start();
  screen.plain('\nPress Ctrl-C to stop everything.');
  await new Promise<void>(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await supervisor.stop();
  await stopStack(stack, screen);
};

const stopStack = async (stack: Stack, screen: Screen): Promise<void> => {
  screen.step('stopping everything …');
  await stack.stop();
  stack.forget(LAUNCHER);
  screen.step(`stopped; the data is kept${stack.hasRealHosts() ? ', guests go on running' : ''}, and npm start finds it all again`);
};

/** The first Ctrl-C or SIGTERM aborts; the next ones find it on its way. */
const interruption = (): AbortController => {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort());
  return controller;
};

/** What a tree of cells needs installed. */
export const wantsOf = ({ topology }: Pick<Chosen, 'topology'>, options: Pick<Arguments, 'demo' | 'image'>): Wants => {
  const cells = allCells(topology).filter(cell => cell !== topology || !topology.elsewhere);
  const hypervisor = cells.some(
    cell => 'hosts' in cell && Array.isArray(cell.hosts) && cell.hosts.some(host => (host.driver ?? topology.driver) === 'libvirt'),
  );
  return {
    databases: cells.some(cell => !cell.database),
    brokers: cells.some(cell => !cell.broker),
    hypervisor,
    image: hypervisor && options.demo && !options.image,
    client: true,
  };
};

const tellHowToReach = (stack: Stack, screen: Screen): void => {
  const { identity, image, compute, network, consoles } = stack.endpoints;
  const openrc = relative(process.cwd(), stack.layout.openrc);
  screen.plain(`
Identity  ${identity}
Compute   ${compute}
Images    ${image}
Network   ${network}${consoles ? `\nConsoles  ${consoles}` : ''}
Logs      ${relative(process.cwd(), stack.logDirectory)}/

In another terminal:
  source ${openrc}
  openstack server list --long
  openstack console log show hello
  openstack console url show hello`);
};
