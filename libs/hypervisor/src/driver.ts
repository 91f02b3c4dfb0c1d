import type { Duplex } from 'node:stream';
import type { BuildSpec, ConsoleKind, GuestDiagnostics, HostInventory, TransferProgress } from '#contracts';
import type { PowerStateCode } from '#domain';

/** The image of a guest in the host's cache: complete and checked. */
export interface LocalImage {
  readonly path: string;
  /** `qcow2` or `raw`: what the file is, whatever the image service called it. */
  readonly format: 'qcow2' | 'raw';
  readonly virtualSizeBytes: number;
}

export interface GuestSpec {
  readonly build: BuildSpec;
  /** The number of the placement that this guest belongs to. The driver keeps it with the guest. */
  readonly epoch: number;
  /** Null when the guest boots from something else, or when the driver does not ask for `localImages`. */
  readonly image: LocalImage | null;
}

/** What a driver can do besides the core. An ability that is declared here has its interface implemented, and the other way round. */
export interface Capabilities {
  readonly consoleOutput: boolean;
  /** It connects to a guest's screen, and perhaps to its serial line. */
  readonly consoles: boolean;
  /** It measures what a guest does. */
  readonly diagnostics: boolean;
  /** It stops a guest's processors, and lets them go on. */
  readonly pause: boolean;
  /** It writes a guest's memory to disk, and starts it from there. */
  readonly suspend: boolean;
  /** It sets the password of a guest's administrator. */
  readonly setPassword: boolean;
  /** It has a guest's system write what is in its memory. */
  readonly crashDump: boolean;
  /** It starts a guest from another image, with its own disk beside it. */
  readonly rescue: boolean;
  /** It makes images of guests' disks. */
  readonly snapshot: boolean;
  /** It puts a guest aside, and makes one anew from what was put aside here or on another host. */
  readonly move: boolean;
  /** It sends a guest to another host while it runs, and takes one in. */
  readonly migrateLive: boolean;
  /** It reads a guest's image from the host's cache; without this, nothing is downloaded for it. */
  readonly localImages: boolean;
}

export interface GuestState {
  readonly instanceUuid: string;
  readonly powerState: PowerStateCode;
  /** Of the placement that spawned it. */
  readonly epoch: number;
}

/** A guest that changed without being told to by this process. */
export interface GuestEvent {
  readonly instanceUuid: string;
  readonly powerState: PowerStateCode;
  /** ms since 1970 */
  readonly at: number;
}

/**
 * Everything that compute may ask of a hypervisor. Every call may be repeated: the second finds its work done and succeeds.
 * Errors are CloudError; kind `noValidHost` says that this host has no room for it, `invalid` that no host will do it,
 * anything else that another host may.
 */
export interface HypervisorDriver {
  readonly capabilities: Capabilities;
  /** Connects, and makes the directories it needs. Called once before anything else. */
  start(): Promise<void>;
  /** Lets go of the hypervisor; guests go on running. */
  stop(): Promise<void>;
  inventory(): Promise<HostInventory>;
  /** One line, as the command `uptime` prints it: clients take it apart. */
  uptime(): Promise<string>;
  /** Every guest that this driver spawned and has not destroyed; guests of others on the same hypervisor are not ours to tell. */
  list(): Promise<GuestState[]>;
  /** NOSTATE for a guest that does not exist. */
  powerState(instanceUuid: string): Promise<PowerStateCode>;
  /** Ends with the guest running. */
  spawn(guest: GuestSpec): Promise<void>;
  /** Ends with nothing of it left on the host, running or on disk. */
  destroy(instanceUuid: string): Promise<void>;
  /** @throws CloudError `notFound` for a guest that does not exist, as powerOff and reboot do. */
  powerOn(instanceUuid: string): Promise<void>;
  /** Asks the guest to shut down, and turns it off when `graceSeconds` are over; 0 turns it off at once. */
  powerOff(instanceUuid: string, options: { graceSeconds: number }): Promise<void>;
  /** Soft asks the guest, and falls back to hard; hard turns it off and on. Ends with the guest running. */
  reboot(instanceUuid: string, options: { hard: boolean }): Promise<void>;
  /** Calls the listener for every guest that changes by itself, until stop(). */
  onGuestEvent(listener: (event: GuestEvent) => void): void;
}

export interface CanConsoleOutput {
  /** The end of the guest's serial console: `lines` lines, or all that is kept. */
  consoleOutput(instanceUuid: string, options: { lines: number | null }): Promise<string>;
}

export interface CanConsoles {
  /**
   * Whether `connectConsole` would find one, without disturbing who is connected.
   * @throws CloudError `notFound`; `conflict` while the guest is off; `notImplemented` for a kind of console that it has not.
   */
  findConsole(instanceUuid: string, kind: ConsoleKind): Promise<void>;
  /**
   * A connection to the guest's console, which is the caller's to close, and ends with the guest: of a screen it speaks RFB, of a
   * serial line the bytes as they are. @throws as `findConsole`.
   */
  connectConsole(instanceUuid: string, kind: ConsoleKind): Promise<Duplex>;
}

export interface CanDiagnose {
  /** @throws CloudError `notFound`; `conflict` unless the guest runs. */
  diagnostics(instanceUuid: string): Promise<GuestDiagnostics>;
}

