export { type AdminListener, type AdminListenerOptions, startAdminListener } from './admin-listener.js';
export { ADMIN_SECONDS, type AdminCall, type AdminRoute } from './admin-route.js';
export { adminRoutes } from './admin-routes.js';
export { JOIN_PATHS, type JoinDoorOptions, mountJoinDoor } from './join-door.js';
