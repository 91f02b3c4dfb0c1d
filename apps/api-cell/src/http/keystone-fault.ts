import type { FaultRenderer } from './fault.js';
import { titleOf } from './http-status.js';

/** Keystone's shape, which keystonemiddleware also gives to every other API's 401. */
export const keystoneFault: FaultRenderer = ({ status, message }) => ({
  body: { error: { code: status, message, title: titleOf(status) } },
});
