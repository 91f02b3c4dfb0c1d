import type { Duplex } from 'node:stream';
import type { ConsoleKind, GuestDiagnostics, HostInventory } from '#contracts';
import { type Clock, CloudError, type Logger, messageOf, PowerState, type PowerStateCode } from '#domain';
import {
  ALL_ABILITIES,
  type AllAbilities,
  type CanMigrateLive,
  type DiskSnapshot,
  type GuestEvent,
  type GuestSpec,
  type GuestState,
  type HypervisorDriver,
  macAddressOf,
} from '#hypervisor';
import { readConsole, trimConsole } from './console-log.js';
import { snapshotDisk } from './disk-snapshot.js';
import { domainXml } from './domain-xml.js';
import { GuestConsoles } from './guest-consoles.js';
import { diagnosticsOf } from './guest-diagnostics.js';
import { GuestDomains } from './guest-domains.js';
import { type GuestFileSet, GuestFiles } from './guest-files.js';
import { HeldGuests } from './held-guests.js';
import { type HostFacts, inventoryOf, readHostFacts } from './host-facts.js';
import type { LibvirtConfig } from './libvirt.config.js';
import { LibvirtClient } from './libvirt-client.js';
import { LibvirtMigrations } from './libvirt-migrations.js';
import { LibvirtMoves } from './libvirt-moves.js';
import { MovedFiles } from './moved-files.js';
import { PowerButton } from './power-button.js';
import { PowerWatch } from './power-watch.js';
import { runTool } from './run-tool.js';

export interface LibvirtDriverDeps {
  /** The name of the host, which is also told as its hypervisor host name. */
  readonly host: string;
  readonly config: LibvirtConfig;
  readonly clock: Clock;
  readonly log: Logger;
}

const TRIM_CONSOLES_MS = 60_000;

/** Guests of libvirt's QEMU driver, with KVM or without. */
export class LibvirtDriver implements HypervisorDriver, AllAbilities, CanMigrateLive {
  readonly capabilities = { ...ALL_ABILITIES, migrateLive: true, localImages: true };
  readonly moves: LibvirtMoves;
  readonly liveMigrations: LibvirtMigrations;
  private readonly client: LibvirtClient;
  private readonly domains: GuestDomains;
  private readonly files: GuestFiles;
  private readonly consoles: GuestConsoles;
  private readonly watch: PowerWatch;
  private readonly held: HeldGuests;
  private readonly button: PowerButton;
  private readonly moved: MovedFiles;
  private facts: HostFacts | undefined;
  private trimming: NodeJS.Timeout | undefined;

  constructor(private readonly deps: LibvirtDriverDeps) {
    const { config, clock, log } = deps;
    this.files = new GuestFiles(config.instancesDirectory);
    this.client = new LibvirtClient(config, clock, log, {
      onChange: instanceUuid => void this.watch.look(instanceUuid),
      onReturn: () => void this.watch.lookAtAll(),
    });
    this.domains = new GuestDomains(this.client, clock);
    this.consoles = new GuestConsoles(this.domains, this.files);
    this.watch = new PowerWatch(this.domains, clock, log);
    this.held = new HeldGuests({ domains: this.domains, files: this.files, watch: this.watch, host: deps.host, log });
    this.button = new PowerButton(this.domains, clock, deps.host);
    this.moved = new MovedFiles(config.instancesDirectory, this.files);
    this.moves = new LibvirtMoves({
      files: this.files,
      moved: this.moved,
      domains: this.domains,
      watch: this.watch,
      define: guest => this.define(guest, this.files.of(guest.build)),
      powerOff: (instanceUuid, options) => this.powerOff(instanceUuid, options),
    });
    const { files, moved, domains, watch } = this;
    this.liveMigrations = new LibvirtMigrations({ host: deps.host, config, clock, files, moved, domains, watch });
  }