export interface CanPause {
  /** Ends with the guest paused. */
  pause(instanceUuid: string): Promise<void>;
  /** Ends with the guest running. */
  unpause(instanceUuid: string): Promise<void>;
}

export interface CanSuspend {
  /** Ends with the guest off, and its memory on disk. */
  suspend(instanceUuid: string): Promise<void>;
  /** Ends with the guest running, where it was. */
  resume(instanceUuid: string): Promise<void>;
}

export interface CanSetPassword {
  /** @throws CloudError `notImplemented` for a guest that has no agent to do it. */
  setPassword(instanceUuid: string, password: string): Promise<void>;
}

export interface CanCrashDump {
  /** Sends the guest what its system takes for the order to dump its memory: a non-maskable interrupt. */
  crashDump(instanceUuid: string): Promise<void>;
}

/** The disk of a guest as it was at one moment, kept on the host until it is discarded. */
export interface DiskSnapshot {
  /** Whole, from its beginning; each call reads it anew. */
  data(): AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

export interface CanSnapshot {
  /**
   * The root disk by itself, whatever it was made of; the guest goes on as it was.
   * @throws CloudError `notFound` for a guest that does not exist.
   */
  snapshot(instanceUuid: string, options: { format: 'qcow2' | 'raw' }): Promise<DiskSnapshot>;
}

export interface CanRescue {
  /**
   * Ends with the guest running from the image of `guest`, its own disk second. When it fails, its own disk is what it boots from.
   * @throws CloudError `notFound` for a guest that does not exist, as unrescue does.
   */
  rescue(guest: GuestSpec): Promise<void>;
  /** Ends with the guest running from its own disk, and what the rescue made gone. */
  unrescue(guest: Omit<GuestSpec, 'image'>): Promise<void>;
}

/** A file of a guest that was put aside. */
export interface GuestFile {
  readonly name: string;
  readonly bytes: number;
  /** The image that the guest was made of: a host that has it need not be sent it. */
  readonly isImage: boolean;
}

/**
 * Moves of a guest that is off. What is put aside stays as it is, on this host, until it is restored, forgotten or destroyed; it is
 * listed, shut down, unless a newer guest of the instance is here.
 */
export interface GuestMoves {
  /** Ends with the guest off and put aside. @returns what another host needs of it. */
  setAside(instanceUuid: string, options: { graceSeconds: number }): Promise<readonly GuestFile[]>;
  /** A file of what is put aside, from its beginning. @throws CloudError `notFound` */
  readAside(instanceUuid: string, name: string): Promise<AsyncIterable<Uint8Array>>;
  /** Takes in a file that another host has put aside, for the guest of placement `epoch`; one that is here whole is not read again. */
  takeIn(guest: { instanceUuid: string; epoch: number }, file: GuestFile, data: () => AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes the guest from what is put aside here, or from what another host has sent; ends with it running or off. */
  receive(guest: GuestSpec, options: { from: 'here' | 'elsewhere'; running: boolean }): Promise<void>;
  /** Ends with what was put aside in place of whatever is here, as the guest of placement `epoch`. A guest that was never put aside stays. */
  restore(instanceUuid: string, options: { epoch: number; running: boolean }): Promise<void>;
  /** Ends with nothing put aside. */
  forget(instanceUuid: string): Promise<void>;
}

export interface CanMove {
  readonly moves: GuestMoves;
}

/** Moves of guests that run. At any moment a guest runs on one of both hosts at most, and one of both answers for it. */
export interface LiveMigrations {
  /** Makes ready for a guest that another host sends: listed, off, until it has arrived. @returns where to send it */
  expect(guest: GuestSpec): Promise<string>;
  /**
   * Ends with the guest on the host that expects it, and off here, where its files stay until it is destroyed; at once when it was sent
   * before. @throws CloudError when it is still here; `notFound` when it never was; `conflict` when that was asked for.
   */
  send(instanceUuid: string, options: { to: string; tell(progress: TransferProgress): void }): Promise<void>;
  /** The guest that was expected goes on here, as it was. @throws CloudError `notFound` when none was expected or sent. */
  arrive(guest: GuestSpec, options: { paused: boolean }): Promise<void>;
  /**
   * Whatever is under way to send it is ended; it belongs to placement `epoch`, and goes on unless it is to be paused.
   * @throws CloudError `notFound` when it was sent.
   */
  stay(instanceUuid: string, options: { epoch: number; paused: boolean }): Promise<void>;
  /** What sends it now stops, or ends soon at the cost of a pause. Nothing when nothing sends it. */
  steer(instanceUuid: string, how: 'abort' | 'complete'): Promise<void>;
}

export interface CanMigrateLive {
  readonly liveMigrations: LiveMigrations;
}

/** Every ability that all drivers have so far. */
export interface AllAbilities
  extends CanConsoleOutput,
    CanConsoles,
    CanDiagnose,
    CanPause,
    CanSuspend,
    CanSetPassword,
    CanCrashDump,
    CanSnapshot,
    CanRescue,
    CanMove {}

/** What a driver with these declares. */
export const ALL_ABILITIES = {
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
} as const;

export type AnyDriver = HypervisorDriver & Partial<AllAbilities & CanMigrateLive>;
