import { type Clock, CloudError, type Random } from '#domain';
import type { Delay, FakeConfig, FakeOperation } from './fake.config.js';

/** Takes as long as configured, then fails if configured. `name` is that of the guest. */
export interface FakeWork {
  (operation: FakeOperation, name: string): Promise<void>;
  /** Takes that share of the time of a work. */
  wait(operation: FakeOperation, share: number): Promise<void>;
  /** @throws CloudError when that is configured. */
  failIfTold(operation: FakeOperation, name: string): void;
}

export const fakeWork = ({ delays, failures }: Pick<FakeConfig, 'delays' | 'failures'>, clock: Clock, random: Random): FakeWork => {
  const wait: FakeWork['wait'] = async (operation, share) => {
    const milliseconds = drawDelay(delays[operation], random) * share;
    if (milliseconds > 0) await clock.sleep(milliseconds);
  };
  const failIfTold: FakeWork['failIfTold'] = (operation, name) => {
    const rule = failures.find(
      each => each.operation === operation && (each.namePattern === undefined || new RegExp(each.namePattern).test(name)),
    );
    if (rule && random.fraction() < rule.rate) throw new CloudError(rule.retryable ? 'unavailable' : 'invalid', rule.message);
  };
  const work = async (operation: FakeOperation, name: string): Promise<void> => {
    await wait(operation, 1);
    failIfTold(operation, name);
  };
  return Object.assign(work, { wait, failIfTold });
};

const drawDelay = ({ meanMs, spreadMs }: Delay, random: Random): number => Math.max(0, meanMs + (random.fraction() * 2 - 1) * spreadMs);
