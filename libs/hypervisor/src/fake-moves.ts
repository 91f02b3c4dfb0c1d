import { CloudError, PowerState } from '#domain';
import type { GuestFile, GuestMoves, GuestSpec } from './driver.js';
import type { FakeGuests } from './fake-guests.js';
import type { FakeGuest } from './fake-journal.js';
import type { FakeWork } from './fake-work.js';

/** What the moves of a fake host work with. */
export interface FakeMovesDeps {
  readonly guests: FakeGuests;
  /** The guest as it will be, off. */
  readonly makeGuest: (guest: GuestSpec) => FakeGuest;
  readonly work: FakeWork;
}

const powerOf = (running: boolean) => (running ? PowerState.RUNNING : PowerState.SHUTDOWN);

/** Moves between fake hosts: there are no files to carry, only guests that are put aside, made anew and brought back. */
export class FakeMoves implements GuestMoves {
  constructor(private readonly host: FakeMovesDeps) {}

  async setAside(instanceUuid: string): Promise<readonly GuestFile[]> {
    const guest = this.host.guests.require(instanceUuid);
    if (guest.aside || guest.former) return [];
    await this.host.work('power', guest.name);
    guest.powerState = PowerState.SHUTDOWN;
    guest.aside = true;
    this.host.guests.keep(guest);
    return [];
  }

  async readAside(instanceUuid: string): Promise<AsyncIterable<Uint8Array>> {
    throw new CloudError('notFound', `instance ${instanceUuid} has no files on a fake host`);
  }

  async takeIn(): Promise<void> {}

  async receive(spec: GuestSpec, { from, running }: { from: 'here' | 'elsewhere'; running: boolean }): Promise<void> {
    const { instanceUuid } = spec.build;
    const known = this.host.guests.find(instanceUuid);
    if (from === 'here' && !known) throw new CloudError('notFound', `instance ${instanceUuid} is not on this host`);
    if (known?.epoch === spec.epoch && !known.aside) return this.power(known, running);
    if (from === 'here' && !known?.aside) throw new CloudError('conflict', `instance ${instanceUuid} is not put aside on this host`);
    const guest = this.host.makeGuest(spec);
    if (known) this.host.guests.remove(known);
    if (known && from === 'here') guest.former = known;
    try {
      this.host.guests.add(guest);
      await this.host.work('spawn', guest.name);
    } catch (error) {
      this.host.guests.remove(guest);
      if (known && from === 'here') this.host.guests.add(known);
      throw error;
    }
    this.power(guest, running);
  }

  async restore(instanceUuid: string, { epoch, running }: { epoch: number; running: boolean }): Promise<void> {
    const guest = this.host.guests.require(instanceUuid);
    await this.host.work('power', guest.name);
    const restored = guest.former ?? guest;
    if (guest.former) {
      this.host.guests.remove(guest);
      this.host.guests.add(restored);
    }
    restored.aside = false;
    restored.epoch = epoch;
    this.power(restored, running);
  }

  async forget(instanceUuid: string): Promise<void> {
    const guest = this.host.guests.find(instanceUuid);
    if (!guest?.former) return;
    this.host.guests.remove(guest);
    guest.former = undefined;
    this.host.guests.add(guest);
    this.host.guests.keep(guest);
  }

  private power(guest: FakeGuest, running: boolean): void {
    guest.powerState = powerOf(running);
    this.host.guests.keep(guest);
  }
}
