import { statfs } from 'node:fs/promises';
import type { CellsApi } from '../client/cells-api.js';
import { exchange } from '../client/http.js';
import { authUrl, type Environment, logIn, type Session } from '../client/keystone.js';
import { type Finding, fail, ok, warn } from './finding.js';

const SKEW_WARN_S = 2;
const SKEW_FAIL_S = 30;
const DISK_WARN_MB = 2048;
const DISK_FAIL_MB = 300;
const SERVICES = ['identity', 'image', 'compute'];

/** Runs one check; what it throws is its failure, in the words of whoever refused. */
export const attempt = async (check: string, todo: string, work: () => Promise<Finding[]>): Promise<Finding[]> => {
  try {
    return await work();
  } catch (error) {
    return [fail(check, error instanceof Error ? error.message : String(error), todo)];
  }
};

export const identityFindings = (env: Environment): Promise<Finding[]> =>
  attempt('identity', 'start the API cell (npm start), or correct OS_AUTH_URL', async () => {
    const url = authUrl(env);
    await exchange({ method: 'GET', url });
    return [ok('identity', `${url} answers`)];
  });

/** The session is undefined when there is none. */
export const logInFindings = async (env: Environment): Promise<{ session?: Session; findings: Finding[] }> => {
  let session: Session | undefined;
  const findings = await attempt('token', 'check OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME (source .canopy/openrc)', async () => {
    session = await logIn(env);
    const admin = session.roles.includes('admin');
    return admin
      ? [ok('token', `given, until ${session.expiresAt}`)]
      : [
          fail(
            'token',
            `given, but the user is no administrator (roles: ${session.roles.join(', ') || 'none'})`,
            'log in as one: steering cells takes it',
          ),
        ];
  });
  return session ? { session, findings } : { findings };
};

/** Servers and clients compare times: tokens expire, and reports of capacity are numbered by them. */
export const clockFindings = (serverTime: number | undefined, now: number): Finding[] => {
  if (serverTime === undefined) return [];
  // The header has whole seconds, and the answer was on its way.
  const skew = Math.max(0, Math.abs(serverTime + 500 - now) / 1000 - 1);
  const text = `this machine and the API cell differ by ${skew.toFixed(1)} s`;
  if (skew >= SKEW_FAIL_S) return [fail('clock', text, 'run an NTP client on both (chronyc tracking)')];
  if (skew >= SKEW_WARN_S) return [warn('clock', text, 'run an NTP client on both (chronyc tracking)')];
  return [ok('clock', 'this machine and the API cell agree')];
};

export const catalogFindings = (session: Session): Finding[] => {
  const missing = SERVICES.filter(type => !session.endpointTypes().includes(type));
  if (missing.length)
    return [fail('catalog', `it has no ${missing.join(', ')}`, 'see listeners and publicHost in the configuration of the API cell')];
  return [ok('catalog', SERVICES.map(type => `${type} ${session.endpoint(type)}`).join(', '))];
};

export const computeFindings = (api: CellsApi): Promise<Finding[]> =>
  attempt('compute API', 'see the log of the API cell', async () => {
    const started = performance.now();
    await api.get('/servers', { limit: 1, all_tenants: 1 });
    return [ok('compute API', `answers in ${Math.round(performance.now() - started)} ms`)];
  });

/** Where this machine keeps a cell, when it does: a full disk stops its broker first, then its database. */
export const diskFindings = async (directory: string): Promise<Finding[]> => {
  let freeMb: number;
  try {
    const { bavail, bsize } = await statfs(directory);
    freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  } catch {
    return [];
  }
  const text = `${freeMb} MB are free where ${directory} is`;
  if (freeMb < DISK_FAIL_MB) return [fail('disk', text, 'make room at once: RabbitMQ takes nothing below 100 MB')];
  if (freeMb < DISK_WARN_MB) return [warn('disk', text, 'make room: logs, old images, guests that are gone')];
  return [ok('disk', text)];
};
