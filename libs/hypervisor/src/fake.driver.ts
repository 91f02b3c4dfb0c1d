import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { BuildSpec, ConsoleKind, GuestDiagnostics, HostInventory } from '#contracts';
import {
  addShapes,
  type Clock,
  CloudError,
  NO_RESOURCES,
  PowerState,
  type PowerStateCode,
  type Random,
  type ResourceShape,
  shapeOf,
  subtractShapes,
  timesThatFit,
} from '#domain';
import type {
  CanConsoleOutput,
  CanConsoles,
  CanCrashDump,
  CanDiagnose,
  CanMove,
  CanPause,
  CanRescue,
  CanSetPassword,
  CanSnapshot,
  CanSuspend,
  DiskSnapshot,
  GuestEvent,
  GuestSpec,
  GuestState,
  HypervisorDriver,
} from './driver.js';
import type { Delay, FakeConfig, FakeOperation } from './fake.config.js';
import { FakeConsoles } from './fake-consoles.js';
import { playedDiagnostics } from './fake-diagnostics.js';
import { type FakeGuest, FakeJournal } from './fake-journal.js';
import { FakeMoves } from './fake-moves.js';
import { uptimeText } from './uptime-text.js';

export interface FakeDriverDeps {
  readonly host: string;
  readonly config: FakeConfig;
  readonly clock: Clock;
  readonly random: Random;
}

const CAPABILITIES = {
  consoleOutput: true,
  consoles: true,
  diagnostics: true,
  pause: true,
  suspend: true,
  setPassword: true,
  crashDump: true,
  rescue: true,
  snapshot: true,
  move: true,
  localImages: false,
} as const;

/**
 * A hypervisor that keeps its guests in a map: it has room for so many, takes its time, fails when told to, and remembers.
 * It is what the simulation and the load rig run on, so it does nothing per guest but what a call asks for: no timers.
 */
