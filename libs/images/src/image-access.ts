import { CloudError, isAdmin, type RequestContext, readsEverything } from '#domain';
import type { Policy, Target } from '#policy';
import type { Image, ImageFields } from './image.js';
import { noSuchImage } from './images.repository.js';

/** An image, and whether it is shared with the caller's project. */
export interface SeenImage {
  readonly image: Image;
  readonly isMember: boolean;
}

/** What one may do with an image: by whose it is, and by the rules of the policy. */
export class ImageAccess {
  constructor(private readonly policy: Policy) {}

  /** @throws CloudError `notFound`: one who may not see an image does not learn that it exists. */
  requireVisible(ctx: RequestContext, seen: SeenImage): void {
    const { image } = seen;
    const open = image.visibility === 'public' || image.visibility === 'community';
    const visible = open || image.owner === ctx.projectId || seen.isMember || readsEverything(ctx);
    if (!visible || !this.policy.allows('get_image', ctx, targetOf(ctx, seen))) throw noSuchImage(image.id);
  }

  /** @throws CloudError `forbidden` */
  require(ctx: RequestContext, rule: string, seen: SeenImage): void {
    if (!this.policy.allows(rule, ctx, targetOf(ctx, seen))) throw refused(rule);
  }

  /** As {@link require}, for what is not about an image of somebody. */
  requireGenerally(ctx: RequestContext, rule: string): void {
    if (!this.policy.allows(rule, ctx, { project_id: ctx.projectId, owner: ctx.projectId })) throw refused(rule);
  }

  /** Checks a change of what users give; `before` is absent for a new image. @throws CloudError `forbidden` */
  requireAllowedChange(ctx: RequestContext, after: ImageFields, before?: Image): void {
    const target = { project_id: after.owner, owner: after.owner, visibility: after.visibility };
    const guarded = { public: 'publicize_image', community: 'communitize_image', private: undefined, shared: undefined }[after.visibility];
    if (guarded !== undefined && before?.visibility !== after.visibility && !this.policy.allows(guarded, ctx, target))
      throw refused(guarded);
    if (after.owner !== (before?.owner ?? ctx.projectId) && !isAdmin(ctx)) {
      throw new CloudError('forbidden', `You are not permitted to create images owned by '${after.owner}'.`);
    }
    if (!before || before.status === 'queued' || before.status === 'uploading') return;
    for (const [field, name] of FIXED_WITH_DATA) {
      if (after[field] !== before[field]) throw new CloudError('forbidden', `Attribute ${name} can be only replaced for a queued image.`);
    }
  }
}

const targetOf = (ctx: RequestContext, { image, isMember }: SeenImage): Target => ({
  project_id: image.owner,
  owner: image.owner,
  visibility: image.visibility,
  member_id: isMember ? ctx.projectId : undefined,
});

const refused = (rule: string): CloudError => new CloudError('forbidden', `You are not authorized to complete ${rule} action.`);

const FIXED_WITH_DATA = [
  ['diskFormat', 'disk_format'],
  ['containerFormat', 'container_format'],
] as const;
