import { join } from 'node:path';
import { addShapes, CloudError, NO_RESOURCES, type ResourceShape, subtractShapes, timesThatFit } from '#domain';
import type { FakeConfig } from './fake.config.js';
import { type FakeGuest, FakeJournal } from './fake-journal.js';

/** The guests of one fake host, the room that they take, and the journal that remembers them where there is a directory for it. */
export class FakeGuests {
  private readonly guests = new Map<string, FakeGuest>();
  private readonly journalPath: string | undefined;
  private readonly journal: FakeJournal | undefined;
  private used: ResourceShape = NO_RESOURCES;

  /** @param onRemoved is told of each guest that goes */
  constructor(
    private readonly host: string,
    private readonly config: FakeConfig,
    private readonly onRemoved: (instanceUuid: string) => void,
  ) {
    const { stateDirectory } = config;
    this.journalPath = stateDirectory && join(stateDirectory, `${host}.jsonl`);
    this.journal = this.journalPath ? new FakeJournal(this.journalPath, this.guests) : undefined;
  }

  open(): void {
    if (this.journalPath) for (const guest of FakeJournal.read(this.journalPath)) this.put(guest);
    this.journal?.open();
  }

  close(): void {
    this.journal?.close();
  }

  all(): readonly FakeGuest[] {
    return [...this.guests.values()];
  }

  find(instanceUuid: string): FakeGuest | undefined {
    return this.guests.get(instanceUuid);
  }

  /** @throws CloudError `notFound` */
  require(instanceUuid: string): FakeGuest {
    const guest = this.guests.get(instanceUuid);
    if (!guest) throw new CloudError('notFound', `instance ${instanceUuid} is not on host ${this.host}`);
    return guest;
  }

  /** The guest takes its room from now on. @throws CloudError `noValidHost` when there is none. */
  add(guest: FakeGuest): void {
    if (timesThatFit(this.free(), guest.shape) < 1)
      throw new CloudError('noValidHost', `host ${this.host} has no room for instance ${guest.instanceUuid}`);
    this.put(guest);
  }

  /** One that another has taken the place of takes nothing with it. */
  remove(guest: FakeGuest): void {
    if (this.guests.get(guest.instanceUuid) !== guest) return;
    this.guests.delete(guest.instanceUuid);
    this.used = subtractShapes(this.used, shapeWithFormer(guest));
    this.onRemoved(guest.instanceUuid);
  }

  /** Remembers it in the journal. */
  keep(guest: FakeGuest): void {
    this.journal?.keep(guest);
  }

  /** The journal's last word of it. */
  forget(instanceUuid: string): void {
    this.journal?.forget(instanceUuid);
  }

  private put(guest: FakeGuest): void {
    this.guests.set(guest.instanceUuid, guest);
    this.used = addShapes(this.used, shapeWithFormer(guest));
  }

  private free(): ResourceShape {
    const { total, reserved, cpuAllocationRatio } = this.config;
    const usable = subtractShapes(total, reserved);
    return subtractShapes({ ...usable, vcpus: Math.floor(usable.vcpus * cpuAllocationRatio) }, this.used);
  }
}

/** What is put aside keeps its room. */
const shapeWithFormer = ({ shape, former }: FakeGuest): ResourceShape => addShapes(shape, former?.shape ?? NO_RESOURCES);
