import type { FastifyRequest } from 'fastify';
import { readForm } from '../platform/files/form-upload.js';

export const LARGEST_FILE = 10 * 1024 * 1024;

export interface Upload {
  readonly name: string;
  readonly content: Buffer;
  readonly milestone: string | null;
  readonly title: string | null;
}

/** The file of a form, with `milestone` and `title` if wanted. @throws what `readForm` throws */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  const { name, content, fields } = await readForm(request, { largest: LARGEST_FILE, mostFields: 2 });
  return { name, content, milestone: fields.get('milestone') || null, title: fields.get('title') || null };
}
