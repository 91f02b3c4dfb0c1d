import type { RequestId } from './ids.js';

/** Who asks, for which project, in which request. First argument of every service method. */
export interface RequestContext {
  readonly requestId: RequestId;
  readonly userId: string;
  readonly projectId: string;
  /** With those that they imply: `admin` brings `manager`, `member` and `reader`. */
  readonly roles: ReadonlySet<string>;
  /** Milliseconds since 1970: after it nobody waits for the answer any more. */
  readonly deadline: number;
}

export const isAdmin = (ctx: RequestContext): boolean => ctx.roles.has('admin');

/** Whether the caller may read what every project has, and what only operators are shown: administrators and auditors. */
export const readsEverything = (ctx: RequestContext): boolean => ctx.roles.has('admin') || ctx.roles.has('auditor');