  async start(): Promise<void> {
    await runTool('qemu-img', ['--version']);
    await runTool('genisoimage', ['--version']);
    await this.files.prepare();
    await this.client.open();
    try {
      this.facts = await readHostFacts(this.client, this.deps.config);
      await this.watch.begin();
      await this.held.letGoOfAll();
    } catch (error) {
      await this.client.close();
      throw error;
    }
    this.trimming = setInterval(() => void this.trimConsoles(), TRIM_CONSOLES_MS);
    this.trimming.unref();
    const { virtType, hypervisorVersion } = this.facts;
    this.deps.log.info('libvirt driver started', { host: this.deps.host, uri: this.deps.config.uri, virtType, hypervisorVersion });
  }

  async stop(): Promise<void> {
    clearInterval(this.trimming);
    this.watch.end();
    await this.client.close();
  }

  async inventory(): Promise<HostInventory> {
    return inventoryOf(this.deps.host, this.startedFacts(), this.deps.config);
  }

  async uptime(): Promise<string> {
    return (await runTool('uptime', [])).trimEnd();
  }

  list(): Promise<GuestState[]> {
    return this.domains.list();
  }

  powerState(instanceUuid: string): Promise<PowerStateCode> {
    return this.domains.powerState(instanceUuid);
  }

  async spawn(guest: GuestSpec): Promise<void> {
    const { instanceUuid } = guest.build;
    await this.watch.whileChanging(instanceUuid, async () => {
      if ((await this.domains.powerState(instanceUuid)) !== PowerState.NOSTATE) return this.domains.turnOn(instanceUuid);
      try {
        await this.build(guest);
      } catch (error) {
        await this.cleanUp(instanceUuid);
        throw error;
      }
    });
  }

  async destroy(instanceUuid: string): Promise<void> {
    await this.watch.whileChanging(instanceUuid, () => this.remove(instanceUuid));
  }

  async powerOn(instanceUuid: string): Promise<void> {
    await this.watch.whileChanging(instanceUuid, () => this.domains.turnOn(instanceUuid));
  }

  async powerOff(instanceUuid: string, { graceSeconds }: { graceSeconds: number }): Promise<void> {
    await this.watch.whileChanging(instanceUuid, async () => {
      if (graceSeconds > 0 && (await this.button.shutDown(instanceUuid, graceSeconds))) return;
      await this.domains.turnOff(instanceUuid);
    });
  }

  async reboot(instanceUuid: string, { hard }: { hard: boolean }): Promise<void> {
    await this.watch.whileChanging(instanceUuid, async () => {
      const down = !hard && (await this.button.shutDown(instanceUuid, this.deps.config.softRebootSeconds));
      if (!down) await this.domains.turnOff(instanceUuid);
      await this.domains.turnOn(instanceUuid);
    });
  }

  async pause(instanceUuid: string): Promise<void> {
    await this.watch.whileChanging(instanceUuid, () => this.domains.pause(instanceUuid));
  }

  async unpause(instanceUuid: string): Promise<void> {
    await this.watch.whileChanging(instanceUuid, () => this.domains.unpause(instanceUuid));
  }

  async suspend(instanceUuid: string): Promise<void> {
    await this.watch.whileChanging(instanceUuid, () => this.domains.save(instanceUuid));
  }

  async resume(instanceUuid: string): Promise<void> {
    await this.watch.whileChanging(instanceUuid, () => this.domains.restore(instanceUuid));
  }

  /** Of `root`; the guest needs QEMU's guest agent. */
  setPassword(instanceUuid: string, password: string): Promise<void> {
    return this.domains.setPassword(instanceUuid, 'root', password);
  }

  crashDump(instanceUuid: string): Promise<void> {
    return this.domains.interrupt(instanceUuid);
  }

