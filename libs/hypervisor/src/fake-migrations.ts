import { EventEmitter } from 'node:events';
import type { TransferProgress } from '#contracts';
import { CloudError, PowerState, type ResourceShape } from '#domain';
import type { GuestSpec, LiveMigrations } from './driver.js';
import type { FakeMovesDeps } from './fake-moves.js';

/** So often it is told how far a guest has come. */
const PARTS = 4;
const MB = 1024 * 1024;
const GB = 1024 * MB;

/** How a guest that is being sent is steered: what it awaits ends early, well or not. */
interface Course {
  readonly steered: Promise<'complete'>;
  abort(): void;
  complete(): void;
}

/** Live migrations between fake hosts: nothing is carried, and each side does its part when it is told to. */
export class FakeMigrations implements LiveMigrations {
  private readonly courses = new Map<string, Course>();

  constructor(private readonly host: FakeMovesDeps) {}

  async expect(spec: GuestSpec): Promise<string> {
    const { instanceUuid } = spec.build;
    const known = this.host.guests.find(instanceUuid);
    if (known?.epoch !== spec.epoch) {
      // What an earlier placement left here is another guest's.
      if (known) this.host.guests.remove(known);
      const guest = { ...this.host.makeGuest(spec), incoming: true };
      this.host.guests.add(guest);
      this.host.guests.keep(guest);
    }
    return 'fake:';
  }

  async send(instanceUuid: string, { tell }: { tell(progress: TransferProgress): void }): Promise<void> {
    const guest = this.host.guests.require(instanceUuid);
    if (guest.sent) return;
    const course = newCourse(instanceUuid);
    this.courses.set(instanceUuid, course);
    try {
      for (let part = 0; part < PARTS; part += 1) {
        tell(progressOf(guest.shape, part / PARTS));
        if ((await Promise.race([this.host.work.wait('migrate', 1 / PARTS), course.steered])) === 'complete') break;
      }
      this.host.work.failIfTold('migrate', guest.name);
      if (this.host.guests.require(instanceUuid) !== guest || guest.powerState === PowerState.SHUTDOWN)
        throw new CloudError('conflict', `Instance ${instanceUuid} is not running`);
    } finally {
      if (this.courses.get(instanceUuid) === course) this.courses.delete(instanceUuid);
    }
    guest.powerState = PowerState.SHUTDOWN;
    guest.sent = true;
    this.host.guests.keep(guest);
  }

  async arrive({ build: { instanceUuid }, epoch }: GuestSpec, { paused }: { paused: boolean }): Promise<void> {
    const guest = this.host.guests.require(instanceUuid);
    if (guest.epoch !== epoch) throw new CloudError('notFound', `placement ${epoch} of instance ${instanceUuid} is not on this host`);
    if (!guest.incoming) return;
    guest.incoming = false;
    guest.powerState = paused ? PowerState.PAUSED : PowerState.RUNNING;
    this.host.guests.keep(guest);
  }

  async stay(instanceUuid: string, { epoch }: { epoch: number }): Promise<void> {
    const guest = this.host.guests.require(instanceUuid);
    if (guest.sent) throw new CloudError('notFound', `instance ${instanceUuid} was sent to another host`);
    guest.epoch = epoch;
    this.host.guests.keep(guest);
  }

  async steer(instanceUuid: string, how: 'abort' | 'complete'): Promise<void> {
    this.courses.get(instanceUuid)?.[how]();
  }
}

const newCourse = (instanceUuid: string): Course => {
  const aborted = new CloudError('conflict', `the live migration of instance ${instanceUuid} was aborted`);
  const steering = new EventEmitter();
  const steered = new Promise<'complete'>((resolve, reject) => {
    steering.once('complete', () => resolve('complete'));
    steering.once('abort', () => reject(aborted));
  });
  // One that nobody awaits any more is no error.
  steered.catch(() => undefined);
  return { steered, abort: () => void steering.emit('abort'), complete: () => void steering.emit('complete') };
};

const progressOf = ({ memoryMb, diskGb }: ResourceShape, share: number): TransferProgress => {
  const part = (bytes: number) => ({ total: bytes, done: Math.floor(bytes * share) });
  const [memory, disk] = [part(memoryMb * MB), part(diskGb * GB)];
  return {
    memoryTotalBytes: memory.total,
    memoryProcessedBytes: memory.done,
    memoryRemainingBytes: memory.total - memory.done,
    diskTotalBytes: disk.total,
    diskProcessedBytes: disk.done,
    diskRemainingBytes: disk.total - disk.done,
  };
};
