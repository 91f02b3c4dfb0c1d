import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { cellOfService, type Machines } from '../../../tools/stack/machines.js';
import { findProgram } from '../../../tools/stack/servers/programs.js';
import type { Topology } from '../../../tools/stack/topology.js';
import { type CuttableLink, type Links, linksOf, type OwnServer, placesOf } from './links.js';

const run = promisify(execFile);
const ip = (...args: string[]) => run(findProgram('ip'), args, { timeout: 20_000 });

/**
 * Each cell, and the hosts of each leaf, in a network namespace of its own. All hang on one bridge, which stands for the internet:
 * users reach the API and hosts fetch images over it. Beside it there is a cable for each link of the tree, over which a child
 * reaches its parent's broker; pulling it at the parent's end lets packets vanish, as a broken line does.
 * Nothing of it is visible outside the namespaces: the bridge lies in one as well, and so does the test.
 */
export class Namespaces implements Links {
  private readonly places: readonly string[];
  private readonly links: readonly CuttableLink[];
  readonly machines: Machines;
  readonly cutServer: Links['cutServer'];

  /** @param prefix of the names of all namespaces: tells one run from another */
  constructor(
    private readonly prefix: string,
    topology: Topology,
  ) {
    this.places = placesOf(topology);
    this.links = linksOf(topology);
    this.cutServer = hasFirewall() ? server => this.wallIn(server) : undefined;
    this.machines = {
      addressOf: cell => this.addressOf(cell),
      overLink: (_link, broker) => broker,
      apart: true,
      launched: (service, spec) => {
        const cell = cellOfService(service.name);
        const place = service.kind === 'compute' ? `${cell}.hosts` : cell;
        const { owner, ...rest } = spec;
        const become = owner ? ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'] : [];
        const args = [`--net=/run/netns/${this.nameOf(place)}`, ...become, spec.command, ...spec.args];
        return { ...rest, command: findProgram('nsenter'), args };
      },
    };
  }

  /** Where the test itself must run to see them all. */
  get hub(): string {
    return this.nameOf('hub');
  }

  get names(): string[] {
    return [this.hub, ...this.places.map(place => this.nameOf(place))];
  }

  async make(): Promise<void> {
    for (const name of this.names) {
      await ip('netns', 'add', name);
      await ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    await ip('-n', this.hub, 'link', 'add', 'br0', 'type', 'bridge');
    await ip('-n', this.hub, 'addr', 'add', '10.213.0.1/24', 'dev', 'br0');
    await ip('-n', this.hub, 'link', 'set', 'br0', 'up');
    for (const [index, place] of this.places.entries()) await this.plugIn(place, index);
    for (const [index, link] of this.links.entries()) await this.layCable(link, index);
  }

  private async plugIn(place: string, index: number): Promise<void> {
    const name = this.nameOf(place);
    await ip('-n', this.hub, 'link', 'add', `port${index}`, 'type', 'veth', 'peer', 'name', 'world', 'netns', name);
    await ip('-n', this.hub, 'link', 'set', `port${index}`, 'master', 'br0', 'up');
    await ip('-n', name, 'addr', 'add', `${this.addressOf(place)}/24`, 'dev', 'world');
    await ip('-n', name, 'link', 'set', 'world', 'up');
  }

  private async layCable(link: CuttableLink, index: number): Promise<void> {
    const [lower, upper] = [this.nameOf(link.from), this.nameOf(link.cell)];
    const end = deviceOf(index);
    await ip('-n', upper, 'link', 'add', end, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', lower);
    await ip('-n', upper, 'addr', 'add', `10.213.${index + 1}.1/30`, 'dev', end);
    await ip('-n', lower, 'addr', 'add', `10.213.${index + 1}.2/30`, 'dev', 'uplink');
    await ip('-n', upper, 'link', 'set', end, 'up');
    await ip('-n', lower, 'link', 'set', 'uplink', 'up');
    await ip('-n', lower, 'route', 'add', `${this.addressOf(link.cell)}/32`, 'via', `10.213.${index + 1}.1`, 'dev', 'uplink');
  }

  async cut(link: CuttableLink): Promise<void> {
    await ip('-n', this.nameOf(link.cell), 'link', 'set', this.endOf(link), 'down');
  }

  async heal(link: CuttableLink): Promise<void> {
    await ip('-n', this.nameOf(link.cell), 'link', 'set', this.endOf(link), 'up');
  }

  /** What a cell's processes and its servers say to each other goes over the loopback device of their network; others come by cable. */
  private async wallIn({ cell, port }: OwnServer): Promise<() => Promise<void>> {
    const rules = ['--dport', '--sport'].map(side => ['INPUT', '-i', 'lo', '-p', 'tcp', side, String(port), '-j', 'DROP']);
    const all = async (change: '-A' | '-D') => {
      for (const rule of rules) await ip('netns', 'exec', this.nameOf(cell), findProgram(FIREWALL), '-w', '5', change, ...rule);
    };
    await all('-A');
    return () => all('-D');
  }

  async close(): Promise<void> {
    await removeNamespaces(this.names);
  }

  private endOf(link: CuttableLink): string {
    return deviceOf(this.links.findIndex(one => one.name === link.name));
  }

  private nameOf(place: string): string {
    return `${this.prefix}-${place}`;
  }

  private addressOf(place: string): string {
    return `10.213.0.${10 + this.places.indexOf(place)}`;
  }
}

const FIREWALL = 'iptables';

/** There, and with a kernel that obeys it. */
const hasFirewall = (): boolean => {
  try {
    return spawnSync(findProgram(FIREWALL), ['-w', '5', '-S', 'INPUT'], { timeout: 20_000 }).status === 0;
  } catch {
    return false;
  }
};

const deviceOf = (index: number): string => `down${index}`;

/** Those that exist of them; what runs in one keeps it alive, but nameless. */
export const removeNamespaces = async (names: readonly string[]): Promise<void> => {
  for (const name of names) await ip('netns', 'del', name).catch(() => undefined);
};

/** Undefined when this process may make namespaces; or why it may not. */
export const whyNoNamespaces = async (): Promise<string | undefined> => {
  const name = `canopy-try-${process.pid}`;
  try {
    for (const program of ['ip', 'nsenter', 'setpriv']) findProgram(program);
    await ip('netns', 'add', name);
    await ip('-n', name, 'link', 'add', 'left', 'type', 'veth', 'peer', 'name', 'right');
    return undefined;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    return said.trim().split('\n').at(-1) ?? 'no reason was given';
  } finally {
    await removeNamespaces([name]);
  }
};