export class FakeDriver
  implements
    HypervisorDriver,
    CanConsoleOutput,
    CanConsoles,
    CanDiagnose,
    CanPause,
    CanSuspend,
    CanSetPassword,
    CanCrashDump,
    CanSnapshot,
    CanRescue,
    CanMove
{
  readonly capabilities = CAPABILITIES;
  private readonly guests = new Map<string, FakeGuest>();
  private readonly consoles = new FakeConsoles();
  private readonly listeners: ((event: GuestEvent) => void)[] = [];
  private readonly journal: FakeJournal | undefined;
  private readonly journalPath: string | undefined;
  private used: ResourceShape = NO_RESOURCES;
  private readonly bootedAt: number;
  private readonly moves = new FakeMoves({
    find: instanceUuid => this.guests.get(instanceUuid),
    require: instanceUuid => this.require(instanceUuid),
    add: guest => {
      this.checkRoom(guest);
      this.add(guest);
    },
    remove: guest => this.remove(guest),
    makeGuest: ({ build, epoch }) => this.made(build, epoch, PowerState.SHUTDOWN),
    keep: guest => this.journal?.keep(guest),
    work: (operation, name) => this.work(operation, name),
  });
  readonly setAside = this.moves.setAside.bind(this.moves);
  readonly readAside = this.moves.readAside.bind(this.moves);
  readonly takeIn = this.moves.takeIn.bind(this.moves);
  readonly receive = this.moves.receive.bind(this.moves);
  readonly restore = this.moves.restore.bind(this.moves);
  readonly forget = this.moves.forget.bind(this.moves);

  constructor(private readonly deps: FakeDriverDeps) {
    this.bootedAt = deps.clock.now();
    const { stateDirectory } = deps.config;
    this.journalPath = stateDirectory && join(stateDirectory, `${deps.host}.jsonl`);
    this.journal = this.journalPath ? new FakeJournal(this.journalPath, this.guests) : undefined;
  }

  async start(): Promise<void> {
    if (this.journalPath) for (const guest of FakeJournal.read(this.journalPath)) this.add(guest);
    this.journal?.open();
  }

  async stop(): Promise<void> {
    this.listeners.length = 0;
    this.consoles.close();
    this.journal?.close();
  }

  async inventory(): Promise<HostInventory> {
    const { total, reserved, cpuAllocationRatio, traits } = this.deps.config;
    return {
      total,
      reserved,
      cpuAllocationRatio,
      traits,
      hypervisorType: 'fake',
      hypervisorVersion: 1_000_000,
      hypervisorHostname: this.deps.host,
      hostIp: '127.0.0.1',
      cpuInfo: { arch: 'x86_64', model: 'fake', vendor: 'fake', topology: { cores: total.vcpus, threads: 1, sockets: 1 }, features: [] },
    };
  }

  async uptime(): Promise<string> {
    return uptimeText(this.deps.clock.now(), this.bootedAt);
  }

  async list(): Promise<GuestState[]> {
    return [...this.guests.values()].map(guest => ({
      instanceUuid: guest.instanceUuid,
      epoch: guest.epoch,
      powerState: powerStateOf(guest),
    }));
  }

  async powerState(instanceUuid: string): Promise<PowerStateCode> {
    return powerStateOf(this.guests.get(instanceUuid));
  }

  async spawn({ build, epoch }: GuestSpec): Promise<void> {
    const known = this.guests.get(build.instanceUuid);
    if (known) return this.set(known, PowerState.RUNNING);
    const guest = this.made(build, epoch, PowerState.RUNNING);
    this.checkRoom(guest);
    // Its room is taken before the wait, so that two spawns at once cannot share the last of it.
    this.add(guest);
    try {
      await this.work('spawn', guest.name);
    } catch (error) {
      this.remove(guest);
      throw error;
    }
    // A guest that was destroyed while it was being spawned stays destroyed.
    if (this.guests.get(guest.instanceUuid) === guest) this.journal?.keep(guest);
  }

  async destroy(instanceUuid: string): Promise<void> {
    const guest = this.guests.get(instanceUuid);
    if (!guest) return;
    await this.work('destroy', guest.name);
    this.remove(guest);
    this.journal?.forget(instanceUuid);
  }

  powerOn(instanceUuid: string): Promise<void> {
    return this.bring(instanceUuid, PowerState.RUNNING);
  }

  powerOff(instanceUuid: string): Promise<void> {
    return this.bring(instanceUuid, PowerState.SHUTDOWN);
  }

  async reboot(instanceUuid: string): Promise<void> {
    await this.bring(instanceUuid, PowerState.SHUTDOWN);
    this.set(this.require(instanceUuid), PowerState.RUNNING);
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
    await this.work('power', this.require(instanceUuid).name);
  }

  async crashDump(instanceUuid: string): Promise<void> {
    await this.work('power', this.require(instanceUuid).name);
  }

  rescue({ build }: GuestSpec): Promise<void> {
    return this.bring(build.instanceUuid, PowerState.RUNNING);
  }

  unrescue({ build }: Pick<GuestSpec, 'build'>): Promise<void> {
    return this.bring(build.instanceUuid, PowerState.RUNNING);
  }

  /** Its disk holds nothing but the guest's name. */
  async snapshot(instanceUuid: string): Promise<DiskSnapshot> {
    const { name } = this.require(instanceUuid);
    await this.work('snapshot', name);
    return {
      data: async function* () {
        yield Buffer.from(`disk of ${name}, instance ${instanceUuid}\n`);
      },
      discard: async () => {},
    };
  }

  async consoleOutput(instanceUuid: string, { lines }: { lines: number | null }): Promise<string> {
    const guest = this.require(instanceUuid);
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
    this.set(this.require(instanceUuid), PowerState.SHUTDOWN);
    const event: GuestEvent = { instanceUuid, powerState: PowerState.SHUTDOWN, at: this.deps.clock.now() };
    for (const listener of this.listeners) listener(event);
  }

  private made(build: BuildSpec, epoch: number, powerState: PowerStateCode): FakeGuest {
    const { instanceUuid, name, flavor } = build;
    return { instanceUuid, name, epoch, powerState, shape: shapeOf(flavor), startedAt: this.deps.clock.now() };
  }

  private checkRoom({ instanceUuid, shape }: FakeGuest): void {
    if (timesThatFit(this.free(), shape) < 1)
      throw new CloudError('noValidHost', `host ${this.deps.host} has no room for instance ${instanceUuid}`);
  }

  private free(): ResourceShape {
    const { total, reserved, cpuAllocationRatio } = this.deps.config;
    const usable = subtractShapes(total, reserved);
    return subtractShapes({ ...usable, vcpus: Math.floor(usable.vcpus * cpuAllocationRatio) }, this.used);
  }

  private add(guest: FakeGuest): void {
    this.guests.set(guest.instanceUuid, guest);
    this.used = addShapes(this.used, shapeWithFormer(guest));
  }

  private remove(guest: FakeGuest): void {
    if (this.guests.get(guest.instanceUuid) !== guest) return;
    this.guests.delete(guest.instanceUuid);
    this.consoles.close(guest.instanceUuid);
    this.used = subtractShapes(this.used, shapeWithFormer(guest));
  }

  /** Takes its time, and may fail. */
  private async bring(instanceUuid: string, powerState: PowerStateCode): Promise<void> {
    const guest = this.require(instanceUuid);
    if (guest.aside) throw new CloudError('conflict', `instance ${instanceUuid} is put aside on host ${this.deps.host}`);
    await this.work('power', guest.name);
    this.set(guest, powerState);
  }

  private set(guest: FakeGuest, powerState: PowerStateCode): void {
    if (guest.powerState === powerState || !this.guests.has(guest.instanceUuid)) return;
    if (guest.powerState === PowerState.SHUTDOWN) guest.startedAt = this.deps.clock.now();
    guest.powerState = powerState;
    if (powerState === PowerState.SHUTDOWN) this.consoles.close(guest.instanceUuid);
    this.journal?.keep(guest);
  }

  private require(instanceUuid: string): FakeGuest {
    const guest = this.guests.get(instanceUuid);
    if (!guest) throw new CloudError('notFound', `instance ${instanceUuid} is not on host ${this.deps.host}`);
    return guest;
  }

  private on(instanceUuid: string): FakeGuest {
    const guest = this.require(instanceUuid);
    if (guest.powerState === PowerState.SHUTDOWN) throw notRunning(instanceUuid);
    return guest;
  }

  /** Takes as long as configured, then fails if configured. */
  private async work(operation: FakeOperation, name: string): Promise<void> {
    const milliseconds = drawDelay(this.deps.config.delays[operation], this.deps.random);
    if (milliseconds > 0) await this.deps.clock.sleep(milliseconds);
    const rule = this.deps.config.failures.find(
      each => each.operation === operation && (each.namePattern === undefined || new RegExp(each.namePattern).test(name)),
    );
    if (rule && this.deps.random.fraction() < rule.rate) throw new CloudError(rule.retryable ? 'unavailable' : 'invalid', rule.message);
  }
}

const notRunning = (instanceUuid: string): CloudError => new CloudError('conflict', `Instance ${instanceUuid} is not running`);

const powerStateOf = (guest: FakeGuest | undefined): PowerStateCode => (guest?.powerState ?? PowerState.NOSTATE) as PowerStateCode;

/** What is put aside keeps its room. */
const shapeWithFormer = ({ shape, former }: FakeGuest): ResourceShape => addShapes(shape, former?.shape ?? NO_RESOURCES);

const drawDelay = ({ meanMs, spreadMs }: Delay, random: Random): number => Math.max(0, meanMs + (random.fraction() * 2 - 1) * spreadMs);
