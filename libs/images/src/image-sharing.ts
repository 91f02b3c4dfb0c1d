import { type Clock, CloudError, isAdmin, type RequestContext, readsEverything } from '#domain';
import type { ImageAccess, SeenImage } from './image-access.js';
import type { ImageMember, ImageMembers, MemberStatus } from './image-members.js';
import type { ImageSight } from './image-sight.js';

export interface ImageSharingDeps {
  readonly sight: ImageSight;
  readonly members: ImageMembers;
  readonly access: ImageAccess;
  readonly clock: Clock;
}

/** The members of shared images: the projects that may use them, and what they say to it. */
export class ImageSharing {
  constructor(private readonly deps: ImageSharingDeps) {}

  /** All for its owner; a member sees itself. @throws CloudError `forbidden` when it is not shared */
  async list(ctx: RequestContext, id: string): Promise<ImageMember[]> {
    const seen = await this.shared(ctx, id, 'get_members');
    const all = await this.deps.members.list(id);
    return seen.image.owner === ctx.projectId || readsEverything(ctx) ? all : all.filter(member => member.memberId === ctx.projectId);
  }

  /** @throws CloudError `notFound` */
  async member(ctx: RequestContext, id: string, memberId: string): Promise<ImageMember> {
    const seen = await this.shared(ctx, id, 'get_member');
    const mayLook = seen.image.owner === ctx.projectId || memberId === ctx.projectId || readsEverything(ctx);
    const member = mayLook ? await this.deps.members.find(id, memberId) : undefined;
    if (!member) throw noSuchMember(id, memberId);
    return member;
  }

  /** The other project decides whether it accepts. */
  async add(ctx: RequestContext, id: string, memberId: string): Promise<ImageMember> {
    await this.shared(ctx, id, 'add_member');
    await this.deps.members.add(id, memberId, this.deps.clock.now());
    return this.member(ctx, id, memberId);
  }

  /** @throws CloudError `forbidden` but for the member itself, and administrators */
  async setStatus(ctx: RequestContext, id: string, memberId: string, status: MemberStatus): Promise<ImageMember> {
    await this.member(ctx, id, memberId);
    if (memberId !== ctx.projectId && !isAdmin(ctx))
      throw new CloudError('forbidden', 'Only the member itself accepts or rejects an image.');
    await this.shared(ctx, id, 'modify_member');
    await this.deps.members.setStatus(id, memberId, status, this.deps.clock.now());
    return this.member(ctx, id, memberId);
  }

  async remove(ctx: RequestContext, id: string, memberId: string): Promise<void> {
    await this.shared(ctx, id, 'delete_member');
    if (!(await this.deps.members.remove(id, memberId))) throw noSuchMember(id, memberId);
  }

  private async shared(ctx: RequestContext, id: string, rule: string): Promise<SeenImage> {
    const seen = await this.deps.sight.see(ctx, id);
    this.deps.access.require(ctx, rule, seen);
    if (seen.image.visibility !== 'shared') throw new CloudError('forbidden', 'Only shared images have members.');
    return seen;
  }
}

const noSuchMember = (imageId: string, memberId: string): CloudError =>
  new CloudError('notFound', `${memberId} not found in the member list of the image ${imageId}.`);
