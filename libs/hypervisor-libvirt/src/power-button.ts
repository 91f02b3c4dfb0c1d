import { type Clock, CloudError, PowerState } from '#domain';
import type { GuestDomains } from './guest-domains.js';

/** Between two looks at a guest that was asked to shut down. */
const LOOK_MS = 250;
/** A guest hears its power button only once its system listens: it is pressed again. Nova presses every 10 s. */
const PRESS_AGAIN_MS = 5_000;

/** How guests are asked to shut down. */
export class PowerButton {
  constructor(
    private readonly domains: GuestDomains,
    private readonly clock: Clock,
    private readonly host: string,
  ) {}

  /** Presses the power button, and tells whether the guest was off before the grace was over. */
  async shutDown(instanceUuid: string, graceSeconds: number): Promise<boolean> {
    const { clock } = this;
    const until = clock.now() + graceSeconds * 1000;
    let pressAt = clock.now();
    for (;;) {
      const state = await this.domains.powerState(instanceUuid);
      if (state === PowerState.SHUTDOWN || state === PowerState.CRASHED) return true;
      if (state === PowerState.NOSTATE) throw new CloudError('notFound', `instance ${instanceUuid} is not on host ${this.host}`);
      if (clock.now() >= until) return false;
      if (clock.now() >= pressAt) {
        await this.domains.pressPowerButton(instanceUuid);
        pressAt = clock.now() + PRESS_AGAIN_MS;
      }
      await clock.sleep(Math.min(LOOK_MS, Math.max(1, until - clock.now())));
    }
  }
}
