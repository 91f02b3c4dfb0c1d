import type { Duplex } from 'node:stream';
import type { BuildSpec, ConsoleKind, GuestDiagnostics, HostInventory } from '#contracts';
import { type Clock, CloudError, PowerState, type PowerStateCode, type Random, shapeOf } from '#domain';
import {
  ALL_ABILITIES,
  type AllAbilities,
  type CanMigrateLive,
  type DiskSnapshot,
  type GuestEvent,
  type GuestMoves,
  type GuestSpec,
  type GuestState,
  type HypervisorDriver,
  type LiveMigrations,
} from './driver.js';
import type { FakeConfig } from './fake.config.js';
import { FakeConsoles } from './fake-consoles.js';
import { playedDiagnostics } from './fake-diagnostics.js';
import { FakeGuests } from './fake-guests.js';
import { fakeInventory } from './fake-inventory.js';
import type { FakeGuest } from './fake-journal.js';
import { FakeMigrations } from './fake-migrations.js';
import { FakeMoves, type FakeMovesDeps } from './fake-moves.js';
import { type FakeWork, fakeWork } from './fake-work.js';
import { uptimeText } from './uptime-text.js';

export interface FakeDriverDeps {
  readonly host: string;
  readonly config: FakeConfig;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * A hypervisor that keeps its guests in a map: it has room for so many, takes its time, fails when told to, and remembers.
 * It is what the simulation and the load rig run on, so it does nothing per guest but what a call asks for: no timers.
 */
export class FakeDriver implements HypervisorDriver, AllAbilities, CanMigrateLive {
  readonly capabilities = { ...ALL_ABILITIES, migrateLive: true, localImages: false };
  readonly moves: GuestMoves;
  readonly liveMigrations: LiveMigrations;
  private readonly guests: FakeGuests;
  private readonly consoles = new FakeConsoles();
  private readonly listeners: ((event: GuestEvent) => void)[] = [];
  private readonly bootedAt: number;
  private readonly work: FakeWork;

  constructor(private readonly deps: FakeDriverDeps) {
    const { host, config, clock, random } = deps;
    this.bootedAt = clock.now();
    this.guests = new FakeGuests(host, config, instanceUuid => this.consoles.close(instanceUuid));
    this.work = fakeWork(config, clock, random);
    const hands: FakeMovesDeps = {
      guests: this.guests,
      makeGuest: ({ build, epoch }) => this.made(build, epoch, PowerState.SHUTDOWN),
      work: this.work,
    };
    this.moves = new FakeMoves(hands);
    this.liveMigrations = new FakeMigrations(hands);
  }

  async start(): Promise<void> {
    this.guests.open();
  }

  async stop(): Promise<void> {
    this.listeners.length = 0;
    this.consoles.close();
    this.guests.close();
  }

  async inventory(): Promise<HostInventory> {
    return fakeInventory(this.deps.host, this.deps.config);
  }

  async uptime(): Promise<string> {
    return uptimeText(this.deps.clock.now(), this.bootedAt);
  }

  async list(): Promise<GuestState[]> {
    return this.guests.all().map(guest => ({
      instanceUuid: guest.instanceUuid,
      epoch: guest.epoch,
      powerState: powerStateOf(guest),
    }));
  }

  async powerState(instanceUuid: string): Promise<PowerStateCode> {
    return powerStateOf(this.guests.find(instanceUuid));
  }

  async spawn({ build, epoch }: GuestSpec): Promise<void> {
    const known = this.guests.find(build.instanceUuid);
    if (known) return this.set(known, PowerState.RUNNING);
    const guest = this.made(build, epoch, PowerState.RUNNING);
    // Its room is taken before the wait, so that two spawns at once cannot share the last of it.
    this.guests.add(guest);
    try {
      await this.work('spawn', guest.name);
    } catch (error) {
      this.guests.remove(guest);
      throw error;
    }
    // A guest that was destroyed while it was being spawned stays destroyed.
    if (this.guests.find(guest.instanceUuid) === guest) this.guests.keep(guest);
  }

  async destroy(instanceUuid: string): Promise<void> {
    const guest = this.guests.find(instanceUuid);
    if (!guest) return;
    await this.work('destroy', guest.name);
    this.guests.remove(guest);
    this.guests.forget(instanceUuid);
  }

  powerOn(instanceUuid: string): Promise<void> {
    return this.bring(instanceUuid, PowerState.RUNNING);
  }

  powerOff(instanceUuid: string): Promise<void> {
    return this.bring(instanceUuid, PowerState.SHUTDOWN);
  }

  async reboot(instanceUuid: string): Promise<void> {
    await this.bring(instanceUuid, PowerState.SHUTDOWN);
    this.set(this.guests.require(instanceUuid), PowerState.RUNNING);
  }

  pause(instanceUuid: string): Promise<void> {
    return this.bring(instanceUuid, PowerState.PAUSED);
  }

