import { readsEverything } from '#domain';
import type { Audience } from '#microversion';
import type { PolicedContext } from '../../http/index.js';
import { allows, innerRules } from '../api/index.js';

/** What a caller sees of servers. */
export interface ServerSight {
  /** Of their views. */
  readonly audiences: readonly Audience[];
  /** Whether also the trail behind a fault. */
  readonly admin: boolean;
}

export const sightOf = (ctx: PolicedContext): ServerSight => {
  const audiences: Audience[] = [];
  if (allows(innerRules.extendedAttributes, ctx)) audiences.push('admin');
  if (allows(innerRules.hostStatus, ctx)) audiences.push('host-status');
  return { audiences, admin: readsEverything(ctx) };
};
