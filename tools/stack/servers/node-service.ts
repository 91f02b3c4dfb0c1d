import { join } from 'node:path';
import { stringify } from 'yaml';
import type { NodeProcessPlan } from '../configs.js';
import { makeDirectory, writeFileAtomically } from '../files.js';
import type { Layout } from '../layout.js';
import { LogTail } from '../log-tail.js';
import type { Service } from './service.js';

/** One of Canopy's own processes. It is ready when it logs `ready`. */
export const nodeService = (layout: Layout, plan: NodeProcessPlan, needs: readonly string[], sources: string): Service => {
  const config = stringify(plan.config);
  const main = join(sources, 'dist/apps', plan.app, 'src/main.js');
  const log = layout.log(plan.name);
  return {
    name: plan.name,
    kind: plan.kind,
    needs,
    log,
    fingerprint: `${main}\n${config}`,
    readySeconds: 90,
    stopSeconds: 30,
    prepare: async () => {
      makeDirectory(join(layout.root, 'config'), 0o700);
      // The file holds the passwords of the cell's accounts.
      writeFileAtomically(layout.config(plan.name), config, 0o600);
    },
    launch: () => ({
      command: process.execPath,
      args: [main, '--config', layout.config(plan.name)],
      // libvirt's event loop and each of its calls under way hold a thread of Node's pool, which has four by itself.
      env: { NODE_ENV: 'production', ...(plan.libvirtds.length > 0 && { UV_THREADPOOL_SIZE: '16' }) },
    }),
    isReady: async logFrom => new LogTail(log, logFrom).events().some(event => event.msg === 'ready'),
  };
};
