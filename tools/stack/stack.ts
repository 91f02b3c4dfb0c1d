import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CloudError } from '#domain';
import { writeAdminTokens } from './admin-tokens.js';
import { type NodeProcessPlan, publicHost } from './configs.js';
import { CloudClient } from './demo/cloud-client.js';
import { makeDirectory } from './files.js';
import { runningGuests } from './guests.js';
import { type Layout, layoutOf } from './layout.js';
import { type Machines, THIS_MACHINE } from './machines.js';
import { writeOpenrc } from './openrc.js';
import { planStack, portKeys, type StackPlan } from './plan.js';
import { checkPorts } from './port-check.js';
import { isRunning } from './process/identity.js';
import { becomeReady, fingerprintOf, launch, stopProcess } from './process/launch.js';
import { type ProcessKind, type ProcessRow, ProcessTable } from './process/process-table.js';
import { Secrets } from './secrets.js';
import { killGuests } from './servers/libvirtd.js';
import type { Service } from './servers/service.js';
import { servicesOf } from './services.js';
import { type StartListener, startAll } from './start-all.js';
import { choosePorts, readState, writeState } from './state.js';
import { stopAll } from './stop-all.js';
import { existingServers, hostCount, type Topology } from './topology.js';
import { waitFor } from './wait.js';

/** How long a host that is up may take until the top counts its room. */
const ROOM_REPORTS_MS = 15_000;

export interface StackOptions {
  /** Where the stack keeps everything: `.canopy`. */
  readonly directory: string;
  /** Canopy's own directory: where dist/ and tools/ lie. */
  readonly sources: string;
  readonly topology: Topology;
  /** Remembered for the next start. */
  readonly topologyFile?: string | undefined;
  /** This machine unless given. */
  readonly machines?: Machines;
}

export interface Endpoints {
  readonly identity: string;
  readonly image: string;
  readonly compute: string;
  readonly network: string;
  /** The console proxy; undefined where the root runs somewhere else. */
  readonly consoles: string | undefined;
}

/**
 * A tree of cells with the servers below it, as processes of this machine. What it starts outlives it: it writes down every
 * process, and the next Stack of the same directory finds them, keeps those that are as they should be, and starts the rest.
 */
export class Stack {
  private constructor(
    readonly layout: Layout,
    readonly sources: string,
    readonly topology: Topology,
    readonly plan: StackPlan,
    readonly nodes: readonly NodeProcessPlan[],
    readonly adminPassword: string,
    private readonly services: readonly Service[],
    private readonly table: ProcessTable,
    private readonly isApart: boolean,
  ) {}

  /** Decides everything (ports, accounts, configurations) and writes down what must be remembered. Starts nothing. */
  static async open(options: StackOptions): Promise<Stack> {
    const layout = layoutOf(resolve(options.directory));
    makeDirectory(layout.root, 0o755);
    const { topology, machines = THIS_MACHINE } = options;
    const table = new ProcessTable(layout.processes);
    const isOurs = (key: string) => {
      const row = table.get(key.replace(/\.distribution$/, '').replace(/\.(admin|console|console-door)$/, '.cell'));
      return row !== undefined && isRunning(row.identity);
    };
    const ports = await choosePorts(portKeys(topology), readState(layout.state)?.ports ?? {}, { base: topology.portBase, isOurs });
    const secrets = new Secrets(layout.secrets);
    const secret = (name: string, bytes?: number) => secrets.get(name, bytes);
    const plan = planStack({ topology, port: key => ports[key] ?? 0, secret, machines });
    const adminPassword = secrets.get('admin');
    secrets.save();
    const { shared } = topology.servers;
    const existing = existingServers(topology);
    writeState(layout.state, { ports, topologyFile: options.topologyFile, shared, driver: topology.driver, existingServers: existing });
    const { nodes, services } = servicesOf({
      topology,
      plan,
      layout,
      adminPassword,
      sources: options.sources,
      epmdPort: ports.epmd ?? 0,
      machines,
    });
    return new Stack(layout, options.sources, topology, plan, nodes, adminPassword, services, table, machines.apart);
  }

  get endpoints(): Endpoints {
    const { listen } = this.topology;
    const at = (port: number) => `http://${publicHost(this.topology)}:${port}`;
    const consoles = this.plan.cells.find(cell => !cell.parent)?.consoles;
    return {
      identity: `${at(listen.identityPort)}/v3`,
      image: at(listen.imagePort),
      compute: `${at(listen.computePort)}/v2.1`,
      network: at(listen.networkPort),
      consoles: consoles && at(consoles.port),
    };
  }

  get logDirectory(): string {
    return join(this.layout.root, 'log');
  }

