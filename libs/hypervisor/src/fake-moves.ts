import { CloudError, PowerState } from '#domain';
import type { CanMove, GuestFile, GuestSpec } from './driver.js';
import type { FakeOperation } from './fake.config.js';
import type { FakeGuest } from './fake-journal.js';

/** What the moves of a fake host do with its guests. */
export interface FakeHands {
  find(instanceUuid: string): FakeGuest | undefined;
  /** @throws CloudError `notFound` */
  require(instanceUuid: string): FakeGuest;
  /** The guest takes its room from now on. @throws CloudError `noValidHost` when there is none. */
  add(guest: FakeGuest): void;
  remove(guest: FakeGuest): void;
  /** The guest as it will be, off. */
  makeGuest(guest: GuestSpec): FakeGuest;
  /** Remembers it in the journal. */
  keep(guest: FakeGuest): void;
  work(operation: FakeOperation, name: string): Promise<void>;
}

const powerOf = (running: boolean) => (running ? PowerState.RUNNING : PowerState.SHUTDOWN);

/** Moves between fake hosts: there are no files to carry, only guests that are put aside, made anew and brought back. */
export class FakeMoves implements CanMove {
  constructor(private readonly host: FakeHands) {}

  async setAside(instanceUuid: string): Promise<readonly GuestFile[]> {
    const guest = this.host.require(instanceUuid);
    if (guest.aside || guest.former) return [];
    await this.host.work('power', guest.name);
    guest.powerState = PowerState.SHUTDOWN;
    guest.aside = true;
    this.host.keep(guest);
    return [];
  }

  async readAside(instanceUuid: string): Promise<AsyncIterable<Uint8Array>> {
    throw new CloudError('notFound', `instance ${instanceUuid} has no files on a fake host`);
  }

  async takeIn(): Promise<void> {}

  async receive(spec: GuestSpec, { from, running }: { from: 'here' | 'elsewhere'; running: boolean }): Promise<void> {
    const { instanceUuid } = spec.build;
    const known = this.host.find(instanceUuid);
    if (from === 'here' && !known) throw new CloudError('notFound', `instance ${instanceUuid} is not on this host`);
    if (known?.epoch === spec.epoch && !known.aside) return this.power(known, running);
    if (from === 'here' && !known?.aside) throw new CloudError('conflict', `instance ${instanceUuid} is not put aside on this host`);
    const guest = this.host.makeGuest(spec);
    if (known) this.host.remove(known);
    if (known && from === 'here') guest.former = known;
    try {
      this.host.add(guest);
      await this.host.work('spawn', guest.name);
    } catch (error) {
      this.host.remove(guest);
      if (known && from === 'here') this.host.add(known);
      throw error;
    }
    this.power(guest, running);
  }

  async restore(instanceUuid: string, { epoch, running }: { epoch: number; running: boolean }): Promise<void> {
    const guest = this.host.require(instanceUuid);
    await this.host.work('power', guest.name);
    const restored = guest.former ?? guest;
    if (guest.former) {
      this.host.remove(guest);
      this.host.add(restored);
    }
    restored.aside = false;
    restored.epoch = epoch;
    this.power(restored, running);
  }

  async forget(instanceUuid: string): Promise<void> {
    const guest = this.host.find(instanceUuid);
    if (!guest?.former) return;
    this.host.remove(guest);
    guest.former = undefined;
    this.host.add(guest);
    this.host.keep(guest);
  }

  private power(guest: FakeGuest, running: boolean): void {
    guest.powerState = powerOf(running);
    this.host.keep(guest);
  }
}
