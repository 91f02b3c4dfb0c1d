import { NestFactory } from '@nestjs/core';
import { CellMetrics, CellService, CellServiceModule } from '#cell-service';
import { apiMigrations, cellDataSource, computeApiEntities, inTurn, openDatabase, type SqlCellStore, treeEntities } from '#database';
import { Health, messageOf } from '#domain';
import { EmbeddedIdentity, identityEntities, identityMigrations } from '#identity';
import { EmbeddedImages, type ImageService, imageEntities, imageMigrations } from '#images';
import { type RunningService, type ServiceRuntime, watchProcess } from '#service-runtime';
import type { ApiCellConfig } from './api-cell.config.js';
import { ConsoleTokens, floatingIpPools, seedDefaultFlavors, startComputeApi } from './compute/index.js';
import { startConsoles } from './consoles/start-consoles.js';
import { type HttpApp, RequestMetrics } from './http/index.js';
import { startIdentityApi } from './identity/index.js';
import { startImageApi } from './image/index.js';
import { loadPolicy } from './load-policy.js';
import { startNetworkApi } from './network/index.js';
import { publicUrlsOf } from './public-urls.js';
import { identityOf, imagesOf } from './services.js';
import { publishFlavors } from './tree/flavor-globals.js';
import { TreeGateway } from './tree/tree-gateway.js';

const entities = [...treeEntities, ...computeApiEntities, ...identityEntities, ...imageEntities];
const migrations = [...apiMigrations, ...identityMigrations, ...imageMigrations];

const SWEEP_EVERY_MS = 600_000;

/** One worker of the root: the cell's own work, and every API that the configuration gives a port. */
export const startWorker = async (
  config: ApiCellConfig,
  runtime: ServiceRuntime,
  { number }: { readonly number: number },
): Promise<RunningService> => {
  const { clock, random, logger } = runtime;
  const urls = publicUrlsOf(config);
  const policy = loadPolicy(config.policyFile);
  const dataSource = cellDataSource({ ...config.database, entities, migrations });
  await openDatabase(dataSource);
  const identity = await identityOf(config, urls, dataSource, runtime);
  const images = await imagesOf(config, urls, dataSource, identity, policy, runtime);
  const onFlavorsChanged = publishFlavors(clock);
  await seedDefaultFlavors(dataSource, clock, onFlavorsChanged);
  // What an earlier release kept in another form, or did not push at all, is written as this one has it.
  await inTurn(dataSource, 'flavors', () => dataSource.transaction(onFlavorsChanged));

  const watching = watchProcess(config.metrics && { ...config.metrics, port: config.metrics.port + number }, {
    ...runtime,
    service: 'api-cell',
  });
  const meter = watching.metrics && new CellMetrics(watching.metrics);
  const cell = await NestFactory.createApplicationContext(
    CellServiceModule.forRoot({
      path: config.cell,
      children: config.children.map(child => child.name),
      tables: { children: true, hosts: false, top: true },
      dataSource,
      brokers: { own: config.broker },
      clock,
      random,
      log: logger,
      meter,
      timings: config.timings,
      scheduler: config.scheduler,
    }),
    { logger: false },
  );
  const service = cell.get(CellService);
  const { node, store } = service;
  const health = new Health();
  health.watch(() => service.ailment());
  meter?.watch(service, clock);
  const watch = { health, meter: watching.metrics && new RequestMetrics(watching.metrics) };
  const gateway = new TreeGateway(node, store);

  const { listeners, consoles } = config;
  const tokens = consoles && new ConsoleTokens({ dataSource, clock, random, lifetimeSeconds: consoles.tokenSeconds });
  const shared = { identityUrl: urls.identity, logger, clock, policy, watch };
  const apis: HttpApp[] = [];
  if (listeners.identity && identity instanceof EmbeddedIdentity) {
    apis.push(await startIdentityApi({ ...listeners.identity, ...shared, identity, publicUrl: urls.identity }));
  }
  if (listeners.image && images instanceof EmbeddedImages) {
    apis.push(await startImageApi({ ...listeners.image, ...shared, images, identity, publicUrl: urls.image }));
  }
  const records = { dataSource, random, quotaDefaults: config.quota, floatingIpPools: floatingIpPools(config.floatingIpPools) };
  if (listeners.compute) {
    apis.push(
      await startComputeApi({
        ...listeners.compute,
        ...shared,
        ...records,
        reclaimSeconds: config.reclaimInstanceSeconds,
        gateway,
        cells: node.admin,
        images,
        identity,
        onFlavorsChanged,
        consoles: tokens && urls.consoles ? { tokens, proxyUrl: urls.consoles } : undefined,
      }),
    );
  }
  if (listeners.network && urls.network !== undefined) {
    apis.push(await startNetworkApi({ ...listeners.network, ...shared, ...records, identity, publicUrl: urls.network }));
  }
  // Hosts bring consoles to the process that asked for them, so there is one.
  const proxy =
    number === 0 && consoles && tokens
      ? await startConsoles({ ...runtime, config: consoles, publicHost: config.publicHost, tokens, gateway })
      : undefined;
  const unused = policy.verify();
  if (unused.length > 0) logger.warn('rules in the policy file that nothing asks for', { rules: unused, file: config.policyFile });
  const sweeping = setInterval(() => void sweepImages(images, store, runtime), SWEEP_EVERY_MS);
  await watching.listen(health);
  process.send?.('ready');
  return {
    stop: async () => {
      clearInterval(sweeping);
      await watching.close();
      await Promise.all([proxy?.stop(), ...apis.map(api => api.close())]);
      await cell.close();
      await dataSource.destroy();
    },
  };
};

/** Removes what uploads that were cut off left behind; one worker does it at a time. */
const sweepImages = async (images: ImageService, store: SqlCellStore, { logger }: ServiceRuntime): Promise<void> => {
  if (!(images instanceof EmbeddedImages)) return;
  try {
    if (await store.holdLease('image-sweep', String(process.pid), SWEEP_EVERY_MS / 2000)) await images.sweep();
  } catch (error) {
    logger.warn('images were not swept', { reason: messageOf(error) });
  }
};
