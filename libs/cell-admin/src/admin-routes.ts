import type { AdminRoute } from './admin-route.js';
import { cellRoutes } from './cells.routes.js';
import { explainRoutes } from './explain.routes.js';
import { hostRoutes } from './hosts.routes.js';
import { joiningRoutes } from './joining.routes.js';
import { messageRoutes } from './messages.routes.js';
import { syncRoutes } from './sync.routes.js';

/** Everything below `/os-cells`, the same at the root and on every cell. */
export const adminRoutes: readonly AdminRoute[] = [
  ...cellRoutes,
  ...explainRoutes,
  ...hostRoutes,
  ...joiningRoutes,
  ...messageRoutes,
  ...syncRoutes,
];
