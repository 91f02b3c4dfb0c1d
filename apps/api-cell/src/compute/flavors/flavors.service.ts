import type { DataSource, EntityManager } from 'typeorm';
import { type Clock, CloudError, type Random, type RequestContext } from '#domain';
import { isSqlError } from '../api/index.js';
import { type FlavorRecord, type FlavorsRepository, lockFlavor } from './flavors.repository.js';

export interface NewFlavor {
  /** A uuid is made when it is undefined. */
  readonly flavorId: string | undefined;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly rootGb: number;
  readonly ephemeralGb: number;
  readonly swapMb: number;
  readonly rxtxFactor: number;
  readonly isPublic: boolean;
  readonly description: string | null;
}

/** Called in the transaction of every change of flavors, so that the cells below learn of it exactly when it is true. */
export type OnFlavorsChanged = (manager: EntityManager) => Promise<void>;

export interface FlavorsServiceDeps {
  readonly dataSource: DataSource;
  readonly flavors: FlavorsRepository;
  readonly clock: Clock;
  readonly random: Random;
  readonly onFlavorsChanged: OnFlavorsChanged;
}

/** The changes of flavors. All errors are CloudErrors in Nova's words. */
export class FlavorsService {
  constructor(private readonly deps: FlavorsServiceDeps) {}

  /** @throws CloudError `notFound` when it does not exist or is not for the caller. */
  async show(ctx: RequestContext, flavorId: string): Promise<FlavorRecord> {
    const found = await this.deps.flavors.find(ctx, flavorId);
    if (!found) throw flavorNotFound(flavorId);
    return found;
  }

  /** @throws CloudError `conflict` for a name or id that is taken. */
  async create(ctx: RequestContext, flavor: NewFlavor): Promise<FlavorRecord> {
    const flavorId = flavor.flavorId ?? this.deps.random.uuid();
    try {
      await this.change(manager => insertFlavor(manager, { ...flavor, flavorId }, this.deps.clock.now()));
    } catch (error) {
      if (!isSqlError(error, 'ER_DUP_ENTRY')) throw error;
      const sameId = await this.deps.flavors.find(ctx, flavorId);
      throw new CloudError(
        'conflict',
        sameId ? `Flavor with ID ${flavorId} already exists.` : `Flavor with name ${flavor.name} already exists.`,
        { cause: error },
      );
    }
    return this.show(ctx, flavorId);
  }

  async describe(ctx: RequestContext, flavorId: string, description: string | null): Promise<FlavorRecord> {
    await this.changeOne(flavorId, manager =>
      manager.query('UPDATE flavors SET description = ?, updated_at = ? WHERE flavor_id = ?', [
        description,
        this.deps.clock.now(),
        flavorId,
      ]),
    );
    return this.show(ctx, flavorId);
  }

  async delete(flavorId: string): Promise<void> {
    await this.changeOne(flavorId, async manager => {
      await manager.query('DELETE FROM flavor_projects WHERE flavor_id = ?', [flavorId]);
      await manager.query('DELETE FROM flavors WHERE flavor_id = ?', [flavorId]);
    });
  }

  /** Adds to the extra specs, and replaces those of the same key. */
  async setExtraSpecs(flavorId: string, specs: Readonly<Record<string, string>>): Promise<void> {
    await this.changeOne(flavorId, (manager, flavor) => this.writeExtraSpecs(manager, flavorId, { ...flavor.extraSpecs, ...specs }));
  }

  /** @throws CloudError `notFound` when it has no such key. */
  async deleteExtraSpec(flavorId: string, key: string): Promise<void> {
    await this.changeOne(flavorId, (manager, { extraSpecs: { [key]: gone, ...rest } }) => {
      if (gone === undefined) throw noSuchExtraSpec(flavorId, key);
      return this.writeExtraSpecs(manager, flavorId, rest);
    });
  }

  /** @throws CloudError `conflict` when the project has access already, or the flavor is public and `refusePublic` is set. */
  async addAccess(flavorId: string, projectId: string, { refusePublic }: { readonly refusePublic: boolean }): Promise<void> {
    try {
      await this.changeOne(flavorId, (manager, flavor) => {
        if (flavor.isPublic && refusePublic) throw new CloudError('conflict', 'Can not add access to a public flavor.');
        return manager.query('INSERT INTO flavor_projects (flavor_id, project_id) VALUES (?, ?)', [flavorId, projectId]);
      });
    } catch (error) {
      if (!isSqlError(error, 'ER_DUP_ENTRY')) throw error;
      throw new CloudError('conflict', `Flavor access already exists for flavor ${flavorId} and project ${projectId} combination.`, {
        cause: error,
      });
    }
  }

  /** @throws CloudError `notFound` when the project has no access. */
  async removeAccess(flavorId: string, projectId: string): Promise<void> {
    await this.changeOne(flavorId, async manager => {
      const { affectedRows }: { affectedRows: number } = await manager.query(
        'DELETE FROM flavor_projects WHERE flavor_id = ? AND project_id = ?',
        [flavorId, projectId],
      );
      if (affectedRows === 0) throw new CloudError('notFound', `Flavor access not found for ${flavorId} / ${projectId} combination.`);
    });
  }

  private writeExtraSpecs(manager: EntityManager, flavorId: string, specs: Readonly<Record<string, string>>): Promise<unknown> {
    return manager.query('UPDATE flavors SET extra_specs = ?, updated_at = ? WHERE flavor_id = ?', [
      JSON.stringify(specs),
      this.deps.clock.now(),
      flavorId,
    ]);
  }

  private changeOne(
    flavorId: string,
    work: (manager: EntityManager, flavor: NonNullable<Awaited<ReturnType<typeof lockFlavor>>>) => Promise<unknown>,
  ): Promise<void> {
    return this.change(async manager => {
      const flavor = await lockFlavor(manager, flavorId);
      if (!flavor) throw flavorNotFound(flavorId);
      await work(manager, flavor);
    });
  }

  private change(work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    return this.deps.dataSource.transaction(async manager => {
      await work(manager);
      await this.deps.onFlavorsChanged(manager);
    });
  }
}

export const flavorNotFound = (flavorId: string): CloudError => new CloudError('notFound', `Flavor ${flavorId} could not be found.`);

export const noSuchExtraSpec = (flavorId: string, key: string): CloudError =>
  new CloudError('notFound', `Flavor ${flavorId} has no extra specs with key ${key}.`);

/** @throws the database's duplicate-entry error for a name or id that is taken. */
export const insertFlavor = async (
  manager: EntityManager,
  flavor: NewFlavor & { readonly flavorId: string },
  now: number,
): Promise<void> => {
  await manager.query(
    `INSERT INTO flavors (flavor_id, name, vcpus, memory_mb, root_gb, ephemeral_gb, swap_mb, rxtx_factor, is_public, disabled, description, extra_specs, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '{}', ?)`,
    [
      flavor.flavorId,
      flavor.name,
      flavor.vcpus,
      flavor.memoryMb,
      flavor.rootGb,
      flavor.ephemeralGb,
      flavor.swapMb,
      flavor.rxtxFactor,
      flavor.isPublic,
      flavor.description,
      now,
    ],
  );
};
