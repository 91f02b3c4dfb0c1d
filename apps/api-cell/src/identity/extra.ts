import { z } from 'zod';
import type { Extra } from '#identity';

/** Shown by Identity itself, whatever a client says of them. */
const SHOWN = new Set(['id', 'links', 'password_expires_at', 'parents', 'subtree', 'options', 'is_domain']);
const MAX_CHARACTERS = 16_000;

/** A switch of Keystone's that is not offered here: it may be off, and is refused when it is on. */
const off = (name: string) => z.literal([false, null], { error: `${name} is not offered here: leave it off` }).optional();
/** A switch that changes nothing, because what it excepts from is not done here. */
const idle = z.boolean().nullish();

export const resourceOptions = z.looseObject({ immutable: off('immutable') }).optional();
export const userOptions = z
  .looseObject({
    ignore_change_password_upon_first_use: idle,
    ignore_password_expiry: idle,
    ignore_lockout_failure_attempts: idle,
    ignore_user_inactivity: idle,
    lock_password: off('lock_password'),
    multi_factor_auth_enabled: off('multi_factor_auth_enabled'),
  })
  .optional();

/** Attributes that change; undefined when none does. */
export const changedExtra = (extra: Extra): Extra | undefined => (Object.keys(extra).length > 0 ? extra : undefined);

/**
 * An object with these fields, and whatever else a client gives, which becomes its `extra`.
 * @param shape every field that Identity knows
 */
export const withExtra = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape).transform((given, context) => {
    const extra: Extra = Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(shape, name) && !SHOWN.has(name)));
    if (JSON.stringify(extra).length > MAX_CHARACTERS)
      context.addIssue({ code: 'custom', message: `attributes beyond Identity's own: ${MAX_CHARACTERS} characters at most` });
    return { ...given, extra };
  });