  unpause(instanceUuid: string): Promise<void> {
    return this.bring(instanceUuid, PowerState.RUNNING);
  }

  suspend(instanceUuid: string): Promise<void> {
    return this.bring(instanceUuid, PowerState.SHUTDOWN);
  }

  resume(instanceUuid: string): Promise<void> {
    return this.bring(instanceUuid, PowerState.RUNNING);
  }

  async setPassword(instanceUuid: string): Promise<void> {
    await this.work('power', this.guests.require(instanceUuid).name);
  }

  async crashDump(instanceUuid: string): Promise<void> {
    await this.work('power', this.guests.require(instanceUuid).name);
  }

  rescue({ build }: GuestSpec): Promise<void> {
    return this.bring(build.instanceUuid, PowerState.RUNNING);
  }

  unrescue({ build }: Pick<GuestSpec, 'build'>): Promise<void> {
    return this.bring(build.instanceUuid, PowerState.RUNNING);
  }

  /** Its disk holds nothing but the guest's name. */
  async snapshot(instanceUuid: string): Promise<DiskSnapshot> {
    const { name } = this.guests.require(instanceUuid);
    await this.work('snapshot', name);
    return {
      data: async function* () {
        yield Buffer.from(`disk of ${name}, instance ${instanceUuid}\n`);
      },
      discard: async () => {},
    };
  }

  async consoleOutput(instanceUuid: string, { lines }: { lines: number | null }): Promise<string> {
    const guest = this.guests.require(instanceUuid);
    const started = new Date(guest.startedAt).toISOString();
    const log = [
      `fake hypervisor ${this.deps.host}: guest ${guest.instanceUuid}`,
      `started ${started} with ${guest.shape.vcpus} vcpus, ${guest.shape.memoryMb} MB`,
      guest.powerState === PowerState.RUNNING ? `${guest.name}: ready` : `${guest.name}: powered off`,
    ];
    return (lines === null ? log : log.slice(-lines)).join('\n') + '\n';
  }

  async findConsole(instanceUuid: string): Promise<void> {
    this.on(instanceUuid);
  }

  async connectConsole(instanceUuid: string, kind: ConsoleKind): Promise<Duplex> {
    return this.consoles.connect(instanceUuid, kind, this.on(instanceUuid).name);
  }

  async diagnostics(instanceUuid: string): Promise<GuestDiagnostics> {
    const guest = this.on(instanceUuid);
    if (guest.powerState !== PowerState.RUNNING) throw notRunning(instanceUuid);
    return playedDiagnostics(guest, this.deps.clock.now());
  }

  onGuestEvent(listener: (event: GuestEvent) => void): void {
    this.listeners.push(listener);
  }

  /** The guest stops without anybody having asked this process: what a real guest does when its user types `poweroff`. */
  stopFromInside(instanceUuid: string): void {
    this.set(this.guests.require(instanceUuid), PowerState.SHUTDOWN);
    const event: GuestEvent = { instanceUuid, powerState: PowerState.SHUTDOWN, at: this.deps.clock.now() };
    for (const listener of this.listeners) listener(event);
  }

  private made(build: BuildSpec, epoch: number, powerState: PowerStateCode): FakeGuest {
    const { instanceUuid, name, flavor } = build;
    return { instanceUuid, name, epoch, powerState, shape: shapeOf(flavor), startedAt: this.deps.clock.now() };
  }

  /** Takes its time, and may fail. */
  private async bring(instanceUuid: string, powerState: PowerStateCode): Promise<void> {
    const guest = this.guests.require(instanceUuid);
    if (guest.incoming || guest.sent)
      throw new CloudError('conflict', `instance ${instanceUuid} is another host's, not ${this.deps.host}'s`);
    if (guest.aside) throw new CloudError('conflict', `instance ${instanceUuid} is put aside on host ${this.deps.host}`);
    await this.work('power', guest.name);
    this.set(guest, powerState);
  }

  private set(guest: FakeGuest, powerState: PowerStateCode): void {
    if (guest.powerState === powerState || !this.guests.find(guest.instanceUuid)) return;
    if (guest.powerState === PowerState.SHUTDOWN) guest.startedAt = this.deps.clock.now();
    guest.powerState = powerState;
    if (powerState === PowerState.SHUTDOWN) this.consoles.close(guest.instanceUuid);
    this.guests.keep(guest);
  }

  private on(instanceUuid: string): FakeGuest {
    const guest = this.guests.require(instanceUuid);
    if (guest.powerState === PowerState.SHUTDOWN) throw notRunning(instanceUuid);
    return guest;
  }
}

const notRunning = (instanceUuid: string): CloudError => new CloudError('conflict', `Instance ${instanceUuid} is not running`);

const powerStateOf = (guest: FakeGuest | undefined): PowerStateCode => (guest?.powerState ?? PowerState.NOSTATE) as PowerStateCode;
