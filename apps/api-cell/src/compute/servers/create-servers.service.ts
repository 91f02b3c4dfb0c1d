import type { ImageSource } from '#contracts';
import { type Clock, CloudError, type Random, type RequestContext } from '#domain';
import type { ImageService } from '#images';
import type { PolicedContext } from '../../http/index.js';
import { type Sql, TimeCache } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { FlavorRecord, FlavorsRepository } from '../flavors/flavors.repository.js';
import type { HostStates } from '../hosts/host-states.js';
import type { KeyPairRecord, KeyPairsService } from '../keypairs/keypairs.service.js';
import { DEFAULT_GROUP } from '../networking/security-group.js';
import type { ServerSecurityGroups } from '../networking/server-security-groups.js';
import { type EffectiveLimits, orderLimits, type QuotaLimitsService } from '../quotas/quota-limits.service.js';
import type { ServerGroupsService } from '../server-groups/server-groups.service.js';
import { affordableCount } from './affordable-count.js';
import { askedPlace, hostsAskedFor } from './asked-place.js';
import type { CreateServerBody } from './create-server.schema.js';
import { type GuestKey, guestKeyOf, NO_KEY } from './guest-key.js';
import { hintedPlaces } from './hinted-places.js';
import { checkImage } from './image-requirements.js';
import { imageSource } from './image-source.js';
import { checkMetadata } from './metadata-limit.js';
import { type Hints, newServer } from './new-server.js';
import { checkPersonality } from './personality.js';
import { generatePassword } from './server-names.js';
import { refuseUnsupported } from './unsupported.js';

export interface CreateServersDeps {
  readonly sql: Sql;
  readonly gateway: CellGateway;
  readonly images: Pick<ImageService, 'get' | 'downloadGrant'>;
  readonly flavors: FlavorsRepository;
  readonly keyPairs: KeyPairsService;
  readonly quotas: QuotaLimitsService;
  readonly hosts: HostStates;
  readonly groups: Pick<ServerGroupsService, 'forPlacement'>;
  readonly securityGroups: Pick<ServerSecurityGroups, 'forNewServer'>;
  readonly clock: Clock;
  readonly random: Random;
}

export interface CreatedServers {
  /** In order of launch index. */
  readonly uuids: readonly string[];
  readonly reservationId: string;
  readonly adminPassword: string;
  readonly diskConfig: 'AUTO' | 'MANUAL';
  /** Names. */
  readonly securityGroups: readonly string[];
}

/** A burst of creates names the same few things; what changed of them is seen after this time at the latest. */
const KEPT = { ttlMs: 1000, maxEntries: 2000 };

/** `POST /servers`: everything that is decided before the tree of cells takes over. */
export class CreateServersService {
  private readonly flavorsKept: TimeCache<FlavorRecord>;
  private readonly keyPairsKept: TimeCache<KeyPairRecord>;
  private readonly quotasKept: TimeCache<EffectiveLimits>;
  private readonly imagesKept: TimeCache<ImageSource>;

  constructor(private readonly deps: CreateServersDeps) {
    this.flavorsKept = new TimeCache(deps.clock, KEPT);
    this.keyPairsKept = new TimeCache(deps.clock, KEPT);
    this.quotasKept = new TimeCache(deps.clock, KEPT);
    this.imagesKept = new TimeCache(deps.clock, KEPT);
  }

  /** @throws CloudError `invalid` naming the field, `forbidden`, `overLimit` in Nova's words. */
  async create(ctx: PolicedContext, body: CreateServerBody): Promise<CreatedServers> {
    const { server } = body;
    refuseUnsupported(body);
    const place = askedPlace(ctx, server);
    const hints = hintsOf(body);
    const [flavor, limits, key, group, securityGroups, near, asked] = await Promise.all([
      this.flavor(ctx, server.flavorRef),
      this.limits(ctx),
      this.key(ctx, server.key_name),
      typeof hints.group === 'string' ? this.deps.groups.forPlacement(ctx, hints.group) : null,
      this.deps.securityGroups.forNewServer(ctx, securityGroupsIn(server)),
      hintedPlaces(this.deps.sql, hints),
      hostsAskedFor(this.deps.sql, place),
      this.checkZone(place.zone),
    ]);
    checkMetadata(server.metadata ?? {}, limits.effective);
    checkPersonality(server.personality ?? [], limits.effective);
    const image = await this.image(ctx, imageIdOf(server), flavor);
    const count = await this.count(ctx, server, flavor, limits);

    const now = this.deps.clock.now();
    const reservationId = `r-${this.deps.random.uuid().replace(/-/g, '').slice(0, 8)}`;
    const adminPassword = server.adminPass ?? generatePassword();
    const shared = {
      ctx,
      body,
      hints,
      group,
      place,
      near: { ...near, ...asked },
      securityGroups,
      flavor,
      image,
      key,
      adminPassword,
      reservationId,
      now,
      count,
    };
    const servers = Array.from({ length: count }, (_, index) => newServer(shared, this.deps.random.uuid(), index));
    await this.deps.gateway.createServers(ctx, servers, orderLimits(limits));
    return {
      uuids: servers.map(({ spec }) => spec.instanceUuid),
      reservationId,
      adminPassword,
      diskConfig: server['OS-DCF:diskConfig'] ?? 'MANUAL',
      securityGroups: securityGroups?.map(({ name }) => name) ?? [DEFAULT_GROUP],
    };
  }

