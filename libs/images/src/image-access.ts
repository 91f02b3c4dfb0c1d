import { CloudError, isAdmin, type RequestContext } from '#domain';
import type { Image, ImageFields } from './image.js';
import { noSuchImage } from './images.repository.js';

/** @throws CloudError `notFound`: one who may not see an image does not learn that it exists. */
export const requireVisible = (ctx: RequestContext, image: Image): void => {
  const open = image.visibility === 'public' || image.visibility === 'community';
  if (!open && image.owner !== ctx.projectId && !isAdmin(ctx)) throw noSuchImage(image.id);
};

/** The project that owns it, with a role that may write, or an administrator. @throws CloudError `forbidden` */
export const requireWritable = (ctx: RequestContext, image: Image, action: string): void => {
  requireVisible(ctx, image);
  requireMember(ctx, action);
  if (image.owner !== ctx.projectId && !isAdmin(ctx)) throw new CloudError('forbidden', `You are not permitted to ${action} this image.`);
};

/** Readers look and do not touch. */
export const requireMember = (ctx: RequestContext, action: string): void => {
  if (!ctx.roles.has('member') && !isAdmin(ctx)) throw new CloudError('forbidden', `You are not authorized to ${action} images.`);
};

/** @throws CloudError `forbidden` */
export const requireAdmin = (ctx: RequestContext, action: string): void => {
  if (!isAdmin(ctx)) throw new CloudError('forbidden', `You are not authorized to ${action} images.`);
};

/** Checks a change of what users give; `before` is absent for a new image. @throws CloudError `forbidden` */
export const requireAllowedChange = (ctx: RequestContext, after: ImageFields, before?: Image): void => {
  if (after.visibility === 'public' && before?.visibility !== 'public' && !isAdmin(ctx)) {
    throw new CloudError('forbidden', 'You are not authorized to complete publicize_image action.');
  }
  if (after.owner !== (before?.owner ?? ctx.projectId) && !isAdmin(ctx)) {
    throw new CloudError('forbidden', `You are not permitted to create images owned by '${after.owner}'.`);
  }
  if (!before || before.status === 'queued') return;
  for (const [field, name] of FIXED_WITH_DATA) {
    if (after[field] !== before[field]) throw new CloudError('forbidden', `Attribute ${name} can be only replaced for a queued image.`);
  }
};

const FIXED_WITH_DATA = [
  ['diskFormat', 'disk_format'],
  ['containerFormat', 'container_format'],
] as const;
