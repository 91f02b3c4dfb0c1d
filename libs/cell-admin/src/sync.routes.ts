import { type AdminRoute, adminRoute } from './admin-route.js';
import { SYNC_SECONDS, type SyncBody, syncBody, syncInstances } from './sync-instances.js';

/** Nova's call to mend what lost messages left. It answers nothing, as Nova's; asked to look, or about one cell, it tells what differs. */
export const syncRoutes: readonly AdminRoute[] = [
  adminRoute<SyncBody>({
    method: 'POST',
    path: '/os-cells/sync_instances',
    rule: 'os-cells:sync_instances',
    body: syncBody,
    seconds: SYNC_SECONDS,
    handle: async (call, body) => {
      const sync = await syncInstances(call, body);
      return body.dry_run || body.cell !== undefined ? { sync } : undefined;
    },
  }),
];
