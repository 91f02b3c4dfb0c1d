import { MEMBER_STATUSES } from '#images';

const text = (description: string, extra: object = {}) => ({ type: 'string', description, ...extra });
const readOnly = { readOnly: true };

/** What python-glanceclient builds its member class from. */
export const memberJsonSchema = {
  name: 'member',
  properties: {
    member_id: text('An identifier for the image member (tenantId)'),
    image_id: text('An identifier for the image'),
    status: text('The status of this image member', { enum: MEMBER_STATUSES }),
    created_at: text('Date and time of image member creation', readOnly),
    updated_at: text('Date and time of last modification of image member', readOnly),
    schema: text('', readOnly),
  },
};

const listOf = (name: string, items: object) => ({
  name,
  properties: { [name]: { type: 'array', items }, schema: { type: 'string' } },
  links: [{ href: '{schema}', rel: 'describedby' }],
});

export const membersJsonSchema = listOf('members', memberJsonSchema);

export const taskJsonSchema = {
  name: 'task',
  properties: {
    id: text('An identifier for the task'),
    type: text('The type of task represented by this content', { enum: ['api_image_import'] }),
    status: text('The current status of this task', { enum: ['success'] }),
    owner: text('An identifier for the owner of this task'),
    input: { type: ['null', 'object'], description: 'The parameters required by task, JSON blob' },
    result: { type: ['null', 'object'], description: 'The result of current task, JSON blob' },
    message: text('Human-readable informative message only included when appropriate (usually on failure)'),
    image_id: text('Image associated with the task'),
    user_id: text('User associated with the task'),
    request_id: text('Human-readable informative request-id'),
    created_at: text('Datetime when this resource was created', readOnly),
    updated_at: text('Datetime when this resource was updated', readOnly),
    expires_at: text('Datetime when this resource would be subject to removal', readOnly),
    self: text('', readOnly),
    schema: text('', readOnly),
  },
};

export const tasksJsonSchema = listOf('tasks', taskJsonSchema);
