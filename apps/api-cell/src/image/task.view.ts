import { type ImageTask, TASK_KEPT_MS } from '#images';
import { glanceTime } from './image.view.js';
import { STORE } from './image-offers.js';

export const taskView = (task: ImageTask) => ({
  id: task.id,
  type: 'api_image_import',
  status: 'success',
  owner: task.owner,
  image_id: task.imageId,
  user_id: task.userId,
  request_id: task.requestId,
  input: { image_id: task.imageId, import_req: { method: { name: task.method } }, backend: [STORE] },
  result: { image_id: task.imageId },
  message: '',
  created_at: glanceTime(task.createdAt),
  updated_at: glanceTime(task.createdAt),
  expires_at: glanceTime(task.createdAt + TASK_KEPT_MS),
  self: `/v2/tasks/${task.id}`,
  schema: '/v2/schemas/task',
});