  private async flavor(ctx: RequestContext, flavorRef: string | number): Promise<FlavorRecord> {
    // A reference may be the flavor's whole URL.
    const flavorId = String(flavorRef).split('/').at(-1) ?? '';
    const found = await this.flavorsKept.get(`${keyOf(ctx)} ${flavorId}`, () => this.deps.flavors.find(ctx, flavorId));
    if (!found) throw new CloudError('invalid', `Flavor ${flavorId} could not be found.`);
    return found;
  }

  private async limits(ctx: RequestContext): Promise<EffectiveLimits> {
    const found = await this.quotasKept.get(`${ctx.projectId} ${ctx.userId}`, () => this.deps.quotas.forUser(ctx.projectId, ctx.userId));
    if (!found) throw new CloudError('internal', `project ${ctx.projectId} has no limits`);
    return found;
  }

  private async key(ctx: RequestContext, name: string | undefined): Promise<GuestKey> {
    if (name === undefined) return NO_KEY;
    const found = await this.keyPairsKept.get(`${ctx.userId} ${name}`, () => this.deps.keyPairs.find(ctx.userId, name));
    if (!found) throw new CloudError('invalid', 'Invalid key_name provided.');
    return guestKeyOf(found);
  }

  private async checkZone(zone: string | undefined): Promise<void> {
    if (zone === undefined) return;
    await this.deps.hosts.requireZone(zone);
    await this.deps.gateway.catchUpWithGlobals();
  }

  /** Checked against the flavor when it is read; the check depends on nothing else, so what is kept is per flavor. */
  private async image(ctx: RequestContext, id: string, flavor: FlavorRecord): Promise<ImageSource> {
    const found = await this.imagesKept.get(`${keyOf(ctx)} ${id} ${flavor.id} ${flavor.updatedAt}`, () => this.readImage(ctx, id, flavor));
    if (!found) throw new CloudError('invalid', 'Can not find requested image');
    return found;
  }

  private readImage(ctx: RequestContext, id: string, flavor: FlavorRecord): Promise<ImageSource | undefined> {
    return imageSource(this.deps, ctx, id, image => checkImage(image, flavor));
  }

  /** As many as fit under the quota, at least min_count. What does not fit at all is refused by the gateway, which holds the lock. */
  private async count(
    ctx: RequestContext,
    server: CreateServerBody['server'],
    flavor: FlavorRecord,
    { project, effective, hasOwn }: EffectiveLimits,
  ): Promise<number> {
    const least = server.min_count ?? 1;
    const most = server.max_count ?? least;
    if (least > most) throw new CloudError('invalid', 'min_count must be <= max_count');
    if (most > MAX_SERVERS) throw new CloudError('invalid', `max_count: no more than ${MAX_SERVERS} servers in one request`);
    if (least === most) return most;
    const affordable = Math.min(
      affordableCount(flavor, project, await this.deps.quotas.useOf(ctx.projectId)),
      hasOwn ? affordableCount(flavor, effective, await this.deps.quotas.useOf(ctx.projectId, ctx.userId)) : Number.POSITIVE_INFINITY,
    );
    return affordable < least ? most : Math.min(most, affordable);
  }
}

/** One transaction holds them all. */
const MAX_SERVERS = 1000;

/** What a caller may see depends on the project and on being an administrator. */
const keyOf = (ctx: RequestContext): string => `${ctx.projectId}${ctx.roles.has('admin') ? '+' : ''}`;

const hintsOf = (body: CreateServerBody): Hints => ({ ...body['OS-SCH-HNT:scheduler_hints'], ...body['os:scheduler_hints'] });

const imageIdOf = (server: CreateServerBody['server']): string => {
  const id = server.imageRef || server.block_device_mapping_v2?.[0]?.uuid;
  if (!id) throw new CloudError('invalid', 'Invalid imageRef provided.');
  return id;
};

/** An entry without a name asks for nothing. */
const securityGroupsIn = (server: CreateServerBody['server']): string[] =>
  (server.security_groups ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
