import { type Clock, CloudError, type Random } from '#domain';
import type { Delay, FakeConfig, FakeOperation } from './fake.config.js';

/** Takes as long as configured, then fails if configured. `name` is that of the guest. */
export type FakeWork = (operation: FakeOperation, name: string) => Promise<void>;

export const fakeWork =
  ({ delays, failures }: Pick<FakeConfig, 'delays' | 'failures'>, clock: Clock, random: Random): FakeWork =>
  async (operation, name) => {
    const milliseconds = drawDelay(delays[operation], random);
    if (milliseconds > 0) await clock.sleep(milliseconds);
    const rule = failures.find(
      each => each.operation === operation && (each.namePattern === undefined || new RegExp(each.namePattern).test(name)),
    );
    if (rule && random.fraction() < rule.rate) throw new CloudError(rule.retryable ? 'unavailable' : 'invalid', rule.message);
  };

const drawDelay = ({ meanMs, spreadMs }: Delay, random: Random): number => Math.max(0, meanMs + (random.fraction() * 2 - 1) * spreadMs);
