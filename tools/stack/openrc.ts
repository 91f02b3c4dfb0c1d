import { writeFileAtomically } from './files.js';
import type { Layout } from './layout.js';
import type { Endpoints } from './stack.js';

/** The newest that Debian 12's client asks for safely; the server honours it. */
const COMPUTE_API_VERSION = '2.90';

export const clientEnvironment = (endpoints: Endpoints, adminPassword: string): Record<string, string> => ({
  OS_AUTH_URL: endpoints.identity,
  OS_USERNAME: 'admin',
  OS_PASSWORD: adminPassword,
  OS_PROJECT_NAME: 'admin',
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_DOMAIN_NAME: 'Default',
  OS_REGION_NAME: 'RegionOne',
  OS_IDENTITY_API_VERSION: '3',
  OS_IMAGE_API_VERSION: '2',
  OS_COMPUTE_API_VERSION: COMPUTE_API_VERSION,
});

/** For `source .canopy/openrc`. It holds the administrator's password, so only the owner may read it. */
export const writeOpenrc = (layout: Layout, endpoints: Endpoints, adminPassword: string): void => {
  const lines = Object.entries(clientEnvironment(endpoints, adminPassword)).map(([name, value]) => `export ${name}='${value}'`);
  writeFileAtomically(layout.openrc, `${lines.join('\n')}\n`, 0o600);
};
