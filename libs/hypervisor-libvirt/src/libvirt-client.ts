import { type Clock, CloudError, type Logger, messageOf } from '#domain';
import { LibvirtConnection } from './libvirt-connection.js';
import { acquireEventLoop, releaseEventLoop } from './native/event-loop.js';
import { libvirtLibrary } from './native/libvirt.js';
import type { LibvirtAddress } from './open-connection.js';

export interface LibvirtClientOptions extends LibvirtAddress {
  /** Calls that may run at once. */
  readonly connections: number;
  readonly callSeconds: number;
  readonly reconnectSeconds: number;
}

/** virDomainEventID */
const EVENT_LIFECYCLE = 0;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5_000;

/**
 * Calls to one libvirtd, and its events. A call takes one of a few connections for itself. When libvirtd goes away, calls wait for
 * it to come back, for a bounded time, and are then made again: so what runs in a call must find its own work done. A call that was
 * given up meanwhile is not made any more: by then the cell may have asked another host. The events
 * have a connection of their own, which is opened again for as long as it takes; `onReturn` then tells that some may be lost.
 */
export class LibvirtClient {
  private readonly idle: (LibvirtConnection | undefined)[];
  private readonly waiting: ((lane: LibvirtConnection | undefined) => void)[] = [];
  private watch: LibvirtConnection | undefined;
  private rewatching: Promise<void> = Promise.resolve();
  private stopped = true;
  private readonly lifecycleHandler;
  private readonly closeHandler;

  constructor(
    private readonly options: LibvirtClientOptions,
    private readonly clock: Clock,
    private readonly log: Logger,
    listeners: {
      /** Something happened to this guest: what, is to be asked. */
      onChange(instanceUuid: string): void;
      onReturn(): void;
    },
  ) {
    const library = libvirtLibrary();
    this.idle = Array.from({ length: options.connections }, () => undefined);
    this.lifecycleHandler = library.lifecycleHandler(domain => listeners.onChange(library.uuidOf(domain)));
    // Outside the callback, because libvirt holds its locks in there and waits for it to return.
    this.closeHandler = library.closeHandler(() => setImmediate(() => (this.rewatching = this.watchAgain(listeners.onReturn))));
  }

  /** @throws CloudError `unavailable` when libvirtd does not answer now. */
  async open(): Promise<void> {
    acquireEventLoop();
    this.stopped = false;
    try {
      await this.openWatch();
    } catch (error) {
      this.stopped = true;
      await releaseEventLoop();
      throw error;
    }
  }

  /** Ends when calls under way have ended. */
  async close(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    for (let n = 0; n < this.options.connections; n += 1) await (await this.takeLane())?.close();
    await this.rewatching;
    await this.watch?.close();
    this.watch = undefined;
    await releaseEventLoop();
  }

  /**
   * @param what finishes "cannot ...", for the error's message.
   * @throws CloudError `unavailable` when libvirtd stays away, `deadlineExceeded` when it takes too long, or what `run` throws.
   */
  async call<T>(what: string, run: (connection: LibvirtConnection) => Promise<T>): Promise<T> {
    if (this.stopped) throw new CloudError('unavailable', `cannot ${what}: the libvirt driver is stopped`);
    let tooLate: CloudError | undefined;
    let timer: NodeJS.Timeout | undefined;
    const end = new Promise<never>((_resolve, reject) => {
      const giveUp = () => {
        tooLate = new CloudError('deadlineExceeded', `cannot ${what}: libvirt did not answer in ${this.options.callSeconds} s`);
        reject(tooLate);
      };
      timer = setTimeout(giveUp, this.options.callSeconds * 1000);
    });
    const requireTime = (): void => {
      if (tooLate) throw tooLate;
    };
    const work = this.callInLane(run, requireTime);
    try {
      return await Promise.race([work, end]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The lane is given back when libvirt has answered, also when nobody waits for the answer any more. */
  private async callInLane<T>(run: (connection: LibvirtConnection) => Promise<T>, requireTime: () => void): Promise<T> {
    let lane = await this.takeLane();
    try {
      for (let attempt = 1; ; attempt += 1) {
        requireTime();
        lane ??= await this.reopen();
        requireTime();
        try {
          return await run(lane);
        } catch (error) {
          if (await lane.isAlive()) throw error;
          await lane.close();
          lane = undefined;
          if (attempt > 1) throw error;
          this.log.warn('libvirt connection lost, calling again', { uri: this.options.uri, error: messageOf(error) });
        }
      }
    } finally {
      this.giveLane(lane);
    }
  }

  private takeLane(): Promise<LibvirtConnection | undefined> {
    if (this.idle.length > 0) return Promise.resolve(this.idle.pop());
    return new Promise(resolve => this.waiting.push(resolve));
  }

  private giveLane(lane: LibvirtConnection | undefined): void {
    const next = this.waiting.shift();
    if (next) next(lane);
    else this.idle.push(lane);
  }

  private async reopen(): Promise<LibvirtConnection> {
    const until = this.clock.now() + this.options.reconnectSeconds * 1000;
    for (;;) {
      try {
        return await LibvirtConnection.open(this.options);
      } catch (error) {
        if (this.clock.now() >= until || this.stopped) throw error;
        await this.clock.sleep(FIRST_RETRY_MS);
      }
    }
  }

  private async openWatch(): Promise<void> {
    const library = libvirtLibrary();
    const connection = await LibvirtConnection.open(this.options);
    try {
      const { pointer } = connection;
      const event = library.connectRegisterEvent(pointer, null, EVENT_LIFECYCLE, this.lifecycleHandler, null, null);
      await connection.check('listen to events of libvirt', event);
      await connection.check('listen to the end of the connection', library.connectRegisterClose(pointer, this.closeHandler, null, null));
    } catch (error) {
      await connection.close();
      throw error;
    }
    this.watch = connection;
  }

  private async watchAgain(onReturn: () => void): Promise<void> {
    if (this.stopped || !this.watch) return;
    const lost = this.watch;
    this.watch = undefined;
    this.log.warn('libvirt is gone, waiting for it', { uri: this.options.uri });
    await lost.close();
    for (let wait = FIRST_RETRY_MS; !this.stopped; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      try {
        await this.openWatch();
        this.log.info('libvirt is back', { uri: this.options.uri });
        return onReturn();
      } catch {
        // The warning above has told of it, and the log line of its return will end it.
        await this.clock.sleep(wait);
      }
    }
  }
}
