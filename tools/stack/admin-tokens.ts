import { writeFileAtomically } from './files.js';
import type { Layout } from './layout.js';
import type { StackPlan } from './plan.js';

/** For `X-Auth-Token: $(cat .canopy/cells/api.west/admin-token)`: only the owner may read them. */
export const writeAdminTokens = (layout: Layout, plan: StackPlan): void => {
  for (const { id, admin } of plan.cells) if (admin) writeFileAtomically(layout.adminToken(id), `${admin.token}\n`, 0o600);
};