  async rescue(guest: GuestSpec): Promise<void> {
    const { instanceUuid } = guest.build;
    await this.watch.whileChanging(instanceUuid, async () => {
      await this.domains.turnOff(instanceUuid);
      try {
        await this.define(guest, await this.files.createRescue(guest));
        await this.domains.turnOn(instanceUuid);
      } catch (error) {
        await this.define(guest, this.files.of(guest.build));
        throw error;
      }
    });
  }

  async unrescue(guest: Omit<GuestSpec, 'image'>): Promise<void> {
    const { instanceUuid } = guest.build;
    await this.watch.whileChanging(instanceUuid, async () => {
      await this.domains.turnOff(instanceUuid);
      await this.define(guest, this.files.of(guest.build));
      await this.domains.turnOn(instanceUuid);
      await this.files.removeRescue(instanceUuid);
    });
  }

  snapshot(instanceUuid: string, { format }: { format: 'qcow2' | 'raw' }): Promise<DiskSnapshot> {
    return snapshotDisk(this.files.directoryOf(instanceUuid), format, copy => this.held.during(instanceUuid, copy));
  }

  async consoleOutput(instanceUuid: string, { lines }: { lines: number | null }): Promise<string> {
    const path = this.files.consolePath(instanceUuid);
    try {
      return await readConsole(path, lines);
    } catch (cause) {
      if ((await this.domains.powerState(instanceUuid)) === PowerState.NOSTATE) {
        throw new CloudError('notFound', `instance ${instanceUuid} is not on host ${this.deps.host}`, { cause });
      }
      throw new CloudError('internal', `the console log ${path} cannot be read: ${messageOf(cause)}`, { cause });
    }
  }

  findConsole(instanceUuid: string, kind: ConsoleKind): Promise<void> {
    return this.consoles.find(instanceUuid, kind);
  }

  connectConsole(instanceUuid: string, kind: ConsoleKind): Promise<Duplex> {
    return this.consoles.connect(instanceUuid, kind);
  }

  diagnostics(instanceUuid: string): Promise<GuestDiagnostics> {
    return diagnosticsOf(this.domains, instanceUuid, { virtType: this.startedFacts().virtType, now: this.deps.clock.now() });
  }

  onGuestEvent(listener: (event: GuestEvent) => void): void {
    this.watch.addListener(listener);
  }

  private async build(guest: GuestSpec): Promise<void> {
    await this.define(guest, await this.files.create(guest));
    await this.domains.turnOn(guest.build.instanceUuid);
  }

  private async define({ build, epoch }: Omit<GuestSpec, 'image'>, files: GuestFileSet): Promise<void> {
    const { diskCache, tcgCacheMb } = this.deps.config;
    const macAddress = build.networks === 'none' ? null : macAddressOf(build.instanceUuid);
    await this.domains.define(
      build.instanceUuid,
      domainXml({ build, epoch, virtType: this.startedFacts().virtType, ...files, diskCache, macAddress, tcgCacheMb }),
    );
  }

  /** The domain goes first: a guest must not run on without its disk. */
  private async remove(instanceUuid: string): Promise<void> {
    await this.domains.remove(instanceUuid);
    await this.files.remove(instanceUuid);
    await this.moved.removeAll(instanceUuid);
  }

  private async cleanUp(instanceUuid: string): Promise<void> {
    try {
      await this.remove(instanceUuid);
    } catch (error) {
      // The error that led here is the one to tell; the cell destroys the guest again before it builds elsewhere.
      this.deps.log.warn('a failed spawn left something behind', { instanceUuid, error: messageOf(error) });
    }
  }

  private async trimConsoles(): Promise<void> {
    for (const instanceUuid of await this.files.instances().catch(() => [])) {
      // A guest that is destroyed meanwhile has no log any more.
      await trimConsole(this.files.consolePath(instanceUuid)).catch(() => undefined);
    }
  }

  private startedFacts(): HostFacts {
    if (!this.facts) throw new CloudError('internal', 'the libvirt driver was not started');
    return this.facts;
  }
}
