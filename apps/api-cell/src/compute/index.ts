export { computeFault, isPublicComputePath, registerRoutes } from './api/index.js';
export type { CellGateway, NewServer, QuotaLimits } from './cell-gateway.js';
export { type ComputeApiDeps, computeRoutes } from './compute-routes.js';
export { seedDefaultFlavors } from './flavors/default-flavors.js';
export type { OnFlavorsChanged } from './flavors/flavors.service.js';
export { type GlobalChange, lockGlobals, writeGlobals } from './globals/write-globals.js';
export { QUOTA_DEFAULTS, type QuotaSet } from './quotas/quota-resources.js';
export { ComputeApiModule, type ComputeApiServer, startComputeApi } from './start-compute-api.js';
