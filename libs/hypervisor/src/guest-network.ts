import { createHash } from 'node:crypto';

/**
 * The address of a guest's only network card: the same for the same instance, on whatever host it is built, in the range that
 * OpenStack uses (fa:16:3e).
 */
export const macAddressOf = (instanceUuid: string): string => {
  const [a, b, c] = createHash('sha256').update(instanceUuid).digest();
  return ['fa', '16', '3e', ...[a, b, c].map(byte => (byte ?? 0).toString(16).padStart(2, '0'))].join(':');
};
