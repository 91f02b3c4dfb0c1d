import { type Clock, type Logger, messageOf, PowerState, type PowerStateCode } from '#domain';
import type { GuestEvent } from '#hypervisor';
import type { GuestDomains } from './guest-domains.js';

/**
 * Tells which guests changed by themselves. libvirt's events come late and do not say who caused them: the event of our own
 * stop may arrive after our own start. So an event only makes us look, and what counts is whether the guest is in the state in
 * which we left it. While we change a guest ourselves, we do not look; when we are done, we note how we left it.
 */
export class PowerWatch {
  private readonly left = new Map<string, PowerStateCode>();
  private readonly changing = new Map<string, number>();
  /** Guests of which an event came while we were changing them: ours, or one that must not be lost. */
  private readonly unseen = new Set<string>();
  private readonly listeners: ((event: GuestEvent) => void)[] = [];

  constructor(
    private readonly domains: GuestDomains,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** Notes how the guests are now. */
  async begin(): Promise<void> {
    this.left.clear();
    for (const guest of await this.domains.list()) this.left.set(guest.instanceUuid, guest.powerState);
  }

  end(): void {
    this.listeners.length = 0;
  }

  addListener(listener: (event: GuestEvent) => void): void {
    this.listeners.push(listener);
  }

  async whileChanging(instanceUuid: string, change: () => Promise<void>): Promise<void> {
    this.changing.set(instanceUuid, (this.changing.get(instanceUuid) ?? 0) + 1);
    try {
      await change();
    } finally {
      const state = await this.domains.powerState(instanceUuid).catch(() => undefined);
      if (state === PowerState.NOSTATE) this.left.delete(instanceUuid);
      else if (state !== undefined) this.left.set(instanceUuid, state);
      const others = (this.changing.get(instanceUuid) ?? 1) - 1;
      if (others > 0) this.changing.set(instanceUuid, others);
      else this.changing.delete(instanceUuid);
      if (others === 0 && this.unseen.delete(instanceUuid)) void this.look(instanceUuid);
    }
  }

  /** After an event of this guest. */
  async look(instanceUuid: string): Promise<void> {
    if (this.changing.has(instanceUuid)) this.unseen.add(instanceUuid);
    if (!this.isWatched(instanceUuid)) return;
    try {
      this.compare(instanceUuid, await this.domains.powerState(instanceUuid));
    } catch (error) {
      this.log.warn('cannot look at a guest that changed', { instanceUuid, error: messageOf(error) });
    }
  }

  /** After a time in which events may have been lost. */
  async lookAtAll(): Promise<void> {
    try {
      const now = new Map((await this.domains.list()).map(guest => [guest.instanceUuid, guest.powerState]));
      for (const instanceUuid of [...this.left.keys()]) this.compare(instanceUuid, now.get(instanceUuid) ?? PowerState.NOSTATE);
    } catch (error) {
      this.log.warn('cannot look at the guests after libvirt returned', { error: messageOf(error) });
    }
  }

  private compare(instanceUuid: string, powerState: PowerStateCode): void {
    if (!this.isWatched(instanceUuid) || this.left.get(instanceUuid) === powerState) return;
    if (powerState === PowerState.NOSTATE) this.left.delete(instanceUuid);
    else this.left.set(instanceUuid, powerState);
    for (const listener of this.listeners) listener({ instanceUuid, powerState, at: this.clock.now() });
  }

  private isWatched(instanceUuid: string): boolean {
    return this.left.has(instanceUuid) && !this.changing.has(instanceUuid);
  }
}