  /**
   * Starts what does not run, all at once as far as each needs no other, and waits until all is ready.
   * @throws CloudError naming the first service that failed and why; what runs then goes on until stop().
   */
  async up(options: { readonly listener?: StartListener; readonly signal?: AbortSignal } = {}): Promise<void> {
    this.table.reload();
    await this.stopOutdated();
    if (!this.topology.elsewhere) {
      if (!this.isApart) await checkPorts(this.topology, this.runningServices());
      writeOpenrc(this.layout, this.endpoints, this.adminPassword);
    }
    writeAdminTokens(this.layout, this.plan);
    await startAll(this.services, this.table, options);
  }

  /**
   * Waits until the top knows every host, and counts its room: both climb the tree in reports, each in its own time, a few seconds
   * after all is up, and before that nothing can be placed there. Room that somebody has disabled never comes, so it is not insisted on.
   * @throws CloudError `deadlineExceeded` when hosts are missing.
   */
  async hostsReported(options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<number> {
    const wanted = hostCount(this.topology);
    const client = new CloudClient(this.endpoints, this.adminPassword);
    const unless = () => options.signal?.throwIfAborted();
    const known = await waitFor(
      `the reports of all ${wanted} hosts`,
      async () => {
        const hosts = (await (await client.loggedIn()).hostsUp()).length;
        return hosts >= wanted ? { hosts } : undefined;
      },
      { timeoutMs: options.timeoutMs, everyMs: 250, unless },
    );
    const giveUp = performance.now() + ROOM_REPORTS_MS;
    await waitFor('the report of their room', async () => performance.now() > giveUp || (await client.hostsWithRoom()) >= wanted, {
      timeoutMs: ROOM_REPORTS_MS * 2,
      everyMs: 250,
      unless,
    });
    return known.hosts;
  }

  /** Every process that is written down, whether it runs or not. */
  processes(): ProcessRow[] {
    this.table.reload();
    return this.table.all();
  }

  serviceNames(): string[] {
    return this.services.map(service => service.name);
  }

  /** SIGKILL, as a power cut would do it. Ends when the process has ended. */
  async kill(name: string): Promise<void> {
    await stopProcess(this.rowOf(name).identity, { graceSeconds: 0 });
  }

  /** Starts one service that is down. */
  async restart(name: string): Promise<void> {
    await launch(this.serviceOf(name), this.table);
  }

  /** The names of services that should run and do not. */
  down(): string[] {
    const running = new Set(this.runningServices());
    return this.services.map(service => service.name).filter(name => !running.has(name));
  }

  /** Waits until a running service is ready, for instance after somebody else restarted it. */
  async ready(name: string): Promise<void> {
    const row = this.rowOf(name);
    await becomeReady(this.serviceOf(name), row.identity, row.logFrom);
  }

  /** What it consists of, for whoever tells how the start goes on. */
  serviceList(): { readonly name: string; readonly kind: ProcessKind }[] {
    return this.services.map(({ name, kind }) => ({ name, kind }));
  }

  /** Whether guests really run on some of its hosts. */
  hasRealHosts(): boolean {
    return this.services.some(service => service.kind === 'libvirtd');
  }

  /** The guests that really run on its hosts. */
  guests(): Promise<{ pid: number; name: string; host: string }[]> {
    return runningGuests(this.layout, this.sources);
  }

  /** Writes down the calling process as the one that looks after the stack, so that `stop` can ask it to end. */
  registerLauncher(row: ProcessRow): void {
    this.table.put(row);
  }

  /** Strikes a process off the list. */
  forget(name: string): void {
    this.table.reload();
    this.table.remove(name);
  }

  /** Stops every process; data stays, and guests of a hypervisor go on running. */
  async stop(): Promise<void> {
    await stopAll(this.layout);
  }

  private runningServices(): string[] {
    return this.table.running().map(row => row.name);
  }

  /** Processes of a former configuration, or of cells that are no longer in the tree. */
  private async stopOutdated(): Promise<void> {
    const wanted = new Map(this.services.map(service => [service.name, fingerprintOf(service)]));
    const outdated = this.table.running().filter(row => row.kind !== 'launcher' && wanted.get(row.name) !== row.fingerprint);
    if (outdated.length > 0) await stopAll(this.layout, row => outdated.some(one => one.name === row.name));
    this.table.reload();
  }

  private serviceOf(name: string): Service {
    const found = this.services.find(service => service.name === name);
    if (!found) throw new CloudError('notFound', `the stack has no service '${name}'; it has ${this.serviceNames().join(', ')}`);
    return found;
  }

  private rowOf(name: string): ProcessRow {
    const row = this.processes().find(one => one.name === name);
    if (!row) throw new CloudError('notFound', `the stack has started no '${name}'`);
    return row;
  }
}

/** Stops everything, ends all guests and removes the directory. Needs no configuration: it goes by what is written down there. */
export const resetStack = async (directory: string, sources: string): Promise<void> => {
  const layout = layoutOf(resolve(directory));
  await stopAll(layout);
  for (const host of namesIn(join(layout.root, 'hosts'))) await killGuests(layout, host, sources);
  rmSync(layout.root, { recursive: true, force: true });
};

const namesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
};
