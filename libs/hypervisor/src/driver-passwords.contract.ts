import { expect, it } from 'vitest';
import { until } from '#testing';
import type { LooksUnderTest } from './driver-looks.contract.js';

/** How a driver sets the password of a guest's administrator. */
export const describePasswords = ({ driver, guest, expected, timeout, uuid, other }: LooksUnderTest): void => {
  it.runIf(expected.setPassword)('sets the password of a guest, and says what is missing while it cannot', { timeout }, async () => {
    await driver().spawn(guest());
    const refusals: unknown[] = [];
    const refused = (error: unknown): false => {
      refusals.push(error);
      return false;
    };
    const isSet = () => driver().setPassword!(uuid, 'a "secret"').then(() => true, refused);
    await until(isSet, { timeoutMs: timeout / 2, everyMs: 300, what: 'the agent of the guest' });
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ kind: 'notImplemented', message: expect.stringMatching(/agent is not \w+$/) });
    await driver().setPassword!(uuid, 'another');
    await expect(driver().setPassword!(other, 'secret')).rejects.toMatchObject({ kind: 'notFound' });
  });
};
