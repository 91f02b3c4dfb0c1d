import { z } from 'zod';
import { CloudNo, UsageError } from '../errors.js';
import { exchange } from './http.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const TokenBody = z.object({
  token: z.object({
    expires_at: z.string(),
    roles: z.array(z.object({ name: z.string() })).default([]),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(
            z.object({ interface: z.string(), url: z.string(), region: z.string().nullish(), region_id: z.string().nullish() }),
          ),
        }),
      )
      .default([]),
  }),
});

export interface Session {
  readonly token: string;
  readonly expiresAt: string;
  readonly roles: readonly string[];
  /** Of the server, by its Date header; ms since 1970. */
  readonly serverTime: number | undefined;
  /** @throws CloudNo when the catalog has no such service. */
  endpoint(type: string): string;
  endpointTypes(): string[];
}

/** Whether the environment says how to log in at all. */
export const hasCredentials = (env: Environment): boolean => Boolean(env.OS_AUTH_URL);

export const authUrl = (env: Environment): string => {
  const url = env.OS_AUTH_URL?.replace(/\/+$/, '');
  if (!url)
    throw new UsageError('nothing says where the cloud is: source .canopy/openrc (or set OS_*), or give --cell-url and --token-file');
  return url.endsWith('/v3') ? url : `${url}/v3`;
};

/** Logs in as the environment says. @throws UsageError naming the variable that is missing; CloudNo. */
export const logIn = async (env: Environment): Promise<Session> => {
  const { headers, body } = await exchange({ method: 'POST', url: `${authUrl(env)}/auth/tokens`, body: { auth: authOf(env) } });
  const token = headers.get('x-subject-token');
  const parsed = TokenBody.safeParse(body);
  if (!token || !parsed.success) throw new CloudNo(`${authUrl(env)} gave no token: is it an Identity v3 endpoint?`);
  const { catalog, roles, expires_at } = parsed.data.token;
  const date = Date.parse(headers.get('date') ?? '');
  return {
    token,
    expiresAt: expires_at,
    roles: roles.map(role => role.name),
    serverTime: Number.isNaN(date) ? undefined : date,
    endpointTypes: () => catalog.map(service => service.type),
    endpoint: type => {
      const wanted = env.OS_INTERFACE?.replace(/URL$/, '') ?? 'public';
      const region = env.OS_REGION_NAME;
      const found = catalog
        .filter(service => service.type === type)
        .flatMap(service => service.endpoints)
        .find(one => one.interface === wanted && (!region || (one.region_id ?? one.region) === region));
      if (!found) throw new CloudNo(`the catalog has no ${wanted} endpoint of type ${type}${region ? ` in region ${region}` : ''}`);
      return found.url.replace(/\/+$/, '');
    },
  };
};

const authOf = (env: Environment): object => {
  if (env.OS_APPLICATION_CREDENTIAL_ID) {
    const application_credential = { id: env.OS_APPLICATION_CREDENTIAL_ID, secret: needed(env, 'OS_APPLICATION_CREDENTIAL_SECRET') };
    return { identity: { methods: ['application_credential'], application_credential } };
  }
  if (env.OS_TOKEN) return { identity: { methods: ['token'], token: { id: env.OS_TOKEN } }, ...scopeOf(env) };
  const byId = env.OS_USER_ID;
  const domain = env.OS_USER_DOMAIN_ID ? { id: env.OS_USER_DOMAIN_ID } : { name: env.OS_USER_DOMAIN_NAME ?? 'Default' };
  const user = byId ? { id: byId } : { name: needed(env, 'OS_USERNAME'), domain };
  return { identity: { methods: ['password'], password: { user: { ...user, password: needed(env, 'OS_PASSWORD') } } }, ...scopeOf(env) };
};

const scopeOf = (env: Environment): object => {
  if (env.OS_PROJECT_ID) return { scope: { project: { id: env.OS_PROJECT_ID } } };
  const domain = env.OS_PROJECT_DOMAIN_ID ? { id: env.OS_PROJECT_DOMAIN_ID } : { name: env.OS_PROJECT_DOMAIN_NAME ?? 'Default' };
  return { scope: { project: { name: needed(env, 'OS_PROJECT_NAME'), domain } } };
};

const needed = (env: Environment, name: string): string => {
  const value = env[name];
  if (!value) throw new UsageError(`${name} is not set: source .canopy/openrc, or your cloud's own`);
  return value;
};
